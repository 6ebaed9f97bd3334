"""An indicator set as a workbook: to read, and to start another one from."""

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from server.rulebook import codes_of_sets
from server.words import Catalogue
from verification.sets.indicators import IndicatorSet
from verification.sets.layout import (
    CODE,
    DAY,
    FIRST_ROW,
    KEY_ROW,
    LAST_ROW,
    NUMBER,
    SHEETS,
    SMALL,
    WHOLE,
    WORD,
    WORDS_ROW,
    YES_NO,
    SetColumn,
    SetSheet,
)
from verification.sets.rows import GUIDE
from verification.sets.sheets import as_sheets

_GREY, _BOLD = PatternFill("solid", start_color="EEEEEE"), Font(bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)
_LONGEST_LIST = 255  # letters of a list to choose from, in the workbook itself
GUIDE_LINES = 6


def set_book(indicators: IndicatorSet, words: Catalogue) -> bytes:
    """Write a set as a workbook: a sheet for each kind of thing, and one that says what each column takes."""
    book = Workbook()
    _guide(book.active, words)
    for title, rows in as_sheets(indicators).items():
        _sheet(book.create_sheet(title), SHEETS[title], rows, words)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _guide(page: Any, words: Catalogue) -> None:
    page.title = GUIDE
    lines: list[list[str]] = [[words.say(f"set.guide_{line}")] for line in range(1, GUIDE_LINES + 1)]
    heads = [words.say(f"set.guide_{head}") for head in ("sheet", "key", "what", "takes")]
    columns = [[sheet.title, column.key, _called(column, words), _takes(column, words)]
               for sheet in SHEETS.values() for column in sheet.columns]  # fmt: skip
    for number, row in enumerate([*lines, [], heads, *columns], start=1):
        for at, text in enumerate(row, start=1):
            _write(page.cell(number, at), text, "@")
            if row is heads:
                page.cell(number, at).font = _BOLD
    for letter, width in zip("ABCD", (22, 22, 60, 80), strict=True):
        page.column_dimensions[letter].width = width


def _takes(column: SetColumn, words: Catalogue) -> str:
    """Say what a column takes: how it is written, whether it has to be, and from which codes."""
    said = [words.say(f"set.reads_{column.reads}")] + ([words.say("set.is_needed")] if column.needed else [])
    if "." in column.known:
        said.append(words.say("set.of_sheet", sheet=column.known.partition(".")[0]))
    elif column.known:
        said.append(", ".join(codes_of_sets()[column.known]))
    return "; ".join(said)


def _called(column: SetColumn, words: Catalogue) -> str:
    name, _, language = column.key.partition(".")
    called = words.say(f"set.column.{name}")
    return f"{called} ({words.say(f'language.{language}')})" if language else called


def _sheet(page: Any, sheet: SetSheet, rows: Iterable[Iterable[Any]], words: Catalogue) -> None:
    page.freeze_panes = f"B{FIRST_ROW}"
    for at, column in enumerate(sheet.columns, start=1):
        for row, text in ((KEY_ROW, column.key), (WORDS_ROW, _called(column, words))):
            _write(page.cell(row, at), text, "@")
            page.cell(row, at).fill = _GREY
        page.cell(KEY_ROW, at).font = _BOLD
        is_short = column.reads in (CODE, WORD, SMALL, WHOLE, NUMBER, YES_NO)
        page.column_dimensions[get_column_letter(at)].width = 14 if is_short else 40
        _offer(page, column, get_column_letter(at))
    for number, cells in enumerate(rows, start=FIRST_ROW):
        for at, value in enumerate(cells, start=1):
            if value is not None:
                _write(page.cell(number, at), value, _format(sheet.columns[at - 1]))


def _offer(page: Any, column: SetColumn, letter: str) -> None:
    """Let a code be chosen where there are few."""
    codes = codes_of_sets().get(column.known, ()) if column.reads == CODE else ()
    listed = ",".join(("ya", "tidak") if column.reads == YES_NO else codes)
    if listed and len(listed) <= _LONGEST_LIST:
        offered = DataValidation("list", formula1=f'"{listed}"', allow_blank=True)
        offered.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
        page.add_data_validation(offered)


def _format(column: SetColumn) -> str:
    return {DAY: "yyyy-mm-dd", NUMBER: "General", WHOLE: "0"}.get(column.reads, "@")


def _write(cell: Any, value: str | float | date, shown_as: str) -> None:
    cell.value, cell.number_format, cell.alignment = value, shown_as, _TOP
    if isinstance(value, str):
        cell.data_type = "s"  # what begins with "=" is a text
