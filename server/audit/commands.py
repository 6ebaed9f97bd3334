"""The chain of acts at the terminal: is it whole, and what stands in it."""

import json
from dataclasses import asdict
from typing import Any

import click

from server.audit.checking import Checked, KeptHead, check, head_of
from server.audit.entries import Act, write_down
from server.audit.searching import NotSearchable, all_of, read_wanted
from server.audit.shown import exported, lines_of_csv, lines_of_json
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.people.acting import account
from server.roles.table import Permission
from server.terminal import acts, json_option, opened, stop, tell, words
from verification.reason import Reason


@click.group(help=words.say("help.audit"))
def audit() -> None:
    """Look at what was written down of people's acts."""


@audit.command("check", help=words.say("help.audit_check"))
@click.option("--head", "kept", metavar="SEQUENCE:DIGEST", help=words.say("help.audit_head"))
@json_option
@acts(Permission.SEE_AUDIT)
def check_(kept: str | None, as_json: bool) -> None:
    """Check the chain; exit code 0 only where it is whole."""
    head = head_of(kept) if kept else None
    if kept and head is None:
        stop(Reason("audit_head_wrong"))
    with opened() as (_, engine), snapshot(engine) as session:
        checked = check(session, head)
    if as_json:
        click.echo(json.dumps(_shown(checked), ensure_ascii=False, indent=1))
    else:
        _tell(checked, head)
    if checked.broken:
        raise SystemExit(1)


def _tell(checked: Checked, kept: KeptHead | None) -> None:
    """Say what was found; what to keep elsewhere goes to the standard output."""
    if checked.broken:
        click.echo(words.reason(checked.broken), err=True)
    tell("trail.whole_until" if checked.broken else "trail.whole", count=checked.sealed)
    if checked.head and not checked.broken:
        tell("trail.keep_head" if kept is None else "trail.as_kept")
        click.echo(str(checked.head))
    if checked.unsealed:
        tell("trail.tail_late" if checked.late else "trail.tail", count=checked.unsealed, since=checked.since)


def _shown(checked: Checked) -> dict[str, Any]:
    return {
        "whole": checked.broken is None, "sealed": checked.sealed, "head": str(checked.head) if checked.head else None,
        "broken": asdict(checked.broken) if checked.broken else None, "unsealed": checked.unsealed,
        "since": checked.since.isoformat() if checked.since else None, "late": checked.late,
    }  # fmt: skip


@audit.command("export", help=words.say("help.audit_export"))
@click.option("--since", default="", help=words.say("help.audit_since"))
@click.option("--until", default="", help=words.say("help.audit_until"))
@click.option("--about", default="", help=words.say("help.audit_about"))
@json_option
@acts(Permission.SEE_AUDIT)
def export(since: str, until: str, about: str, as_json: bool) -> None:
    """Write the entries of some days, or about something: as CSV, or as JSON, one a line. That too is written down."""
    try:
        wanted = read_wanted({"since": since, "until": until, "about": about})
    except NotSearchable as refused:
        stop(refused.reason)
    with opened() as (_, engine):
        with writing(engine) as session:
            write_down(session, Act(account().label, "audit_exported", wanted.about))
        entries = (exported(found, Clearance(words)) for found in all_of(engine, wanted))
        for line in lines_of_json(entries) if as_json else lines_of_csv(entries, words):
            click.echo(line, nl=False)
