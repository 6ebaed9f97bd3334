"""Values written into the cells of a workbook's XML: to read and write a whole form takes a hundred times as long.

Only of workbooks that openpyxl wrote, as it would write them: its parts have these names, its elements this shape.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from html import escape, unescape

from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.compat import safe_string
from openpyxl.utils import column_index_from_string

Value = str | int | float | None
_BOOK, _SHEET = "xl/workbook.xml", "xl/worksheets/sheet{}.xml"
_TITLE = re.compile(rb'<sheet [^>]*?name="([^"]*)"')
_ROWS = re.compile(r"(?<=<sheetData>).*(?=</sheetData>)|<sheetData ?/>", re.DOTALL)
_ROW = re.compile(r'<row r="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>.*?</c>)', re.DOTALL)
_STYLE = re.compile(r' s="\d+"')


@cache
def unpacked(content: bytes) -> Mapping[str, bytes]:
    """Unpack a workbook: its parts by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name)  # of no date: the same parts are the same file
            part.compress_type = method
            archive.writestr(part, content)
    return file.getvalue()


def is_plain(value: object) -> bool:
    """Tell whether a value is written the same into any cell: a date needs a style, and some texts are no text."""
    if isinstance(value, str):
        return value not in ERROR_CODES and len(value) < 32_767 and not ILLEGAL_CHARACTERS_RE.search(value)
    return value is None or type(value) in (int, float)


def with_values(parts: Mapping[str, bytes], values: Mapping[str, Value]) -> dict[str, bytes]:
    """Write plain values into cells, by "Sheet!A1"; what begins with "=" is a formula that nobody computed."""
    titles = [unescape(title.decode()) for title in _TITLE.findall(parts[_BOOK])]
    by_part: defaultdict[str, dict[int, dict[str, Value]]] = defaultdict(lambda: defaultdict(dict))
    for address, value in values.items():
        title, where = address.split("!")
        letters = where.rstrip("0123456789")
        by_part[_SHEET.format(titles.index(title) + 1)][int(where.removeprefix(letters))][letters] = value
    return dict(parts) | {part: _sheet(parts[part], rows) for part, rows in by_part.items()}


def _sheet(content: bytes, values: Mapping[int, Mapping[str, Value]]) -> bytes:
    before, rows, after = _taken_apart(content)
    written = dict(rows)
    for number, cells in values.items():
        written[number] = _row(number, rows.get(number, f'<row r="{number}"></row>'), cells)
    return (before + "".join(written[number] for number in sorted(written)) + after).encode()


@cache
def _taken_apart(content: bytes) -> tuple[str, Mapping[int, str], str]:
    """Give a sheet's rows by their numbers, and what is before and after them; not how far its cells reach."""
    sheet = re.sub(r"<dimension [^>]*>", "", content.decode()).replace("<sheetData />", "<sheetData></sheetData>")
    found = _ROWS.search(sheet)
    assert found
    rows = {int(row[1]): row[0] for row in _ROW.finditer(found[0])}
    assert "".join(rows.values()) == found[0], "openpyxl wrote it"
    return sheet[: found.start()], rows, sheet[found.end() :]


def _row(number: int, row: str, values: Mapping[str, Value]) -> str:
    begin = row[: row.index(">") + 1].replace("/>", ">")
    cells = {cell[1]: cell[0] for cell in _CELL.finditer(row)}
    for letters, value in values.items():
        style = _STYLE.search(cells[letters].split(">")[0]) if letters in cells else None
        cells[letters] = _cell(f'<c r="{letters}{number}"{style[0] if style else ""}', value)
    return f"{begin}{''.join(cells[letters] for letters in sorted(cells, key=column_index_from_string))}</row>"


def _cell(begin: str, value: Value) -> str:
    if value is None or value == "":
        return f'{begin} t="n" />'
    if not isinstance(value, str):
        return f'{begin} t="n"><v>{safe_string(value)}</v></c>'
    if value.startswith("=") and len(value) > 1:
        return f"{begin}><f>{escape(value[1:], quote=False)}</f><v /></c>"
    space = ' xml:space="preserve"' if value != value.strip() else ""
    return f'{begin} t="inlineStr"><is><t{space}>{escape(value, quote=False)}</t></is></c>'
