"""Lawful removal from the terminal."""

import click

from server.db import writing
from server.machine import what_ails
from server.people.acting import account
from server.removals.removing import PURPOSES, NothingToRemove, Removed, empty_store, remove_file, remove_submission
from server.roles.table import Permission
from server.settings import Settings
from server.store.opening import every_store
from server.submissions.commands import known_form
from server.terminal import acts, agreed, opened, stop, tell, words


@click.command(help=words.say("help.remove"))
@click.argument("form")
@click.argument("submission")
@click.option("--purpose", required=True, type=click.Choice(PURPOSES), help=words.say("help.remove_purpose"))
@click.option("--file", "name", help=words.say("help.remove_file"))
@click.option("--yes", is_flag=True, help=words.say("help.yes_remove"))
@acts(Permission.REMOVE_BY_LAW)
def remove(form: str, submission: str, purpose: str, name: str | None, yes: bool) -> None:
    """Remove a submission or a file of it, for a lawful purpose."""
    if not yes and not agreed(words.say("remove.confirm", root=submission, form=form)):
        tell("remove.nothing_done")
        raise SystemExit(1)
    with opened() as (settings, engine):
        try:
            with writing(engine) as session:
                found = known_form(session, settings, form)
                if name:
                    removed = remove_file(session, found, submission, name, purpose, account().label)
                else:
                    removed = remove_submission(session, found, submission, purpose, account().label)
        except NothingToRemove as nothing:
            stop(nothing.reason)
        _empty_stores(settings, removed)
    tell("remove.again" if removed.again else "remove.done", versions=removed.versions, files=len(removed.files))


def _empty_stores(settings: Settings, removed: Removed) -> None:
    """Take the files away; where a store does not let them go now, the sweep of the coming nights does."""
    try:
        for store in every_store(settings):
            empty_store(store, removed)
    except OSError as error:
        tell("remove.files_later", files=len(removed.files))
        stop(what_ails(error))
