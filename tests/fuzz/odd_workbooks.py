"""Claim forms that something happened to: to the file, to the XML inside, or to what an officer wrote into cells."""

import random
import re
import zipfile
from collections.abc import Callable

from tests.support.cells import packed
from tests.support.packages import (
    BOOK,
    RELATED,
    SHEET_PARTS,
    STYLES,
    a_place_in_cells,
    number,
    text,
    with_cells,
    with_format,
)
from tests.support.workbooks import row_of

Parts = dict[str, bytes]
ODD_VALUES = (b"", b"-1", b"99999", b"x", b"nan", b"../../x.xml", b"\xc3\xa9", b"A1:XFD1048576", b"1" * 5_000)
ODD_NAMES = (b"x", b"v", b"row", b"c", b"sheetData")
READ = (BOOK, RELATED, STYLES, "[Content_Types].xml", "_rels/.rels", *SHEET_PARTS.values())
FORMATS = (
    "0%", "0.00%", "dd/mm/yyyy", "hh:mm", "[h]:mm", "mmm-yy", "#,##0,,", "0000000", '0" %"', "@",
    "[$-421]d mmmm", "", ";;;", "%%", "[", '"', "yyyy" * 50, "General;General",
)  # fmt: skip
TEXTS = (
    "", " ", "-", "0", "N/A", "BELUM ADA", "???", "مدرسة النور", "学校", "\u200b", "\u00a0",
    "\ufeffx", "_x0000_", "_xD800_", "=1+1", "x" * 301, "x" * 40_000, "1.250", "1.250,5", "1e308", "nan",
    "85%", "31/12/2025", "31/02/2025", "ya", "99.01.01.2001", "99.02.01.2001 Desa", "Desa (99.01.01.2002)",
    "pojok_asi", "rumah_aman", "P9990001", "p9990001", "&#1;", "&lt;b&gt;", "&amp;lt;", "\u202e", "\ufffe",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "17", "2020", "2020.0", "1e308", "-1e308", "1e999", "nan", "45992.5", "-5.0051", "5.0051",
    "110.0049", "-50051", "99999999999999999999", "0.85", "1E-320", "0x10", "١٢", " 12 ", "1_000", "",
    "2958466",
)  # fmt: skip
ODD_XML = (
    b"<c/>", b"<c>", b"</c>", b"<row r='-1'>", b"<row r='99999999999999'/>", b"<v>1</v>", b"&x;", b"&#0;",
    b"&#xD800;", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<!-- -- -->", b"<![CDATA[x]]>", b"\xff\xfe", b"\0",
    b"<mergeCell ref='A1:XFD1048576'/>", b"<c r='XFE1'/>", b"<c r='A0'/>", b"<c r='\xc2\xb2'/>",
    b"<c t='d'><v>2025-13-45</v></c>", b"<f>", b"<is><t>", b"<si>", b" s='-1'", b" r=''",
    b"<?xml version='9.9' encoding='utf-7'?>", b"<c/>" * 9_000, b"<a>" * 90,
)  # fmt: skip


def an_odd_workbook(seed: int) -> bytes:
    """Make the workbook of a seed: always the same of the same."""
    chance = random.Random(seed)
    parts = a_filled_form(chance)
    level = chance.choice((by_cells, by_cells, by_xml, by_xml, by_zip))
    return level(chance, parts)


def a_filled_form(chance: random.Random) -> Parts:
    parts = with_cells("Klaim", number(f"E{row_of(17)}", 12))
    for row in range(4, 4 + chance.randint(1, 3)):
        cells = a_place_in_cells(row, C=text(f"C{row}", f"Pojok ASI {row}"))
        parts = with_cells("Fasilitas", *cells, parts=parts)
    return parts


# ── what is written into cells ───────────────────────────────────────────────────────────────────────────────────────


def by_cells(chance: random.Random, parts: Parts) -> bytes:
    parts, style = with_format(chance.choice(FORMATS), parts)
    for _ in range(chance.randint(1, 4)):
        sheet = chance.choice(("Klaim", "Jawaban", "Dokumen", "Fasilitas", "Fasilitas", "_tilik"))
        letter, row = chance.choice("ABCDEFGH"), chance.choice((1, 2, 3, 4, 5, 6, 7, 20, 5000, 5001, 1_048_576))
        parts = with_cells(sheet, a_cell(chance, f"{letter}{row}", style), parts=parts)
    return packed(parts)


def a_cell(chance: random.Random, where: str, style: int) -> str:
    kind = chance.choice(("number", "styled", "text", "b", "e", "d", "str", "s", "formula"))
    if kind in ("number", "styled"):
        return number(where, chance.choice(NUMBERS), style + chance.choice((0, 0, 0, 1)) if kind == "styled" else None)
    if kind == "text":
        return text(where, chance.choice(TEXTS))
    if kind == "formula":
        return f'<c r="{where}"><f>A1</f>{chance.choice(("", "<v/>", "<v>7</v>"))}</c>'
    return f'<c r="{where}" t="{kind}"><v>{chance.choice((*NUMBERS, "#N/A", "2025-12-31", "12:30:00", *TEXTS))}</v></c>'


# ── what happens to XML ──────────────────────────────────────────────────────────────────────────────────────────────


def by_xml(chance: random.Random, parts: Parts) -> bytes:
    for _ in range(chance.randint(1, 3)):
        name = chance.choice([part for part in READ if part in parts])
        parts[name] = chance.choice(EDITS)(chance, parts[name])
    return packed(parts)


def _cut_out(chance: random.Random, content: bytes) -> bytes:
    begin = chance.randrange(len(content) + 1)
    return content[:begin] + content[begin + chance.randint(1, 400) :]


def _put_in(chance: random.Random, content: bytes) -> bytes:
    at = chance.choice([found.start() for found in re.finditer(rb"<", content)] or [0])
    return content[:at] + chance.choice(ODD_XML) + content[at:]


def _repeat(chance: random.Random, content: bytes) -> bytes:
    begin = chance.randrange(len(content) + 1)
    return content[:begin] + content[begin : begin + 900] * chance.choice((2, 3, 200)) + content[begin:]


def _other_value(chance: random.Random, content: bytes) -> bytes:
    found = list(re.finditer(rb'="([^"]*)"', content))
    if not found:
        return content
    one = chance.choice(found)
    value = chance.choice(
        (b"", b"-1", b"99999", b"x", b"nan", b"../../x.xml", b"\xc3\xa9", b"A1:XFD1048576", b"1" * 5_000)
    )
    return content[: one.start(1)] + value + content[one.end(1) :]


def _other_name(chance: random.Random, content: bytes) -> bytes:
    found = list(re.finditer(rb"</?([a-zA-Z:]+)", content))
    if not found:
        return b"x"
    one = chance.choice(found)
    return content[: one.start(1)] + chance.choice(ODD_NAMES) + content[one.end(1) :]


def _otherwise_encoded(chance: random.Random, content: bytes) -> bytes:
    encoding = chance.choice(("utf-16", "utf-8-sig", "cp1252", "utf-32", "utf-7"))
    return content.decode("utf-8", errors="replace").encode(encoding, errors="replace")


def _nothing(_chance: random.Random, _content: bytes) -> bytes:
    return b""


Edit = Callable[[random.Random, bytes], bytes]
EDITS: tuple[Edit, ...] = (_cut_out, _put_in, _put_in, _repeat, _other_value, _other_value, _other_name,
                           _otherwise_encoded, _nothing)  # fmt: skip


# ── what happens to a file ───────────────────────────────────────────────────────────────────────────────────────────


def by_zip(chance: random.Random, parts: Parts) -> bytes:
    method = chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    parts = chance.choice((_without_a_part, _two_swapped, _named_otherwise, _as_it_is, _as_it_is))(chance, parts)
    content = bytearray(_with_one_twice(chance, parts) if chance.random() < 0.1 else packed(parts, method))
    for _ in range(chance.choice((0, 1, 1, 5, 50))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.2:
        _change_a_head(chance, content)
    return bytes(content[: chance.randrange(len(content))] if chance.random() < 0.1 else content)


def _without_a_part(chance: random.Random, parts: Parts) -> Parts:
    gone = chance.choice(list(parts))
    return {name: content for name, content in parts.items() if name != gone}


def _two_swapped(chance: random.Random, parts: Parts) -> Parts:
    one, other = chance.sample(list(parts), 2)
    return parts | {one: parts[other], other: parts[one]}


def _named_otherwise(chance: random.Random, parts: Parts) -> Parts:
    one = chance.choice(list(parts))
    names = (one.upper(), f"../{one}", f"/{one}", one.replace("/", "\\"), "xl/vbaProject.bin", "content.xml", "?")
    name = chance.choice(names)
    return {name if part == one else part: content for part, content in parts.items()}


def _as_it_is(_chance: random.Random, parts: Parts) -> Parts:
    return parts


def _with_one_twice(chance: random.Random, parts: Parts) -> bytes:
    one, other = chance.choice(list(parts)), chance.choice(list(parts))
    return packed(parts).replace(one.encode(), other.ljust(len(one))[: len(one)].encode())


def _change_a_head(chance: random.Random, content: bytearray) -> None:
    """Change flags, method, sizes or a checksum of a part, in the list at the file's end."""
    heads = [found.start() for found in re.finditer(b"PK\x01\x02", bytes(content))]
    if heads:
        at = chance.choice(heads) + chance.choice((6, 8, 10, 16, 20, 24, 28, 42))
        content[at : at + 2] = chance.choice((0, 1, 9, 12, 14, 99, 0xFFFF)).to_bytes(2, "little")
