"""Loading areas."""

import csv
from pathlib import Path

import click

from server.areas import text
from server.areas.geojson import read_areas
from server.areas.loading import apply_areas
from server.db import writing
from server.terminal import json_option, opened, stop, tell, words
from server.work.queue import ask
from verification.reason import Reason

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help=words.say("help.areas"))
def areas() -> None:
    """Manage areas."""


@areas.command("load", help=words.say("help.areas_load"))
@click.argument("geojson", type=_FILE)
@click.option("--names", type=_FILE, help=words.say("help.names"))
@click.option("--lat-first", is_flag=True, help=words.say("help.lat_first"))
@json_option
def load(geojson: Path, names: Path | None, lat_first: bool, as_json: bool) -> None:
    """Load areas and say what is wrong with their outlines."""
    plan = read_areas(_read_text(geojson), _read_names(names), lat_first=lat_first)
    for problem in plan.problems:
        click.echo(words.reason(problem), err=True)
    if plan.problems:
        tell("areas.nothing_loaded")
        raise SystemExit(1)
    with opened() as (_, engine), writing(engine) as session:
        counts = apply_areas(session, plan)
        ask(session, "read", "")
    if as_json:
        click.echo(text.areas_json(plan, counts, words))
        return
    tell("areas.loaded", villages=len(plan.villages), **counts)
    for sentence in text.outline_lines(plan, words):
        click.echo(sentence, err=True)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        stop(Reason("not_geojson"))


def _read_names(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {row[0].strip(): row[1].strip() for row in csv.reader(file) if len(row) >= 2}
    except (UnicodeDecodeError, csv.Error):
        stop(Reason("names_not_csv"))
