"""Filled claim forms for tests: the real template, with cells written as an officer would."""

import io
from typing import Any

from openpyxl import load_workbook

from server.claims.template import LISTS_SHEET, write_template
from server.rulebook import load_indicators
from tests.support.builders import VILLAGES

DISTRICT, YEAR = "99.01", 2026
TEMPLATE = write_template(load_indicators(), (DISTRICT, "Contoh"), [(v.code, v.name) for v in VILLAGES], YEAR)
PLACE = {"A": 17, "B": "pojok_asi", "C": "Pojok ASI Pasar", "E": f"{VILLAGES[0].code} {VILLAGES[0].name}", "F": 2020,
         "G": -5.0051, "H": 110.0049}  # fmt: skip


def filled(cells: dict[str, Any] | None = None, *places: dict[str, Any], stamp: dict[int, Any] | None = None) -> bytes:
    """Fill in the template: `cells` by "Sheet!A1", places row by row, `stamp` by row of the hidden sheet."""
    book = load_workbook(io.BytesIO(TEMPLATE))
    for address, value in (cells or {}).items():
        sheet, cell = address.split("!")
        book[sheet][cell] = value
    for row, place in enumerate(places, start=4):
        for letter, value in place.items():
            book["Fasilitas"][f"{letter}{row}"] = value
    for row, value in (stamp or {}).items():
        book[LISTS_SHEET].cell(row, 1).value = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def a_place(name: str = "Pojok ASI Pasar", **cells: Any) -> dict[str, Any]:
    return PLACE | {"C": name} | cells


def row_of(indicator: int) -> int:
    """Give an indicator's row on the sheet Klaim."""
    return indicator + 3
