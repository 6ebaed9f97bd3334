"""What merging workbooks came to, for the terminal and for a sheet of the merged one."""

from collections.abc import Iterator
from datetime import datetime

from server.claims.hidden import hidden_in
from server.claims.joining import Joined, may_be_told
from server.claims.own_table import Heading, unused
from server.claims.taken import TakenRows
from server.disclosure.values import WITHHELD
from server.words import Catalogue
from verification.claim_form.cells import Cell
from verification.claim_form.merging import CellSaid, Clash

_SHOWN = 80  # letters of a cell
_MOST = 20  # cells that a sentence names
PLACE_FIELDS = ("facility_name", "registry_no", "village", "subdistrict", "area_code", "lat", "lon", "age")


def joined_text(joined: Joined, words: Catalogue) -> list[str]:
    """Say file by file what came, whose part is missing, and cell by cell what does not agree."""
    lines = [words.say("claims.merge_file", file=one.name, agency=one.agency or "–", rows=one.rows)
             for one in joined.files]  # fmt: skip
    if joined.missing:
        lines.append(words.say("claims.merge_missing", agencies="; ".join(joined.missing)))
    if joined.empty:
        lines.append(words.say("claims.merge_empty", agencies="; ".join(joined.empty)))
    if joined.merged.repeated:
        lines.append(words.say("claims.merge_repeated", count=joined.merged.repeated))
    lines += [f"{file}: {words.reason(reason)}" for file, reason in joined.hidden]
    lines += [f"{file} {cell}: {words.reason(reason)}" for file, cell, reason in joined.problems]
    return [*lines, *_clashes(joined, words)]


def _clashes(joined: Joined, words: Catalogue) -> Iterator[str]:
    indicators = joined.indicators
    for clash in joined.merged.clashes:
        told = may_be_told(clash, indicators)
        said = " | ".join(said_in(one, told) for one in clash.said)
        heading = words.say(f"template.column.{clash.key}")
        yield words.say("claims.merge_clash", about=about_clash(clash, told), column=heading, said=said)


def about_clash(clash: Clash, told: bool) -> str:
    """Name the row: by its indicator, its question, or what it is called."""
    first = next((value for key, value in clash.row.items() if value is not None), "")
    named = clash.row.get("facility_name") or clash.row.get("title") if told else None
    return " ".join(_written(value) for value in (clash.sheet, first, named) if value is not None)


def said_in(one: CellSaid, told: bool) -> str:
    """Say what a cell says, where it may be told."""
    return f"{one.file} {one.cell}: {_written(one.value) if told else WITHHELD}"


def _written(value: Cell) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    return " ".join(str(value).split())[:_SHOWN]


def taken_text(taken: TakenRows, words: Catalogue) -> list[str]:
    """Say which column was taken for what, what was left aside, and what is to be looked at; no contents."""
    headings = taken.table.headings
    lines = [words.say("claims.table_column", letter=letter, heading=_heading(headings.get(letter)),
                       field=words.say(f"claims.table_field.{field}") if field in PLACE_FIELDS else field)
             for field, letter in taken.used]  # fmt: skip
    others = "; ".join(f"{one.letter} {_heading(one)}" for one in unused(taken.table, [at for _, at in taken.used]))
    lines += [words.say("claims.table_unused", columns=others)] if others else []
    lines.append(words.say("claims.table_read", rows=taken.read, written=len(taken.rows)))
    for key, found in _left_aside(taken):
        if found:
            lines.append(words.say(key, count=len(found), cells=", ".join(found[:_MOST])))
    lines += _unreadable(taken, words)
    used = [letter for _, letter in taken.used]
    lines += map(words.reason, hidden_in(taken.table.sheet, taken.table.rows, used))
    if taken.table.sheet.others:
        lines.append(words.say("claims.table_others", sheets="; ".join(taken.table.sheet.others)))
    return [*lines, *(words.say(key, **values) for key, values in taken.remarks)]


def _left_aside(taken: TakenRows) -> Iterator[tuple[str, list[str]]]:
    """Give the rows and cells that a person has to look at, by what is said of them."""
    table, used = taken.table, {letter for _, letter in taken.used}
    yield "claims.table_sums", [str(number) for number in taken.sums]
    yield "claims.table_unknown", [cell for _, cell in taken.unknown]
    yield "claims.table_bad", sorted(taken.bad)
    yield "claims.table_nameless", [str(number) for number in taken.nameless]
    yield "claims.table_short", taken.short
    yield "claims.table_merged", [f"{one.letter}{one.first}" for one in table.merged if one.letter in used]
    yield "claims.table_beyond", [f"{letter}{number}" for letter, number in table.beyond if letter not in used]


def _unreadable(taken: TakenRows, words: Catalogue) -> Iterator[str]:
    """Say of the cells that hold no value what is wrong with them, once for all that have the same."""
    wrong: dict[str, list[str]] = {}
    for cell, reason in taken.unreadable:
        wrong.setdefault(words.reason(reason), []).append(cell)
    for sentence, cells in wrong.items():
        shown = ", ".join(cells[:_MOST])
        yield words.say("claims.table_unreadable", count=len(cells), cells=shown, sentence=sentence)


def _heading(heading: Heading | None) -> str:
    return f'"{heading.shown[:_SHOWN]}"' if heading else ""
