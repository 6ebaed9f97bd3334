"""Loading areas: of a file that changes those that are there, the plan is shown before anything is done."""

import json
from datetime import datetime
from pathlib import Path

import click

from server.areas.comparing import AreaChange
from server.areas.files import UnusableFile, read_text
from server.areas.geojson import AreaPlan, read_areas
from server.areas.names import NameList, read_names
from server.areas.text import outline_lines, outlines_json, problem_lines
from server.db import now
from server.moments import CAPITAL, day_in
from server.people.acting import account
from server.recoding import text
from server.recoding.applying import AreasWish, NotApplied, load_areas
from server.recoding.consequences import Consequences
from server.roles.table import Permission
from server.terminal import acts, agreed, json_option, opened, stop, tell, words

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_GONE = "-"  # in a list of decisions, for a code that nothing took the place of


@click.group(help=words.say("help.areas"))
def areas() -> None:
    """Manage areas."""


@areas.command("load", help=words.say("help.areas_load"))
@click.argument("geojson", type=_FILE)
@click.option("--names", type=_FILE, help=words.say("help.names"))
@click.option("--lat-first", is_flag=True, help=words.say("help.lat_first"))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help=words.say("help.as_of"))
@click.option("--whole", is_flag=True, help=words.say("help.whole"))
@click.option("--decided", type=_FILE, help=words.say("help.decided"))
@click.option("--yes", is_flag=True, help=words.say("help.areas_yes"))
@json_option
@acts(Permission.MANAGE_AREAS)
def load(
    geojson: Path, names: Path | None, lat_first: bool, as_of: datetime | None, whole: bool, decided: Path | None,
    yes: bool, as_json: bool,
) -> None:  # fmt: skip
    """Load areas, say what they change, and what is wrong with their outlines."""
    plan, choices = _read_files(geojson, names, decided, lat_first)
    wish = AreasWish(account().label, as_of.date() if as_of else day_in(CAPITAL, now()), whole, choices)

    def agree(change: AreaChange, follows: Consequences) -> bool:
        if change.ended and not as_json:
            click.echo("\n".join(text.plan_lines(change, follows, words)), err=True)
        asks = not follows.against and change.plan.recoded + change.plan.unsure + change.plan.gone
        return yes or not asks or agreed(words.say("areas.confirm"))

    with opened() as (_, engine):
        try:
            change, follows = load_areas(engine, plan, wish, agree)
        except NotApplied as refused:
            stop(*refused.reasons)
    if as_json:
        found = {"areas": change.counts, "plan": text.plan_json(change, follows, words)}
        click.echo(json.dumps(found | {"outlines": outlines_json(plan, words)}, ensure_ascii=False, indent=1))
        return
    tell("areas.loaded", villages=len(plan.villages), **change.counts)
    if change.without_zone:
        tell("areas.zone_unknown", provinces=", ".join(change.without_zone))
    for sentence in outline_lines(plan, words):
        click.echo(sentence, err=True)


def _read_files(
    geojson: Path, names: Path | None, decided: Path | None, lat_first: bool
) -> tuple[AreaPlan, dict[str, str | None]]:
    """Read the areas, and what was decided; or say what is wrong with either, and stop."""
    listed, said = _read_list(names), _read_list(decided)
    plan = read_areas(_read_text(geojson), listed.names, lat_first=lat_first)
    if problems := (*listed.problems, *said.problems, *plan.problems):
        for sentence in problem_lines(problems, words):
            click.echo(sentence, err=True)
        tell("areas.nothing_loaded")
        raise SystemExit(1)
    return plan, {old: None if new == _GONE else new for old, new in said.names.items()}


def _read_list(path: Path | None) -> NameList:
    return read_names(_read_text(path)) if path else NameList()


def _read_text(path: Path) -> str:
    try:
        return read_text(path)
    except UnusableFile as unusable:
        stop(unusable.reason)
