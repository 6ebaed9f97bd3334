"""What another application exported, by a map of columns: an empty map, and the claim form that an export comes to."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from server.claims.column_map import UnusableMap
from server.claims.converted_text import converted_text, troubles_text
from server.claims.converting import convert
from server.claims.grids import is_text, read_grid, read_whole
from server.claims.map_sheet import empty_map
from server.claims.part_commands import beginning, must_be_free
from server.claims.template import NoTemplate
from server.claims.workbook import UnusableWorkbook
from server.db import snapshot
from server.roles.table import Permission
from server.rounds.rules import rules_of
from server.rounds.tables import Round
from server.terminal import acts, district_option, opened, round_option, stop, tell, words
from verification.reason import Reason

_Read = TypeVar("_Read")


@click.command("map", help=words.say("help.claims_map"))
@click.argument("xlsx", type=click.Path(dir_okay=False, path_type=Path))
@round_option
@acts(Permission.GIVE_CLAIM_FORM)
def map_(xlsx: Path, round_id: str) -> None:
    """Write an empty map of columns for a round's indicator set."""
    must_be_free(xlsx)
    with opened() as (_, engine), snapshot(engine) as session:
        meant = session.get(Round, round_id)
        if meant is None:
            stop(Reason("round_not_known", {"round": round_id}))
        xlsx.write_bytes(empty_map(rules_of(session, meant).indicators, words))
    tell("column_map.map_written", file=str(xlsx))


@click.command("convert", help=words.say("help.claims_convert"))
@click.argument("export", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "map_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help=words.say("help.claims_convert_map"))  # fmt: skip
@round_option
@district_option
@click.option("--to", "xlsx", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help=words.say("help.claims_convert_to"))  # fmt: skip
@acts(Permission.IMPORT_CLAIMS)
def convert_(export: Path, map_file: Path, round_id: str, district: str, xlsx: Path) -> None:
    """Write the claim form that an export comes to by a map; nothing while something in either is wrong."""
    must_be_free(xlsx)
    with opened() as (_, engine), snapshot(engine) as session:
        try:
            sheets = _of_file(export, lambda: read_whole(beginning(export), is_text(export.name)))
            map_grid = _of_file(map_file, lambda: read_grid(beginning(map_file), is_text(map_file.name)))
            found, content = convert(session, round_id, district, sheets, map_grid)
        except (NoTemplate, UnusableMap) as cannot:
            stop(cannot.reason)
    if found.troubles:
        for line in troubles_text(found.troubles, words):
            click.echo(line)
        stop(Reason("map_has_troubles", {"count": len(found.troubles)}))
    for line in converted_text(found, words):
        click.echo(line)
    xlsx.write_bytes(content)
    tell("column_map.written", file=str(xlsx))


def _of_file(file: Path, read: Callable[[], _Read]) -> _Read:
    """Read a file, or end with its name and what it is instead."""
    try:
        return read()
    except UnusableWorkbook as unusable:
        click.echo(f"{file.name}: ", nl=False, err=True)
        stop(unusable.reason)
