"""Read the cells of a claim form from an xlsx, whoever wrote it, in one pass and little memory.

Only what a cell shows is read: no drawings, links, rules or macros, however many there are; also what is
hidden and what is merged. The names of both dialects (transitional and strict) are read alike.
Whatever is damaged ends in some error: the caller (`limited.py`) takes any for a damaged workbook. Source: ECMA-376,
part 1.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from string import ascii_uppercase

from server.claims.formats import BUILT_IN
from server.claims.package import Package, UnusableWorkbook, parse
from server.claims.sheet import CellValues, ReadSheet, SheetCells, SheetRows, TextRuns, unescaped
from verification.claim_form.cells import (
    FIRST_ROW,
    FIRST_VERSION,
    LAST_ROW,
    PRINTED,
    SHEETS,
    again_letter,
    clean,
    columns_of,
    sheets_of,
)

LISTS_SHEET = "_tilik"  # hidden; the stamp is in its first column
STAMP_ROWS = 7


def read_cells(content: bytes) -> dict[str, ReadSheet]:
    """Read the sheets of a claim form and the hidden one. Raises UnusableWorkbook, or any error for what is damaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = Package(archive)
        book = _Workbook(parts)
        _must_have(book, (*sheets_of(FIRST_VERSION), LISTS_SHEET))
        texts, formats = _texts(parts, book.related("sharedStrings")), _formats(parts, book.related("styles"))
        stamp = _sheet(parts, book, LISTS_SHEET, texts, formats, {"A"})
        version = template_version(stamp.cells)
        _must_have(book, sheets_of(version))
        return {LISTS_SHEET: stamp} | {
            title: _sheet(parts, book, title, texts, formats, _letters(title, version)) for title in sheets_of(version)
        }


TABLE_ROWS = 40_000  # of a table of an agency's own: a row for each village, and headings
BOOK_SHEETS = 40
TABLE_COLUMNS = [first + letter for first in ("", *ascii_uppercase) for letter in ascii_uppercase]  # A to ZZ


def read_table(content: bytes, sheet: str | None) -> ReadSheet:
    """Read the first sheet in sight of any workbook, or the one that is named.

    Raises UnusableWorkbook, or any error.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = Package(archive)
        book = _Workbook(parts)
        named = sheet or next(iter(book.sheets), "")
        if named not in book.sheets:
            raise UnusableWorkbook("table_has_no_such_sheet", sheets=", ".join(book.sheets))
        texts, formats = _texts(parts, book.related("sharedStrings")), _formats(parts, book.related("styles"))
        reading = SheetCells(TABLE_COLUMNS, CellValues(texts, formats, since_1904=book.since_1904))
        parse(parts.read(book.sheets[named]), reading.start, reading.end, reading.take)
    if reading.cells and max(reading.cells) > TABLE_ROWS:
        raise UnusableWorkbook("table_too_long", limit=TABLE_ROWS)
    others = tuple(one for one in book.sheets if one not in (named, *book.hidden))
    return replace(_read(reading, book, named), others=others)


def read_book(content: bytes) -> dict[str, ReadSheet]:
    """Read every sheet of any workbook, of so many, those in sight first. Raises UnusableWorkbook, or any error."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = Package(archive)
        book = _Workbook(parts)
        if len(book.sheets) > BOOK_SHEETS:
            raise UnusableWorkbook("workbook_too_many_sheets", limit=BOOK_SHEETS)
        texts, formats = _texts(parts, book.related("sharedStrings")), _formats(parts, book.related("styles"))
        found = {}
        for title, name in book.sheets.items():
            reading = SheetCells(TABLE_COLUMNS, CellValues(texts, formats, since_1904=book.since_1904))
            parse(parts.read(name), reading.start, reading.end, reading.take)
            found[title] = _read(reading, book, title)
    return found


def _read(reading: SheetCells, book: "_Workbook", title: str) -> ReadSheet:
    return ReadSheet(
        dict(sorted(reading.cells.items())), hidden=tuple(sorted(reading.hidden & reading.cells.keys())),
        merged=tuple(reading.merged), hidden_columns=tuple(_hidden_columns(reading)),
        is_hidden=title in book.hidden, title=title,
    )  # fmt: skip


def _hidden_columns(reading: SheetCells) -> Iterator[str]:
    """Name the hidden columns in which anything stands."""
    if reading.hidden_spans:
        filled = {letter for row in reading.cells.values() for letter in row}
        for number, letter in enumerate(TABLE_COLUMNS, start=1):
            if letter in filled and any(number in span for span in reading.hidden_spans):
                yield letter


def _letters(title: str, version: str) -> set[str]:
    return {one.letter for one in columns_of(title, version)} | (
        {again_letter(title)} if title not in PRINTED else set()
    )


def template_version(stamp: SheetRows) -> str:
    """Say by which version of the template a workbook was made."""
    return clean(str(stamp.get(1, {}).get("A")))[:20]


def _must_have(book: "_Workbook", titles: Sequence[str]) -> None:
    if missing := [title for title in titles if title not in book.sheets]:
        raise UnusableWorkbook("not_our_template", sheets=", ".join(missing))


class _Workbook:
    """A workbook's part: the names of the parts its sheets are in, those in sight first; from when it counts days."""

    def __init__(self, parts: Package) -> None:
        mains = [name for _, kind, name in parts.related("") if kind == "officeDocument"]
        main = mains[0] if mains else "xl/workbook.xml"
        self._related = list(parts.related(main))
        self.since_1904 = False
        self.sheets: dict[str, str] = {}
        self.hidden: set[str] = set()
        self._parts_by_id = {key: name for key, _, name in self._related}
        parse(parts.read(main), self._enter)
        self.sheets = dict(sorted(self.sheets.items(), key=lambda one: one[0] in self.hidden))

    def _enter(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet" and (title := attributes["name"].strip()) not in self.sheets:
            self.sheets[title] = self._parts_by_id[attributes["id"]]
            if attributes.get("state") in ("hidden", "veryHidden"):
                self.hidden.add(title)
        if tag == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") in ("1", "true", "on")

    def related(self, wanted: str) -> str | None:
        """Name the part of a kind, where there is one."""
        return next((name for _, kind, name in self._related if kind == wanted), None)


def _texts(parts: Package, name: str | None) -> list[str]:
    """Read the texts that cells share."""
    found: list[str] = []
    reading = TextRuns()

    def start(tag: str, _: Mapping[str, str]) -> None:
        nonlocal reading
        if tag == "si":
            reading = TextRuns()
        reading.start(tag)

    def end(tag: str) -> None:
        reading.end(tag)
        if tag == "si":
            found.append(unescaped(reading.whole()))

    if name and name in parts:
        parse(parts.read(name), start, end, lambda text: reading.take(text))
    return found


def _formats(parts: Package, name: str | None) -> list[str] | None:
    """Read the format's code of each style; None where the workbook has no styles."""
    own: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt" and "numFmtId" in attributes:
            own[attributes["numFmtId"]] = attributes.get("formatCode", "")
        inside = (inside or tag == "cellXfs") and tag != "cellStyles"
        if inside and tag == "xf":
            styles.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    if not name or name not in parts:
        return None
    parse(parts.read(name), start, end)
    return [own[number] if number in own else BUILT_IN.get(int(number), "") for number in styles]


def _sheet(
    parts: Package, book: _Workbook, title: str, texts: list[str], formats: list[str] | None, wanted: Set[str]
) -> ReadSheet:
    rows = range(FIRST_ROW, LAST_ROW + 1) if title in SHEETS else range(1, STAMP_ROWS + 1)
    reading = SheetCells(wanted, CellValues(texts, formats, since_1904=book.since_1904))
    parse(parts.read(book.sheets[title]), reading.start, reading.end, reading.take)
    filled = [row for row in reading.cells if row not in rows]
    if title in SHEETS and filled and max(filled) > LAST_ROW:
        raise UnusableWorkbook("workbook_too_many_rows", sheet=title, rows=max(filled), limit=LAST_ROW)
    found = _read(reading, book, title)
    return replace(found, cells={row: cells for row, cells in found.cells.items() if row in rows})
