"""Files that have not come."""

import json
from dataclasses import asdict

import click
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.settings import Settings
from server.submissions.files import give_up
from server.submissions.forms import form_of
from server.submissions.tables import Form
from server.sync.shown import late as late_ones
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
        late = late_ones(session, settings.project, Clearance(words))
    if as_json:
        click.echo(json.dumps([asdict(file) for file in late], default=str, indent=1))
        return
    if not late:
        tell("files.none")
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


def known_form(session: Session, settings: Settings, form_id: str) -> Form:
    """Find a form that was pulled, or end with a sentence."""
    found = form_of(session, settings.central_project, form_id)
    if found is None:
        stop(Reason("form_not_known", {"form": form_id}))
    return found
