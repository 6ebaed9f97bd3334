"""Files that have not come; what was kept before something else was."""

import json

import click
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.settings import Settings
from server.submissions.files import give_up, late_files, replaced_files
from server.submissions.forms import form_of
from server.submissions.replacing import replaced_versions
from server.submissions.tables import Form
from server.terminal import json_option, opened, stop, tell, words
from verification.reason import Reason


@click.group(help=words.say("help.files"))
def files() -> None:
    """Manage files that have not come."""


@files.command("list", help=words.say("help.files_list"))
@json_option
def list_(as_json: bool) -> None:
    """List the files that have not come."""
    with opened() as (settings, engine), snapshot(engine) as session:
        late = late_files(session, settings.project)
    if as_json:
        click.echo(json.dumps([file._asdict() for file in late], default=str, indent=1))
        return
    for file in late:
        click.echo(words.say("files.late", form=file.form_id, root=file.root_id, name=file.name,
                             attempts=file.attempts, next=file.next_ask_at))  # fmt: skip


@files.command("give-up", help=words.say("help.files_give_up"))
@click.argument("form")
@click.argument("submission")
def give_up_(form: str, submission: str) -> None:
    """Stop waiting for a submission's files."""
    with opened() as (settings, engine), writing(engine) as session:
        given_up = give_up(session, known_form(session, settings, form).id, submission)
    if not given_up:
        stop(Reason("nothing_to_remove"))
    tell("files.given_up", files=given_up)


@click.command(help=words.say("help.replaced"))
@click.argument("form")
@click.argument("submission")
@click.option("--answers", is_flag=True, help=words.say("help.replaced_answers"))
def replaced(form: str, submission: str, answers: bool) -> None:
    """Show what was kept of a submission before it was replaced."""
    with opened() as (settings, engine), snapshot(engine) as session:
        form_pk = known_form(session, settings, form).id
        versions, old_files = (
            replaced_versions(session, form_pk, submission),
            replaced_files(session, form_pk, submission),
        )
        for one in versions:
            click.echo(words.say("replaced.line", number=one.number, version=one.instance_id, moment=one.replaced_at,
                                 cause=words.say(f"replaced.{one.cause}"), digest=one.digest))  # fmt: skip
            if answers:
                click.echo(json.dumps(one.answers))  # as a JSON text: whatever it holds, it is one line of ASCII
        for file in old_files:
            click.echo(words.say("replaced.file", name=file.name, moment=file.replaced_at, digest=file.digest))
        if not versions and not old_files:
            tell("replaced.none")


def known_form(session: Session, settings: Settings, form_id: str) -> Form:
    """Find a form that was pulled, or end with a sentence."""
    found = form_of(session, settings.central_project, form_id)
    if found is None:
        stop(Reason("form_not_known", {"form": form_id}))
    return found
