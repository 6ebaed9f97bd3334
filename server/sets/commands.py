"""Indicator sets at the terminal: one that a workbook has is kept; they are listed, shown, written as workbooks."""

import hashlib
import json
from pathlib import Path

import click

from server.claims.package import UnusableWorkbook
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.people.acting import account
from server.roles.table import Permission
from server.rulebook import load_indicators
from server.sets.book import set_book
from server.sets.keeping import SetNotKept, against_keeping, keep_set, read_book
from server.sets.views import differences_shown, listed_sets, set_shown
from server.terminal import acts, json_option, opened, stop, tell, words
from verification.reason import Reason
from verification.sets.indicators import IndicatorSet
from verification.sets.sheets import as_plain

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(help=words.say("help.sets"))
def sets() -> None:
    """Manage indicator sets."""


@sets.command("load", help=words.say("help.sets_load"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help=words.say("help.sets_dry_run"))
@acts(Permission.MANAGE_ROUNDS)
def load(file: Path, dry_run: bool) -> None:
    """Keep the set that a workbook has; every fault is told with its cell."""
    content = file.read_bytes()
    try:
        found = read_book(content)
    except UnusableWorkbook as unusable:
        stop(unusable.reason)
    for hidden in found.hidden:
        click.echo(words.reason(hidden), err=True)
    if found.indicators is None:
        for fault in found.faults:
            click.echo(f"{fault.cell}: {words.reason(fault.reason)}", err=True)
        if found.following:
            tell("set.faults_following", count=found.following)
        stop(Reason("set_has_faults"))
    with opened() as (_, engine):
        with snapshot(engine) as session:
            differs = differences_shown(session, found.indicators, Clearance(words))
            against = against_keeping(session, found.indicators)
        _tell(found.indicators)
        tell("set.differs_from" if differs.lines else "set.differs_not", other=differs.other)
        for line in differs.lines:
            click.echo(f"  {line}", err=True)
        if against:
            stop(against)
        if not dry_run:
            try:
                with writing(engine) as session:
                    keep_set(session, as_plain(found.indicators), hashlib.sha256(content).hexdigest(), account())
            except SetNotKept as refused:
                stop(refused.reason)
            tell("notice.set_kept")


@sets.command("list", help=words.say("help.sets_list"))
@json_option
@acts(Permission.MANAGE_ROUNDS)
def list_(as_json: bool) -> None:
    """List the sets there are."""
    with opened() as (_, engine), snapshot(engine) as session:
        found = listed_sets(session, Clearance(words))
    if as_json:
        click.echo(json.dumps([vars(one) for one in found], ensure_ascii=False, indent=1, default=str))
        return
    for one in found:
        state = one.state and words.say(f"set_state.{one.state}")
        click.echo(words.say("set.line", **{**vars(one), "state": state or words.say("set.built_in")}))
        if one.rounds:
            click.echo("  " + words.say("set.rounds_line", rounds=one.rounds))


@sets.command("show", help=words.say("help.sets_show"))
@click.argument("set_id", metavar="SET")
@acts(Permission.MANAGE_ROUNDS)
def show(set_id: str) -> None:
    """Say what a set has."""
    with opened() as (_, engine), snapshot(engine):
        found = _found(set_id)
    _tell(found)
    for one in set_shown(found, Clearance(words)).indicators:
        click.echo(words.say("set.indicator_line", **vars(one)))


@sets.command("export", help=words.say("help.sets_export"))
@click.argument("set_id", metavar="SET")
@click.argument("file", type=_FILE)
@acts(Permission.MANAGE_ROUNDS)
def export(set_id: str, file: Path) -> None:
    """Write a set as a workbook."""
    with opened() as (_, engine), snapshot(engine):
        found = _found(set_id)
    file.write_bytes(set_book(found, words))
    tell("set.written", file=file.name)


def _found(set_id: str) -> IndicatorSet:
    try:
        return load_indicators(set_id)
    except FileNotFoundError:
        stop(Reason("unknown_indicator_set", {"found": set_id[:40]}))


def _tell(found: IndicatorSet) -> None:
    """Say what a set has, in lines; and what of it no form asks."""
    shown = set_shown(found, Clearance(words))
    tell("set.told", id=shown.id, law=shown.law, indicators=len(shown.indicators), points=shown.points)
    for cluster in shown.clusters:
        click.echo("  " + words.say("set.cluster_line", **vars(cluster)), err=True)
    tell_unasked(found)


def tell_unasked(found: IndicatorSet) -> None:
    """Say which criteria of a set no form asks."""
    shown = set_shown(found, Clearance(words))
    if shown.unasked:
        tell("set.unasked", count=len(shown.unasked))
        for line in shown.unasked:
            click.echo(f"  {line}", err=True)
    if shown.otherwise:
        tell("set.asked_otherwise", codes=shown.otherwise)
