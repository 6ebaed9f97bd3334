"""A table of an agency's own as a grid of cells: an XLSX, read under limits like any workbook, or a CSV."""

import csv
import io
from collections import Counter
from collections.abc import Mapping

from server.claims.limited import book_limited, table_limited
from server.claims.package import UnusableWorkbook
from server.claims.workbook import MAX_FILE_BYTES, refuse_other_kinds
from server.claims.xlsx import TABLE_COLUMNS, TABLE_ROWS
from verification.claim_form.cells import Cell

_AS_TEXT = (".csv", ".txt", ".tsv")  # endings of names
Grid = Mapping[int, Mapping[str, Cell]]  # by row's number, then by column's letter: what is filled


def is_text(name: str) -> bool:
    """Tell by a file's name whether it is a table written as text."""
    return name.lower().endswith(_AS_TEXT)


def read_grid(content: bytes, as_text: bool, sheet: str | None = None) -> Grid:
    """Read the first sheet of a table, or the one that is named. Raises UnusableWorkbook."""
    _must_be_small(content)
    if as_text:
        return _of_text(content)
    refuse_other_kinds(content)
    return table_limited(content, sheet)  # type: ignore[return-value]  # a time is no value for any column


def read_grids(content: bytes, as_text: bool) -> Mapping[str, Grid]:
    """Read every sheet of a workbook by its title, or a CSV as one without a title. Raises UnusableWorkbook."""
    _must_be_small(content)
    if as_text:
        return {"": _of_text(content)}
    refuse_other_kinds(content)
    return book_limited(content)  # type: ignore[return-value]  # a time is no value for any column


def _must_be_small(content: bytes) -> None:
    if len(content) > MAX_FILE_BYTES:
        raise UnusableWorkbook("workbook_too_large", limit=MAX_FILE_BYTES // 10**6)


def _of_text(content: bytes) -> Grid:
    """Read a CSV of whatever separator; not in UTF-8 it is taken for Windows's own."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnusableWorkbook("not_a_workbook")
    signs = Counter(sign for sign in text[:20_000] if sign in ";,\t")
    separator = max(";\t,", key=lambda sign: (signs[sign] > 0 and _is_even(text, sign), signs[sign]))
    grid: dict[int, dict[str, Cell]] = {}
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            if number > TABLE_ROWS:
                raise UnusableWorkbook("table_too_long", limit=TABLE_ROWS)
            cells: dict[str, Cell] = dict(zip(TABLE_COLUMNS, (value.strip() for value in row), strict=False))
            filled: dict[str, Cell] = {letter: value for letter, value in cells.items() if value}
            if filled:
                grid[number] = filled
    except csv.Error:
        raise UnusableWorkbook("not_a_workbook") from None
    return grid


def _is_even(text: str, sign: str) -> bool:
    """Tell whether most lines have as many of a separator: "1.250,5" has commas where a table is parted by others."""
    counts = Counter(line.count(sign) for line in text.splitlines()[:200] if line.strip())
    ((often, lines),) = counts.most_common(1)
    return often > 0 and lines * 2 > counts.total()
