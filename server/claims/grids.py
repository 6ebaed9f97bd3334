"""A table of an agency's own as a grid of cells: an XLSX, read under limits like any workbook, or a CSV."""

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from server.claims.limited import book_limited, table_limited
from server.claims.package import UnusableWorkbook
from server.claims.sheet import ReadSheet
from server.claims.workbook import MAX_FILE_BYTES, refuse_other_kinds, refuse_pages
from server.claims.xlsx import TABLE_COLUMNS, TABLE_ROWS
from verification.claim_form.cells import Cell

_AS_TEXT = (".csv", ".txt", ".tsv")  # endings of names
_UNREADABLE = "\ufffd"
Grid = Mapping[int, Mapping[str, Cell]]  # by row's number, then by column's letter: what is filled


def is_text(name: str) -> bool:
    """Tell by a file's name whether it is a table written as text."""
    return name.lower().endswith(_AS_TEXT)


def read_sheet(content: bytes, as_text: bool, sheet: str | None = None) -> ReadSheet:
    """Read the first sheet of a table, or the one that is named, with what is hidden and merged in it.

    What is a workbook is read as one, whatever its name. Raises UnusableWorkbook.
    """
    _must_be_small(content)
    if _is_text(content, as_text):
        return ReadSheet(_of_text(content))
    refuse_other_kinds(content)
    return table_limited(content, sheet)


def read_grid(content: bytes, as_text: bool, sheet: str | None = None) -> Grid:
    """Read the cells of the first sheet of a table, or of the one that is named. Raises UnusableWorkbook."""
    return cells_of(read_sheet(content, as_text, sheet))


def cells_of(sheet: ReadSheet) -> Grid:
    """Give a sheet's cells as those of a table."""
    return sheet.cells  # type: ignore[return-value]  # a time is no value for any column


def read_whole(content: bytes, as_text: bool) -> Mapping[str, ReadSheet]:
    """Read every sheet of a workbook by its title, or a CSV as one without a title. Raises UnusableWorkbook."""
    _must_be_small(content)
    if _is_text(content, as_text):
        return {"": ReadSheet(_of_text(content))}
    refuse_other_kinds(content)
    return book_limited(content)


def _is_text(content: bytes, as_text: bool) -> bool:
    return as_text and not content.startswith(b"PK")


def _must_be_small(content: bytes) -> None:
    if len(content) > MAX_FILE_BYTES:
        raise UnusableWorkbook("workbook_too_large", limit=MAX_FILE_BYTES // 10**6)


def _of_text(content: bytes) -> dict[int, dict[str, Cell]]:
    """Read a CSV of whatever separator."""
    refuse_pages(content)
    text = _decoded(content)
    signs = Counter(sign for sign in text[:20_000] if sign in ";,\t")
    separator = max(";\t,", key=lambda sign: (signs[sign] > 0 and _is_even(text, sign), signs[sign]))
    grid: dict[int, dict[str, Cell]] = {}
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1):
            if number > TABLE_ROWS:
                raise UnusableWorkbook("table_too_long", limit=TABLE_ROWS)
            cells: dict[str, Cell] = dict(zip(TABLE_COLUMNS, (value.strip() for value in row), strict=False))
            filled: dict[str, Cell] = {letter: value for letter, value in cells.items() if value}
            if filled:
                grid[number] = filled
    except csv.Error:  # a quote that nobody closes would swallow all the rows below
        raise UnusableWorkbook("table_quotes_wrong", row=number + 1) from None
    return grid


def _decoded(content: bytes) -> str:
    """Read letters as their file says (Excel's "Unicode text" is UTF-16), else as UTF-8, else as Windows's own."""
    is_wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        if encoding == "cp1252" and _is_damaged_utf8(content):
            break
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if "\0" not in text:
                return text
    raise UnusableWorkbook("table_letters_wrong")


def _is_damaged_utf8(content: bytes) -> bool:
    """Tell whether more letters are right as UTF-8 than wrong: as Windows's own those would be wrong instead."""
    text = content.decode("utf-8", errors="replace")
    wrong = text.count(_UNREADABLE)
    return len(text) - len(text.encode("ascii", errors="ignore")) - wrong > wrong


def _is_even(text: str, sign: str) -> bool:
    """Tell whether most lines have as many of a separator: "1.250,5" has commas where a table is parted by others."""
    counts = Counter(line.count(sign) for line in text.splitlines()[:200] if line.strip())
    ((often, lines),) = counts.most_common(1)
    return often > 0 and lines * 2 > counts.total()
