"""Tables for spreadsheets: CSV as the language's Excel reads it, and XLSX. No value in them can run as a formula.

An Indonesian Excel takes ";" between columns and "12,5" for a number, and reads UTF-8 only behind a byte order mark.
Which separator a reader's program takes nobody can know, so a value is made harmless after any of them. OWASP, "CSV
Injection".
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from server.words import Catalogue

Row = Sequence[Any]  # text, numbers, moments, None
BYTE_ORDER_MARK = "\ufeff"
_LONGEST_TEXT = 32_767  # characters that Excel takes in one cell
_WIDEST = 60  # characters
_SEPARATOR = {"id": ";", "en": ","}
# at the beginning, or behind what any program takes for the end of a cell; in full width too, which some read alike
_MAY_BE_A_FORMULA = re.compile(r"(^|[;,|\t\r\n\v\f\x85\u2028\u2029])([\s\"']*)(?=[=+\-@＝＋－＠])")
_ONLY_A_TAB = re.compile(r"^[\t\r\n]")


def as_csv(head: Sequence[str], rows: Iterable[Row], words: Catalogue) -> str:
    """Write a table as CSV, with separator and decimals as the language's spreadsheets take them."""
    return "".join(csv_lines(head, rows, words))


def csv_lines(head: Sequence[str], rows: Iterable[Row], words: Catalogue) -> Iterator[str]:
    """Write the same line by line, for a table that is not to be held in memory."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=_SEPARATOR[words.language], lineterminator="\r\n")
    file.write(BYTE_ORDER_MARK)
    for row in chain([head], rows):
        writer.writerow([_written(value, words) for value in row])
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def as_xlsx(title: str, head: Sequence[str], rows: Iterable[Row], words: Catalogue) -> bytes:
    """Write a table as a workbook of one sheet: heads stay in sight and filter; numbers are numbers, the rest text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    taken = [[_for_excel(value, words) for value in row] for row in rows]
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(taken) + 1}"
    for number, name in enumerate(head):
        widest = max([len(name), *(len(str(row[number])) for row in taken if row[number] is not None)])
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(widest, _WIDEST) + 3
    cells = _Cells(sheet)
    sheet.append([cells.cell(name, bold=True) for name in head])
    for row in taken:
        sheet.append([cells.cell(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet could take for a formula, wherever a cell could begin."""
    found = _MAY_BE_A_FORMULA.sub(r"\1\2'", text)
    return f"'{found}" if _ONLY_A_TAB.match(found) else found


def _written(value: Any, words: Catalogue) -> str:
    if value is None:
        return ""
    if _is_number(value):
        return str(value).replace(".", "," if words.language == "id" else ".")
    return harmless(value if isinstance(value, str) else words.show(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _for_excel(value: Any, words: Catalogue) -> Any:
    if value is None or _is_number(value):
        return value
    text = words.show(value) if isinstance(value, bool | datetime) else str(value)
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_LONGEST_TEXT]


class _Cells:
    """How texts stand in the cells of a sheet, worked out once: for each cell anew it took half of the time."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._kept: dict[tuple[bool, bool], Any] = {}

    def cell(self, value: Any, bold: bool = False) -> Any:
        cell: Any = WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"  # openpyxl takes what begins with "=" for a formula
            cell._style = self._of_text(len(value) > _WIDEST, bold)
        return cell

    def _of_text(self, is_long: bool, bold: bool) -> Any:
        if (is_long, bold) not in self._kept:
            cell: Any = WriteOnlyCell(self._sheet)
            cell.alignment = Alignment(vertical="top", wrap_text=is_long)
            if bold:
                cell.font = Font(bold=True)
            self._kept[is_long, bold] = cell._style
        return self._kept[is_long, bold]
