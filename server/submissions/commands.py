"""Files that have not come, or lie in the folder still; what was kept before something else was."""

import json
from dataclasses import asdict
from functools import partial

import click
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import EVERYONE
from server.people.acting import account
from server.roles.table import Permission
from server.settings import Settings, load_settings
from server.store.folder import Folder
from server.store.moving import move
from server.store.opening import open_store
from server.submissions.files import give_up
from server.submissions.forms import form_of
from server.submissions.replaced_shown import shown_replaced, shown_replaced_files
from server.submissions.tables import Form
from server.sync.shown import late as late_ones
from server.terminal import acts, json_option, opened, stop, tell, with_progress, words
from verification.reason import Reason


@click.group(help=words.say("help.files"))
def files() -> None:
    """Manage files: those that have not come, and where all are kept."""


@files.command("list", help=words.say("help.files_list"))
@json_option
@acts(Permission.MANAGE_WORK)
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
@acts(Permission.MANAGE_WORK)
def give_up_(form: str, submission: str) -> None:
    """Stop waiting for a submission's files."""
    with opened() as (settings, engine), writing(engine) as session:
        given_up = give_up(session, known_form(session, settings, form).id, submission, account().label)
    if not given_up:
        stop(Reason("nothing_to_remove"))
    tell("files.given_up", files=given_up)


@files.command("move", help=words.say("help.files_move"))
@acts(Permission.OPERATE)
def move_() -> None:
    """Move the files of the folder into the bucket."""
    settings = load_settings()
    there = open_store(settings)
    if not settings.store_url:
        stop(Reason("store_is_folder"))
    moved = with_progress("files.moving", partial(move, Folder(settings.store), there))
    tell("files.moved", files=moved.files)
    if moved.damaged:
        stop(*(Reason("file_not_moved", {"file": digest}) for digest in moved.damaged))


@click.command(help=words.say("help.replaced"))
@click.argument("form")
@click.argument("submission")
@acts(Permission.SEE_SUBMISSION)
def replaced(form: str, submission: str) -> None:
    """Show what was kept of a submission before it was replaced."""
    with opened() as (settings, engine), snapshot(engine) as session:
        known = known_form(session, settings, form)
        form_pk, clear = known.id, Clearance(words, viewer=EVERYONE.of_form(known.read_as))
        versions = shown_replaced(session, form_pk, submission, clear)
        old_files = shown_replaced_files(session, form_pk, submission, clear)
    for one in versions:
        click.echo(words.say("replaced.line", number=one.number, version=one.version, moment=one.replaced_at,
                             cause=one.cause, digest=one.digest))  # fmt: skip
        if one.differs:
            click.echo("  " + words.say("replaced.differs", questions=clear.joined(*one.differs)))
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
