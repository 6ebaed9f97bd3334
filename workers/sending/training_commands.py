"""The practice project from the terminal: made, reset, its sheet printed."""

from pathlib import Path

import click
from sqlalchemy import Engine

from server.audit.entries import Act, write_down
from server.db import writing
from server.papers.printing import NotPrinted
from server.people.acting import account
from server.phones.keeping import NotKept
from server.phones.sheets import sheets_as_pdf
from server.roles.table import Permission
from server.settings import Settings
from server.terminal import acts, agreed, round_option, stop, tell, words
from workers.central.api import Central
from workers.sending.phone_commands import _nothing, _out, _write
from workers.sending.training import empty_practice, fill_practice, practice_project, practice_sheet
from workers.terminal import connected
from xlsforms.build import build_all


@click.group(help=words.say("help.training"))
def training() -> None:
    """Manage the project in which teams practise."""


@training.command("make", help=words.say("help.training_make"))
@round_option
@acts(Permission.PUBLISH_FORMS)
def make(round_id: str) -> None:
    """Make the practice project, with all forms and made-up places; or bring it up to date."""
    with connected() as (settings, engine, _):
        there = _practice(engine, settings, round_id, "training_made")
        with Central.from_settings(there) as practice:
            obstacles = fill_practice(practice, build_all())
    tell("training.made", project=there.project)
    if obstacles:
        stop(*obstacles[:20])


@training.command("reset", help=words.say("help.training_reset"))
@round_option
@click.option("--yes", is_flag=True, help=words.say("help.phones_yes"))
@acts(Permission.PUBLISH_FORMS)
def reset(round_id: str, yes: bool) -> None:
    """Delete what was sent in practice, and bring its places back to how they were."""
    if not (yes or agreed(words.say("training.reset_question"))):
        tell("phones.unchanged")
        return
    with connected() as (settings, engine, _):
        there = _practice(engine, settings, round_id, "training_reset")
        with Central.from_settings(there) as practice:
            deleted = empty_practice(practice, _nothing)
            fill_practice(practice, build_all())
    tell("training.reset", count=deleted)


@training.command("print", help=words.say("help.training_print"))
@round_option
@_out
@acts(Permission.PUBLISH_FORMS)
def print_(round_id: str, out: Path) -> None:
    """Write the practice sheet as PDF."""
    with connected() as (settings, engine, _):
        there = _practice(engine, settings, round_id, "training_printed")
        with Central.from_settings(there) as practice:
            sheet = practice_sheet(practice)
    try:
        _write(out, sheets_as_pdf([sheet]))
    except NotPrinted as refused:
        stop(refused.reason)
    tell("training.printed", file=click.format_filename(out))


def _practice(engine: Engine, settings: Settings, round_id: str, act: str) -> Settings:
    try:
        there = practice_project(engine, settings, round_id)
    except NotKept as refused:
        stop(refused.reason)
    with writing(engine) as session:
        write_down(session, Act(account().label, act, f"round:{round_id}", None, round_id))
    return there
