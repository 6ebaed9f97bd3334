"""Open a workbook that came from outside, without trusting it: what it was made for, and its cells."""

import io
import zipfile
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from server.claims.template import LISTS_SHEET
from verification.claim_form.form import FIRST_ROW, SHEETS, Book, Formula, Rows, Stamp
from verification.reason import WithReason

MAX_FILE_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 12_000_000  # a template has under 1 MB; openpyxl needs some fifty times as much memory
MAX_ROWS = 5_000


class UnusableWorkbook(WithReason):
    """A file that is not a filled template; `reason` says what it is instead."""


@dataclass(frozen=True)
class Opened:
    """An opened workbook."""

    stamp: Stamp
    book: Book


def open_workbook(content: bytes) -> Opened:
    """Open a filled template. Raises UnusableWorkbook."""
    _check_archive(content)
    try:
        values = load_workbook(io.BytesIO(content), data_only=True)
        formulas = load_workbook(io.BytesIO(content))
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise UnusableWorkbook("not_a_workbook") from error
    missing = [sheet for sheet in (*SHEETS, LISTS_SHEET) if sheet not in values.sheetnames]
    if missing:
        raise UnusableWorkbook("not_our_template", sheets=", ".join(missing))
    return Opened(_stamp(values), {sheet: _rows(values, formulas, sheet) for sheet in SHEETS})


def _check_archive(content: bytes) -> None:
    """Refuse what is no xlsx, or would fill the memory once unpacked, before anything is unpacked."""
    if len(content) > MAX_FILE_BYTES:
        raise UnusableWorkbook("workbook_too_large", megabytes=round(len(content) / 1e6), limit=MAX_FILE_BYTES // 10**6)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnusableWorkbook("not_a_workbook") from error
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise UnusableWorkbook("not_a_workbook")
    if any("vbaProject" in entry.filename for entry in entries):
        raise UnusableWorkbook("workbook_has_macros")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES:
        raise UnusableWorkbook("workbook_unpacks_too_large", megabytes=round(unpacked / 1e6))


def _stamp(book: Workbook) -> Stamp:
    sheet = book[LISTS_SHEET]
    version, district, year, indicator_set, round_id, areas_id = (sheet.cell(row, 1).value for row in range(1, 7))
    if not isinstance(year, int) or not isinstance(areas_id, int | None):
        raise UnusableWorkbook("not_our_template", sheets=LISTS_SHEET)
    since = (str(round_id) if round_id else None, areas_id or 1)
    return Stamp(str(version), str(district), year, str(indicator_set), *since)


def _rows(values: Workbook, formulas: Workbook, title: str) -> Rows:
    sheet, written = values[title], formulas[title]
    if sheet.max_row > MAX_ROWS:
        raise UnusableWorkbook("workbook_too_many_rows", sheet=title, rows=sheet.max_row, limit=MAX_ROWS)
    letters = [(column.letter, column.key) for column in SHEETS[title]]
    return {
        row: {
            key: Formula() if value is None and written[f"{letter}{row}"].data_type == "f" else value
            for letter, key in letters
            for value in (sheet[f"{letter}{row}"].value,)
        }
        for row in range(FIRST_ROW, sheet.max_row + 1)
    }
