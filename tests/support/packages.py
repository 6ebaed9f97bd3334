"""Workbooks taken apart and put together again: what other programs write, and what is left of it on the way."""

import re
from collections.abc import Mapping

from tests.support.cells import unpacked
from tests.support.workbooks import TEMPLATE
from verification.claim_form.cells import SHEETS

_TITLES = ("Petunjuk", "Ringkasan", *SHEETS, "Penjelasan", "Contoh", "_tilik")
SHEET_PARTS = {title: f"xl/worksheets/sheet{number}.xml" for number, title in enumerate(_TITLES, start=1)}
STYLES, TEXTS, BOOK, RELATED = "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def parts_of(content: bytes = TEMPLATE) -> dict[str, bytes]:
    """Unpack a workbook: its parts by their names."""
    return dict(unpacked(content))


def with_cells(sheet: str, *cells: str, parts: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Write cells as XML into a row of their own at a sheet's end; each says itself where it is."""
    new = dict(parts or parts_of())
    row = f"<row>{''.join(cells)}</row></sheetData>".encode()
    new[SHEET_PARTS[sheet]] = new[SHEET_PARTS[sheet]].replace(b"</sheetData>", row)
    return new


def with_format(code: str, parts: Mapping[str, bytes] | None = None) -> tuple[dict[str, bytes], int]:
    """Add a style with such a number format; gives the parts, and the style's number."""
    new = dict(parts or parts_of())
    styles = new[STYLES].decode()
    written = code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    styles = re.sub(r"<numFmts[^>]*>", rf'\g<0><numFmt numFmtId="990" formatCode="{written}"/>', styles)
    number = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")].count("<xf ")
    new[STYLES] = styles.replace("</cellXfs>", '<xf numFmtId="990"/></cellXfs>').encode()
    assert 'numFmtId="990" formatCode' in styles
    return new, number


def number(where: str, value: str | float, style: int | None = None) -> str:
    """Write a cell with a number as XML."""
    styled = f' s="{style}"' if style is not None else ""
    return f'<c r="{where}"{styled}><v>{value}</v></c>'


def text(where: str, value: str) -> str:
    """Write a cell with its text inside, as several programs do."""
    return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def a_place_in_cells(row: int = 4, /, **cells: str) -> list[str]:
    """Write a place's row; `cells` are by column's letter, as XML."""
    written = {
        "A": number(f"A{row}", 17), "B": text(f"B{row}", "pojok_asi"), "C": text(f"C{row}", "Pojok ASI Pasar"),
        "E": text(f"E{row}", "99.01.01.2001 Desa 00"), "F": number(f"F{row}", 2020),
        "G": number(f"G{row}", -5.0051), "H": number(f"H{row}", 110.0049),
    }  # fmt: skip
    return list((written | cells).values())
