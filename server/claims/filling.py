"""Write what is known already into a claim form: what agencies handed in, an agency's own table, last round's lists.

What came from outside is written as it was read: a text stays a text, also where it looks like a formula.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import NamedStyle, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from server.claims.look import CENTRED_WRAPPED, OPEN, TOP, TOP_WRAPPED, font
from server.words import catalogue
from verification.claim_form.cells import (
    AGAIN,
    AGAIN_SAID,
    FIRST_ROW,
    LAST_ROW,
    PRINTED,
    SHEETS,
    Book,
    OddCell,
    Percent,
    Row,
    Rows,
    again_letter,
)
from verification.claim_form.row import is_filled

DATE = "dd/mm/yyyy"
NOTES = "Gabungan"
_AGAIN = PatternFill("solid", bgColor="FFF2CC")
_HEAD = PatternFill("solid", fgColor="BF9000")
_LINE_POINTS = 14.5
_FORMATS = {"text": "@", "day": DATE, "share": "0.00%", "number": "General", "time": "hh:mm"}


@dataclass(frozen=True)
class FilledIn:
    """What a form is written with: rows by sheet, those to be looked at once more marked (`AGAIN`).

    `notes`: how it came to be, for a sheet that nobody reads in.
    """

    book: Book = field(default_factory=dict)
    notes: Sequence[str] = ()


NOTHING_YET = FilledIn()


def fill_in(book: Workbook, filled: FilledIn) -> None:
    """Write rows into a form's sheets: into the printed row of their code, or one below the other."""
    if not filled.book:
        return
    for name, code in _FORMATS.items():
        as_typed = TOP_WRAPPED if name == "text" else TOP
        book.add_named_style(
            NamedStyle(f"tilik_{name}", font(), alignment=as_typed, number_format=code, protection=OPEN)
        )
    for title, rows in filled.book.items():
        if title in PRINTED:
            _printed(book[title], rows.values())
        else:
            for at, row in enumerate(rows.values(), start=FIRST_ROW):
                _write(book[title], at, row)
                _make_room(book[title], at, row)
    for note in filled.notes:
        sheet = book[NOTES] if NOTES in book.sheetnames else book.create_sheet(NOTES, 2)
        sheet.append([""])
        cell = sheet[f"A{sheet.max_row}"]
        _put(cell, note)
        cell.alignment, sheet.column_dimensions["A"].width = TOP_WRAPPED, 130
    marked = {title: _marked(rows) for title, rows in filled.book.items() if _marked(rows)}
    if marked:
        counted = "+".join(f"COUNTA({_mark(book[title], rows)})" for title, rows in marked.items())
        book["Ringkasan"].append([catalogue("id").say("template.summary_again"), f"={counted}"])


def _marked(rows: Rows) -> list[int]:
    return [at for at, row in enumerate(rows.values(), start=FIRST_ROW) if AGAIN in row]


def _printed(sheet: Worksheet, rows: Iterable[Row]) -> None:
    first, *_ = SHEETS[sheet.title]
    places = {str(sheet[f"A{at}"].value): at for at in range(FIRST_ROW, sheet.max_row + 1)}
    for row in rows:
        _write(sheet, places[str(row[first.key])], row)


def _write(sheet: Worksheet, at: int, row: Row) -> None:
    printed = PRINTED.get(sheet.title, frozenset())
    for column in SHEETS[sheet.title]:
        value = row.get(column.key)
        if column.key not in printed and is_filled(value):
            _put(sheet[f"{column.letter}{at}"], value)


def _make_room(sheet: Worksheet, at: int, row: Row) -> None:
    """Make a row as high as its longest text needs: some programs let texts lie over each other."""
    widths = {column.key: sheet.column_dimensions[column.letter].width for column in SHEETS[sheet.title]}
    lines = max((ceil(len(value) / widths[key]) for key, value in row.items()
                 if isinstance(value, str) and key in widths), default=1)  # fmt: skip
    if lines > 1:
        sheet.row_dimensions[at].height = _LINE_POINTS * lines


def _put(cell: Any, value: object) -> None:
    if isinstance(value, str):
        cell.value, cell.style = ILLEGAL_CHARACTERS_RE.sub("", value), "tilik_text"
        cell.data_type = "s"  # openpyxl takes what begins with "=" for a formula
    elif isinstance(value, Percent):
        cell.value, cell.style = value.fraction, "tilik_share"
    elif isinstance(value, OddCell):
        raise ValueError(value.code)  # whoever fills in looks for these before
    else:
        kind = "day" if isinstance(value, datetime) else "time" if isinstance(value, time) else "number"
        cell.value, cell.style = value, f"tilik_{kind}"


def _mark(sheet: Worksheet, rows: Iterable[int]) -> str:
    """Say beside rows that they are from the last round, until the district clears it; gives where that is said."""
    say = catalogue("id").say
    letter = again_letter(sheet.title)
    head = sheet[f"{letter}{FIRST_ROW - 1}"]
    head.value, head.fill, head.font = say("template.from_last_round"), _HEAD, font(bold=True, color="FFFFFF")
    head.alignment = CENTRED_WRAPPED
    sheet.column_dimensions[letter].width = 18
    sheet.column_dimensions[letter].protection = OPEN
    for at in rows:
        cell = sheet[f"{letter}{at}"]
        cell.value, cell.style = AGAIN_SAID, "tilik_text"
    where = f"A{FIRST_ROW}:{letter}{LAST_ROW}"
    sheet.conditional_formatting.add(where, FormulaRule(formula=[f'${letter}{FIRST_ROW}<>""'], fill=_AGAIN))
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{letter}{LAST_ROW}"
    return f"'{sheet.title}'!{letter}{FIRST_ROW}:{letter}{LAST_ROW}"
