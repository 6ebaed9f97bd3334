"""Open a workbook that came from outside, without trusting it: what it was made for, and its cells."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.claims.hidden import hidden_in
from server.claims.limited import read_limited
from server.claims.package import UnusableWorkbook
from server.claims.sheet import ReadSheet, SheetRows
from server.claims.xlsx import LISTS_SHEET, template_version
from verification.claim_form.cells import AGAIN, AGAIN_SAID, PRINTED, SHEETS, Book, Cell, Stamp, again_letter, clean
from verification.claim_form.choices import folded
from verification.claim_form.merging import filled_rows
from verification.reason import Reason

MAX_FILE_BYTES = 10_000_000
MAX_PARTS = 2_000  # a full form has some 20, and one with a picture in each row a thousand
FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST_ID = 2**31 - 1
_PART = b"PK\x01\x02"  # begins each entry of a package's list; counted, because only listing 200,000 takes seconds
_PAGES = (".html", ".xml")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # of Excel before 2007, and around what a password protects


@dataclass(frozen=True)
class Opened:
    """An opened workbook; `hidden` is what of it nobody sees who looks at it in a spreadsheet."""

    stamp: Stamp
    book: Book
    hidden: Sequence[Reason] = ()


def open_workbook(content: bytes) -> Opened:
    """Open a filled template. Raises UnusableWorkbook."""
    if len(content) > MAX_FILE_BYTES:
        raise UnusableWorkbook("workbook_too_large", limit=MAX_FILE_BYTES // 10**6)
    refuse_other_kinds(content)
    sheets = read_limited(content)
    book = {title: _by_key(title, sheets[title].cells if title in sheets else {}) for title in SHEETS}
    hidden = [reason for title in SHEETS if title in sheets for reason in _hidden_in(sheets[title], book)]
    return Opened(_stamp(sheets[LISTS_SHEET].cells), book, hidden)


def _hidden_in(sheet: ReadSheet, book: Book) -> Iterator[Reason]:
    """Say what is hidden of that which a district filled in."""
    rows = [number for number, _ in filled_rows(sheet.title, book[sheet.title])]
    printed = PRINTED.get(sheet.title, ())
    return hidden_in(sheet, rows, [column.letter for column in SHEETS[sheet.title] if column.key not in printed])


def refuse_other_kinds(content: bytes) -> None:
    """Say of an honest file of another kind what to do with it. Raises UnusableWorkbook."""
    _refuse_nothing(content)
    if content.startswith(_OLE):
        _refuse_ole(content)
    if not content.startswith(b"PK"):
        raise _of_kind(_kind_of_text(content))
    names = {entry.filename.replace("\\", "/") for entry in _entries(content)}
    if any("vbaproject" in name.lower() for name in names):
        raise UnusableWorkbook("workbook_has_macros")
    if "content.xml" in names:
        raise _of_kind(".ods")
    if "xl/workbook.bin" in names:
        raise _of_kind(".xlsb")


def refuse_pages(content: bytes) -> None:
    """Refuse what is no table written as text, though it is called one. Raises UnusableWorkbook."""
    _refuse_nothing(content)
    if content.startswith(_OLE):
        _refuse_ole(content)
    if (kind := _kind_of_text(content)) in _PAGES:
        raise _of_kind(kind)


def _refuse_nothing(content: bytes) -> None:
    if not content:
        raise UnusableWorkbook("workbook_empty")


def _refuse_ole(content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnusableWorkbook("workbook_has_password")
    raise _of_kind(".xls")


def _entries(content: bytes) -> list[zipfile.ZipInfo]:
    if content.count(_PART) > MAX_PARTS:
        raise UnusableWorkbook("workbook_too_many_parts", limit=MAX_PARTS)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnusableWorkbook("not_a_workbook") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnusableWorkbook("workbook_has_password")
    return entries


def _kind_of_text(content: bytes) -> str | None:
    """Guess what a file is that is no package: a table as text or as a page, or nothing that we know."""
    head = content[:2000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table")):
        return ".html"
    if head.startswith(b"<?xml") and b"spreadsheet" in head:
        return ".xml"
    is_table = b"\0" not in content and any(sign in head for sign in (b";", b",", b"\t")) and b"\n" in head
    return ".csv" if is_table else None


def _of_kind(kind: str | None) -> UnusableWorkbook:
    return UnusableWorkbook("workbook_of_other_kind", name=kind) if kind else UnusableWorkbook("not_a_workbook")


def _stamp(cells: SheetRows) -> Stamp:
    """Read what the form was made for. What no template says was changed by somebody, or lost on the way."""
    district, year, indicator_set, round_id, areas_id, agency = (cells.get(row, {}).get("A") for row in range(2, 8))
    district = f"{district:05.2f}" if isinstance(district, float) else district  # as some programs write 33.10
    areas_id = 1 if areas_id is None else areas_id
    if not re.fullmatch(r"\d\d\.\d\d", str(district), re.ASCII):
        raise _stamp_wrong(2, district)
    if not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise _stamp_wrong(3, year)
    if not isinstance(areas_id, int) or not 0 < areas_id <= LARGEST_ID:
        raise _stamp_wrong(6, areas_id)
    named, whose = (clean(str(one))[:60] if one is not None else None for one in (round_id, agency))
    return Stamp(template_version(cells), str(district), year, clean(str(indicator_set))[:60], named, areas_id, whose)


def _stamp_wrong(row: int, found: object) -> UnusableWorkbook:
    return UnusableWorkbook("claim_form_stamp_wrong", what=f"A{row}", text=clean(str(found))[:40])


def _by_key(title: str, cells: SheetRows) -> dict[int, dict[str, Cell]]:
    """Give a sheet's rows by the keys of its columns. What rules know no type for, they refuse at its cell."""
    keys = {column.letter: column.key for column in SHEETS[title]}
    rows = {row: {key: found.get(letter) for letter, key in keys.items()} for row, found in cells.items()}
    for row, found in cells.items():
        if title not in PRINTED and folded(str(found.get(again_letter(title)))) == AGAIN_SAID:
            rows[row][AGAIN] = AGAIN_SAID
    return rows  # type: ignore[return-value]
