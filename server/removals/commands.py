"""Lawful removal from the terminal."""

import click

from server.db import writing
from server.people.acting import account
from server.removals.removing import PURPOSES, NothingToRemove, empty_store, remove_file, remove_submission
from server.store import Store
from server.submissions.commands import known_form
from server.terminal import agreed, opened, stop, tell, words


@click.command(help=words.say("help.remove"))
@click.argument("form")
@click.argument("submission")
@click.option("--purpose", required=True, type=click.Choice(PURPOSES), help=words.say("help.remove_purpose"))
@click.option("--file", "name", help=words.say("help.remove_file"))
@click.option("--yes", is_flag=True, help=words.say("help.yes_remove"))
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
                    removed = remove_file(session, found, submission, name, purpose, account())
                else:
                    removed = remove_submission(session, found, submission, purpose, account())
        except NothingToRemove as nothing:
            stop(nothing.reason)
        empty_store(Store(settings.store), removed)
    tell("remove.again" if removed.again else "remove.done", versions=removed.versions, files=len(removed.files))
