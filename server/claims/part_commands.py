"""A claim form in parts: one for each agency, several merged into one, and an agency's own table put into one."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from server.claims.adding import WantedRows, take, with_table
from server.claims.grids import is_text, read_sheet
from server.claims.joined_text import joined_text, taken_text
from server.claims.joining import CannotMerge, Joined, join, whole_of
from server.claims.own_table import UnusableTable
from server.claims.splitting import split
from server.claims.template import NoTemplate
from server.claims.workbook import MAX_FILE_BYTES, Opened, UnusableWorkbook, open_workbook
from server.db import snapshot
from server.roles.table import Permission
from server.terminal import acts, agreed, district_option, opened, round_option, stop, tell, words
from verification.reason import Reason


@click.command("split", help=words.say("help.claims_split"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@round_option
@district_option
@acts(Permission.GIVE_CLAIM_FORM)
def split_(folder: Path, round_id: str, district: str) -> None:
    """Write a workbook for each agency that the regulation names as a source; none that is there already."""
    with opened() as (_, engine), snapshot(engine) as session:
        try:
            parts = list(split(session, round_id, district))
        except NoTemplate as none:
            stop(none.reason)
    if there := [part.filename for part in parts if (folder / part.filename).exists()]:
        stop(Reason("file_is_there", {"file": there[0]}))
    folder.mkdir(parents=True, exist_ok=True)
    for part in parts:
        (folder / part.filename).write_bytes(part.content)
        numbers = ", ".join(map(str, part.indicators))
        click.echo(words.say("claims.part_written", file=part.filename, agency=part.agency, indicators=numbers))


@click.command("merge", help=words.say("help.claims_merge"))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("xlsx", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--first", is_flag=True, help=words.say("help.claims_merge_first"))
@acts(Permission.IMPORT_CLAIMS)
def merge_(files: tuple[Path, ...], xlsx: Path, first: bool) -> None:
    """Write one workbook of several; nothing while two cells do not agree, unless the first is to count."""
    must_be_free(xlsx)
    parts = [(file.name, _opened(file)) for file in files]
    with opened() as (_, engine), snapshot(engine) as session:
        try:
            _write_joined(session, join(session, parts), xlsx, first)
        except CannotMerge as cannot:
            stop(cannot.reason)


def _write_joined(session: Session, joined: Joined, xlsx: Path, first: bool) -> None:
    """Tell what merging came to, and write the workbook of all, unless something stands against it."""
    told = joined_text(joined, words)
    for line in told:
        click.echo(line)
    if joined.problems or (joined.merged.clashes and not first):
        tell("claims.merge_refused", problems=len(joined.problems), clashes=len(joined.merged.clashes))
        raise SystemExit(1)
    xlsx.write_bytes(whole_of(session, joined, told))
    tell("claims.merged", file=str(xlsx))


@click.command("table", help=words.say("help.claims_table"))
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("xlsx", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--for", "what", multiple=True, required=True, help=words.say("help.claims_table_for"))
@click.option("--kind", help=words.say("help.claims_table_kind"))
@click.option("--sheet", help=words.say("help.claims_table_sheet"))
@click.option("--column", "columns", multiple=True, metavar="8b1=D", help=words.say("help.claims_table_column"))
@click.option("--first", is_flag=True, help=words.say("help.claims_merge_first"))
@click.option("--yes", is_flag=True, help=words.say("help.yes"))
@acts(Permission.IMPORT_CLAIMS)
def table_(
    table: Path, workbook: Path, xlsx: Path, what: tuple[str, ...], kind: str | None, sheet: str | None,
    columns: tuple[str, ...], first: bool, yes: bool,
) -> None:  # fmt: skip
    """Put an agency's own table into a claim form: shows which column it takes for what, and asks."""
    must_be_free(xlsx)
    named = dict(_named_column(column) for column in columns)
    form = _opened(workbook)
    with opened() as (_, engine), snapshot(engine) as session:
        try:
            found = read_sheet(beginning(table), is_text(table.name), sheet)
            taken = take(session, form, found, WantedRows(what, kind, named))
            for line in taken_text(taken, words):
                click.echo(line)
            if not taken.rows or not (yes or agreed(words.say("claims.table_confirm"))):
                tell("claims.table_nothing")
                raise SystemExit(1)
            _write_joined(session, with_table(session, form, workbook.name, table.name, taken), xlsx, first)
        except (UnusableWorkbook, UnusableTable, CannotMerge) as cannot:
            stop(cannot.reason)


def _named_column(column: str) -> tuple[str, str]:
    """Read "8b1=D"; wrong use where it is not that."""
    name, _, letter = column.partition("=")
    if not (name and letter.isascii() and letter.isalpha()):
        raise click.BadParameter(column)
    return name.strip(), letter.strip().upper()


def _opened(file: Path) -> Opened:
    """Open a workbook, or end with what it is instead."""
    try:
        return open_workbook(beginning(file))
    except UnusableWorkbook as unusable:
        click.echo(f"{file.name}: ", nl=False, err=True)
        stop(unusable.reason)


def beginning(file: Path) -> bytes:
    """Read a file, of one that is too large no more than shows that."""
    with file.open("rb") as opened_file:
        return opened_file.read(MAX_FILE_BYTES + 1)


def must_be_free(xlsx: Path) -> None:
    """End with a sentence where a file is there already: none is written over."""
    if xlsx.exists():
        stop(Reason("file_is_there", {"file": str(xlsx)}))
