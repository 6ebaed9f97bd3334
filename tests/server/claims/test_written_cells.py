"""Tests fill forms in by writing XML: what that comes to is what openpyxl comes to, cell by cell."""

import io
from datetime import date
from typing import Any

from openpyxl import load_workbook

from tests.support.cells import is_plain, packed, unpacked, with_values
from tests.support.packages import SHEET_PARTS
from tests.support.workbooks import TEMPLATE
from workers.central.xml import read_elements

VALUES = ("teks", " di tepi ", "baris\nbaru", 'R&D <b> "x"', "=1+", '=A1&"<x>"', 12, 12.5, 0.1 + 0.2, 1e20, -5, None)
SHEETS = ("Klaim", "Fasilitas", "_tilik")
CELLS = {f"{sheet}!{letters}{row}": value for sheet in SHEETS for letters in ("A", "C", "E", "H", "AB")
         for row, value in enumerate(VALUES, start=2)} | {"Fasilitas!C10004": "jauh"}  # fmt: skip


def cells_of(content: bytes, sheet: str) -> list[Any]:
    """Give each cell's place, style and kind, and what is in it, in the file's order."""
    cells = read_elements(unpacked(content)[SHEET_PARTS[sheet]].decode()).walk()
    return [(cell.attributes, cell.children) for cell in cells
            if cell.local == "c" and (cell.children or "s" in cell.attributes)]  # fmt: skip


def test_what_is_written_as_xml_is_what_openpyxl_writes() -> None:
    book, file = load_workbook(io.BytesIO(TEMPLATE)), io.BytesIO()
    for address, value in CELLS.items():
        sheet, cell = address.split("!")
        book[sheet][cell] = value
    book.save(file)
    written = packed(with_values(unpacked(TEMPLATE), CELLS))
    for sheet in SHEETS:
        assert cells_of(written, sheet) == cells_of(file.getvalue(), sheet)


def test_what_is_no_plain_value_is_left_to_openpyxl() -> None:
    assert all(map(is_plain, VALUES))
    assert not any(map(is_plain, (date(2026, 1, 2), True, "#N/A", "a\x07", "x" * 40_000)))
