"""Filled claim forms for tests: the real template, with cells written as an officer would."""

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

from openpyxl import load_workbook

from server.claims.template import LISTS_SHEET, write_template
from server.claims.workbook import Opened, open_workbook
from server.rulebook import load_indicators
from tests.support.builders import VILLAGES
from tests.support.cells import is_plain, packed, unpacked, with_values
from verification.claim_form.cells import TEMPLATE_VERSION, Stamp

DISTRICT, YEAR = "99.01", 2026
STAMP = Stamp(TEMPLATE_VERSION, DISTRICT, YEAR, load_indicators().id)
TEMPLATE = write_template(load_indicators(), "Contoh", [(village.code, village.name) for village in VILLAGES], STAMP)
PLACE = {"A": 17, "B": "pojok_asi", "C": "Pojok ASI Pasar", "E": f"{VILLAGES[0].code} {VILLAGES[0].name}", "F": 2020,
         "G": -5.0051, "H": 110.0049}  # fmt: skip


def filled(
    cells: dict[str, Any] | None = None, *places: dict[str, Any], stamp: dict[int, Any] | None = None,
    template: bytes = TEMPLATE,
) -> bytes:  # fmt: skip
    """Fill in a template: `cells` by "Sheet!A1", places row by row, `stamp` by row of the hidden sheet."""
    written = dict(cells or {})
    for row, place in enumerate(places, start=4):
        written |= {f"Fasilitas!{letter}{row}": value for letter, value in place.items()}
    written |= {f"{LISTS_SHEET}!A{row}": value for row, value in (stamp or {}).items()}
    fill = _filled if all(map(is_plain, written.values())) else _filled_by_openpyxl
    return fill(template, tuple((address, type(value), value) for address, value in written.items()))


@cache  # the same form is filled in by many tests
def _filled(template: bytes, cells: tuple[tuple[str, type, Any], ...]) -> bytes:
    return packed(with_values(unpacked(template), {address: value for address, _, value in cells}))


@cache  # each time takes a third of a second
def _filled_by_openpyxl(template: bytes, cells: tuple[tuple[str, type, Any], ...]) -> bytes:
    book = load_workbook(io.BytesIO(template))
    for address, _, value in cells:
        sheet, cell = address.split("!")
        book[sheet][cell] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@cache
def opened(content: bytes) -> Opened:
    """Open a filled form, once for all tests that look at it."""
    return open_workbook(content)


def a_place(name: str = "Pojok ASI Pasar", **cells: Any) -> dict[str, Any]:
    return PLACE | {"C": name} | cells


def row_of(indicator: int) -> int:
    """Give an indicator's row on the sheet Klaim."""
    return indicator + 3


def hidden(
    content: bytes, title: str, *, rows: Sequence[int] = (), columns: Sequence[str] = (), whole: bool = False
) -> bytes:
    """Hide rows and columns of a sheet, or the whole of it."""
    found, file = load_workbook(io.BytesIO(content)), io.BytesIO()
    for row in rows:
        found[title].row_dimensions[row].hidden = True
    for letter in columns:
        found[title].column_dimensions[letter].hidden = True
    if whole:
        found[title].sheet_state = "hidden"
        if all(sheet.sheet_state != "visible" for sheet in found):
            found.create_sheet("Lain")  # one has to be in sight
    found.save(file)
    return file.getvalue()
