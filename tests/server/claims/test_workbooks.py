"""What people's programs write, and what is left of it on the way: read as an officer saw it, or refused."""

import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from server.claims.limited import CPU_SECONDS
from server.claims.package import MAX_ELEMENTS, MAX_UNPACKED_BYTES
from server.claims.tables import ClaimLine, Document
from server.claims.workbook import UnusableWorkbook, open_workbook
from server.register.tables import Facility
from tests.support.builders import INDICATORS, KINDS
from tests.support.cells import packed
from tests.support.packages import (
    BOOK,
    RELATED,
    SHEET_PARTS,
    STYLES,
    TEXTS,
    a_place_in_cells,
    number,
    parts_of,
    text,
    with_cells,
    with_format,
)
from tests.support.visits import assert_operator_can_act
from tests.support.workbooks import TEMPLATE, filled, row_of
from verification.claim_form.cells import SHEETS
from verification.claim_form.form import FilledForm, VillageCodes
from verification.claim_form.reader import read_form

VILLAGES = VillageCodes(frozenset({"99.01.01.2001", "99.01.01.2002"}), frozenset())
Parts = dict[str, bytes]


def form_of(parts: Parts) -> FilledForm:
    form = read_form(open_workbook(packed(parts)).book, INDICATORS, KINDS, VILLAGES, 2026)
    for problem in (*form.problems, *form.remarks):
        assert_operator_can_act(problem.reason)
    return form


def problems_of(parts: Parts) -> list[tuple[str, str]]:
    return [(p.reason.code, f"{p.sheet}!{p.column}{p.row}") for p in form_of(parts).problems]


def unusable(content: bytes) -> str:
    with pytest.raises(UnusableWorkbook) as caught:
        open_workbook(content)
    assert_operator_can_act(caught.value.reason)
    return caught.value.reason.code


# ── a number's format is part of it ──────────────────────────────────────────────────────────────────────────────────


def answer_row(code: str) -> int:
    codes = list(INDICATORS.answer_fields)
    return codes.index(code) + 4


def answered(code: str, value: float, number_format: str) -> str | None:
    parts, style = with_format(number_format)
    form = form_of(with_cells("Jawaban", number(f"E{answer_row(code)}", value, style), parts=parts))
    claims = [answer.value for claim in form.claims.values() for answer in claim.answers]
    return claims[0] if claims else form.problems[0].reason.code


@pytest.mark.parametrize("code, value, number_format, expected", [
    ("25a1", 0.85, "0%", "85"), ("11a1", 0.125, "0.0%", "12.5"), ("25a1", 0.07, "0.00%;[Red]-0.00%", "7"),
    ("25a1", 85, '0" %"', "85"), ("25a1", 85, r"0\%", "85"), ("25a1", 85, "0%", "not_a_percentage"),
    ("17a1", 0.5, "0%", "percent_where_number_belongs"), ("17a1", 12, '#,##0 "desa"', "12"),
    ("2_2", 1_250_000_000, "#,##0,,", "number_shown_scaled"), ("2_2", 1250.5, '[$Rp-421] #,##0.00', "1250.5"),
    ("17a1", 45_000, "dd/mm/yyyy", "text_where_number_belongs"), ("17a1", 0.5, "hh.mm", "text_where_number_belongs"),
    ("17a1", 1.5, "[h]:mm", "text_where_number_belongs"), ("17a1", 12, "[Red]0;[Blue]-0", "12"),
])  # fmt: skip
def test_a_numbers_format_is_part_of_it(code: str, value: float, number_format: str, expected: str) -> None:
    assert answered(code, value, number_format) == expected


@pytest.mark.parametrize("built_in, code", [
    (9, "percent_where_number_belongs"), (14, "text_where_number_belongs"), (20, "text_where_number_belongs"),
    (46, "text_where_number_belongs"),
])  # fmt: skip
def test_a_score_in_a_format_that_workbooks_name_by_number_only(built_in: int, code: str) -> None:
    parts, style = with_format("0")
    parts[STYLES] = parts[STYLES].replace(b'<xf numFmtId="990"/>', f'<xf numFmtId="{built_in}"/>'.encode())
    parts = with_cells("Klaim", number(f"E{row_of(1)}", 0.5, style), parts=parts)
    assert problems_of(parts) == [(code, f"Klaim!E{row_of(1)}")]


@pytest.mark.parametrize("number_format", ["mmm-yy", "hh:mm:ss", "[h]:mm", "dd/mm/yyyy"])
@pytest.mark.parametrize("letter", ["C", "D"])
def test_a_name_or_number_that_became_a_date_or_a_time(number_format: str, letter: str) -> None:
    parts, style = with_format(number_format)
    cells = a_place_in_cells(**{letter: number(f"{letter}4", 45_992.5, style)})
    assert problems_of(with_cells("Fasilitas", *cells, parts=parts)) == [("not_a_text", f"Fasilitas!{letter}4")]


def test_a_name_that_became_a_truth_and_a_document_that_became_a_month() -> None:
    cells = a_place_in_cells(C='<c r="C4" t="b"><v>1</v></c>')
    assert problems_of(with_cells("Fasilitas", *cells)) == [("not_a_text", "Fasilitas!C4")]
    parts, style = with_format("mmm-yy")
    document = [number("A4", 1), number("B4", 45_992, style), text("D4", "Perda")]
    assert problems_of(with_cells("Dokumen", *document, parts=parts)) == [("not_a_text", "Dokumen!B4")]


def test_a_registry_number_keeps_the_zeros_that_its_format_shows_and_must_have_all_its_digits() -> None:
    parts, style = with_format("00000000")
    (line,) = (
        form_of(with_cells("Fasilitas", *a_place_in_cells(D=number("D4", 123, style)), parts=parts)).claims[17].lines
    )
    assert line.registry_no == "00000123"
    cells = a_place_in_cells(D=number("D4", "5.1003321000199999E+16"))
    assert problems_of(with_cells("Fasilitas", *cells)) == [("number_lost_digits", "Fasilitas!D4")]


@pytest.mark.parametrize("error, letter", [
    ("#N/A", "C"), ("#REF!", "D"), ("#NAME?", "A"), ("#VALUE!", "E"), ("#DIV/0!", "F"), ("#NULL!", "G"),
])  # fmt: skip
def test_an_error_is_no_value_wherever_it_stands(error: str, letter: str) -> None:
    cells = a_place_in_cells(**{letter: f'<c r="{letter}4" t="e"><f>A1</f><v>{error}</v></c>'})
    assert ("error_cell", f"Fasilitas!{letter}4") in problems_of(with_cells("Fasilitas", *cells))


# ── other programs ───────────────────────────────────────────────────────────────────────────────────────────────────

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def another_main_part(parts: Parts) -> Parts:
    parts["xl/workbook22.xml"] = parts.pop(BOOK)
    parts["xl/_rels/workbook22.xml.rels"] = parts.pop(RELATED)
    return {name: content.replace(b"xl/workbook.xml", b"xl/workbook22.xml") for name, content in parts.items()}


def strict(parts: Parts) -> Parts:
    return {name: content.replace(MAIN, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
            .replace(OFFICE, b"http://purl.oclc.org/ooxml/officeDocument/relationships")
            for name, content in parts.items()}  # fmt: skip


def decimals_everywhere(parts: Parts) -> Parts:
    """Write whole numbers as 2025.0, the stamp's too."""
    return {name: re.sub(rb"(<c[^>]*(?: t=\"n\")?[^>]*><v>)(\d+)(</v>)", _with_decimal, content)
            if name.startswith("xl/worksheets") else content for name, content in parts.items()}  # fmt: skip


def _with_decimal(found: re.Match[bytes]) -> bytes:
    return found[0] if b't="s"' in found[1] else found[1] + found[2] + b".0" + found[3]


def no_styles(parts: Parts) -> Parts:
    del parts[STYLES]
    parts[RELATED] = re.sub(rb"<Relationship [^>]*styles[^>]*/>", b"", parts[RELATED])
    return parts


def backslashes(parts: Parts) -> Parts:
    return {name.replace("/", "\\"): content for name, content in parts.items()}


def prefixed(parts: Parts) -> Parts:
    """Write each element of the sheets with a prefix, as some libraries do."""

    def change(content: bytes) -> bytes:
        content = re.sub(rb"<(/?)(?![?!])", rb"<\1x:", content)
        return content.replace(b'xmlns="', b'xmlns:x="')

    return {
        name: change(content) if name.startswith("xl/worksheets/sheet") else content for name, content in parts.items()
    }


def without_addresses(parts: Parts) -> Parts:
    """Leave out where rows and cells are, which a reader is to count."""
    name = SHEET_PARTS["_tilik"]
    parts[name] = re.sub(rb' r="[A-Z]+\d+"', b"", parts[name])
    return parts


def shared(parts: Parts) -> Parts:
    """Keep each text once, in a part of its own, as Excel does."""
    texts: list[bytes] = []

    def share(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return found[1] + b't="s"><v>%d</v></c>' % (len(texts) - 1)

    for name in (name for name in parts if name.startswith("xl/worksheets/sheet")):
        parts[name] = re.sub(rb'(<c [^>]*)t="inlineStr"><is>(.*?)</is></c>', share, parts[name])
    parts[TEXTS] = b'<sst xmlns="%s">%s</sst>' % (MAIN, b"".join(b"<si>%s</si>" % one for one in texts))
    related = b'<Relationship Id="texts" Type="%s/sharedStrings" Target="sharedStrings.xml"/></Relationships>' % OFFICE
    parts[RELATED] = re.sub(rb"<Relationship [^>]*sharedStrings[^>]*/>", b"", parts[RELATED])
    parts[RELATED] = parts[RELATED].replace(b"</Relationships>", related)
    return parts


PROGRAMS = {
    program.__name__: program
    for program in (another_main_part, strict, decimals_everywhere, no_styles, backslashes, prefixed, shared,
                    without_addresses)
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_what_other_programs_write_is_read(program: Callable[[Parts], Parts]) -> None:
    form = form_of(program(with_cells("Fasilitas", *a_place_in_cells())))
    assert form.problems == ()
    (line,) = form.claims[17].lines
    assert (line.name, line.since_year, line.village) == ("Pojok ASI Pasar", 2020, "99.01.01.2001")


def test_a_file_without_compression_is_read() -> None:
    assert open_workbook(packed(parts_of(), zipfile.ZIP_STORED)).stamp.district == "99.01"


@pytest.mark.parametrize("written, name", [
    ("Pojok_x000D__x000A_ASI", "Pojok ASI"), ("a_x005F_x0041_b", "a_x0041_b"), ("_xD83D__xDE00_ Ceria", "😀 Ceria"),
    ("Pojok\u00a0ASI", "Pojok ASI"), ("\ufeffPo\u200bjok\u202e ASI\u2069", "Pojok ASI"), ("Po\u00adjok", "Pojok"),
    ("  Pojok \t ASI ", "Pojok ASI"), ("_x0000_Pojok_x0007_", "Pojok"), ("مدرسة\u200cالنور", "مدرسة\u200cالنور"),
    ("Pojok &amp; ASI", "Pojok & ASI"), ("Ma\u2019arif", "Ma\u2019arif"),
])  # fmt: skip
def test_a_name_is_what_is_seen(written: str, name: str) -> None:
    (line,) = form_of(with_cells("Fasilitas", *a_place_in_cells(C=text("C4", written)))).claims[17].lines
    assert line.name == name


def test_a_text_of_several_runs_without_how_it_is_spoken() -> None:
    rich = '<c r="C4" t="inlineStr"><is><r><rPr><b/></rPr><t>Pojok</t></r><r><t xml:space="preserve"> ASI</t></r>' \
           "<rPh sb=\"0\" eb=\"1\"><t>spoken</t></rPh></is></c>"  # fmt: skip
    (line,) = form_of(with_cells("Fasilitas", *a_place_in_cells(C=rich))).claims[17].lines
    assert line.name == "Pojok ASI"


@pytest.mark.parametrize("cell, code", [
    ("<c r='F4'><f>2000+20</f></c>", "formula_without_value"),
    ("<c r='F4'><f>2000+20</f><v/></c>", "formula_without_value"),
    ("<c r='F4'><f>2000+20</f><v>2020</v></c>", None), ("<c r='F4' t='str'><f>IF(1,\"\")</f><v></v></c>", None),
])  # fmt: skip
def test_formulas_say_what_was_computed(cell: str, code: str | None) -> None:
    found = problems_of(with_cells("Fasilitas", *a_place_in_cells(F=cell)))
    assert found == ([(code, "Fasilitas!F4")] if code else [])


@pytest.mark.parametrize("written, value", [
    ("1.250.000,5", "1250000.5"), ("1250,5", "1250.5"), ("1,250,000", "1250000"), ("12.5", "12.5"), ("\u221212", None),
    ("1.250", None), ("1,250", None), ("Rp 12", None), ("1.2.3", None), ("1e308", None), ("inf", None), ("", None),
])  # fmt: skip
def test_a_number_written_as_text_is_read_where_it_can_mean_only_one(written: str, value: str | None) -> None:
    form = form_of(with_cells("Jawaban", text(f"E{answer_row('2_2')}", written)))
    assert [a.value for c in form.claims.values() for a in c.answers] == ([value] if value else [])
    assert len(form.problems) == (0 if value or not written else 1)


@pytest.mark.parametrize("value", ["1e308", "-1e308", "1e999", "nan"])
@pytest.mark.parametrize("letter", ["A", "F", "G", "H"])
def test_numbers_that_nothing_has(value: str, letter: str) -> None:
    cells = a_place_in_cells(**{letter: number(f"{letter}4", value)})
    assert problems_of(with_cells("Fasilitas", *cells))[0][1].startswith("Fasilitas!")


def test_what_is_formatted_without_being_filled_counts_for_nothing() -> None:
    rows = "".join(f'<row r="{row}"><c r="C{row}" s="0"/></row>' for row in range(6000, 16_000)).encode()
    parts = with_cells("Fasilitas", *a_place_in_cells())
    name = SHEET_PARTS["Fasilitas"]
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    assert problems_of(parts) == []


# ── files of other kinds, and damaged ones ───────────────────────────────────────────────────────────────────────────

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
KINDS_OF_FILE = {
    ".xls": OLE + b"\0" * 600, ".csv": b"indikator;nilai\n1;50\n", ".html": b"<html><table><tr><td>1</td></tr></table>",
    ".xml": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ".ods": packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
    ".xlsb": packed({"xl/workbook.bin": b"x"}),
}  # fmt: skip


@pytest.mark.parametrize("kind, content", KINDS_OF_FILE.items(), ids=KINDS_OF_FILE)
def test_an_honest_file_of_another_kind_is_told_what_to_do(kind: str, content: bytes) -> None:
    with pytest.raises(UnusableWorkbook) as caught:
        open_workbook(content)
    assert (caught.value.reason.code, caught.value.reason.values) == ("workbook_of_other_kind", {"name": kind})


def test_a_password_is_named() -> None:
    assert unusable(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")) == "workbook_has_password"
    encrypted = bytearray(TEMPLATE)
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := encrypted.find(signature, at + 1)) >= 0:
            encrypted[at + flags] |= 1
    assert unusable(bytes(encrypted)) == "workbook_has_password"


def with_method(number: int) -> bytes:
    """Say of every part that it was compressed by another method."""
    changed = bytearray(TEMPLATE)
    for signature, method in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = -1
        while (at := changed.find(signature, at + 1)) >= 0:
            changed[at + method : at + method + 2] = number.to_bytes(2, "little")
    return bytes(changed)


def replaced(part: str, old: bytes, new: bytes) -> bytes:
    parts = with_cells("Fasilitas", *a_place_in_cells())
    assert old in parts[part]
    return packed(parts | {part: parts[part].replace(old, new, 1)})


PLACES = SHEET_PARTS["Fasilitas"]
DAMAGED: dict[str, Callable[[], bytes]] = {
    "cut short": lambda: TEMPLATE[:-2000],
    "deflate64": lambda: with_method(9),
    "an unknown method": lambda: with_method(77),
    "a style that there is not": lambda: replaced(PLACES, b'<c r="F4">', b'<c r="F4" s="9999">'),
    "a negative style": lambda: replaced(PLACES, b'<c r="F4">', b'<c r="F4" s="-1">'),
    "a shared text that there is not": lambda: replaced(PLACES, b'<c r="F4">', b'<c r="F4" t="s">'),
    "a type that there is not": lambda: replaced(PLACES, b'<c r="F4">', b'<c r="F4" t="x">'),
    "a cell nowhere": lambda: replaced(PLACES, b'<c r="F4">', b'<c r="4F">'),
    "a number of letters": lambda: replaced(PLACES, b"<v>2020</v>", b"<v>dua ribu</v>"),
    "an unknown encoding": lambda: replaced(PLACES, b"<worksheet", b'<?xml version="1.0" encoding="x"?><worksheet'),
    "an entity": lambda: replaced(PLACES, b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'),
    "no shared texts": lambda: packed({name: part for name, part in shared(parts_of()).items() if name != TEXTS}),
    "no relations": lambda: packed({name: part for name, part in parts_of().items() if name != RELATED}),
    "not XML": lambda: packed(parts_of() | {BOOK: b"\0\1\2"}),
    "a sheet that is a chart's": lambda: replaced(BOOK, b'name="Fasilitas"', b'name="Fasilitas" r:id="rId404" x=""'),
    "a sheet in a picture": lambda: replaced(RELATED, b"worksheets/sheet6.xml", b"media/sheet6.png"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_whatever_is_wrong_inside_it_is_no_whole_workbook(damage: Callable[[], bytes]) -> None:
    assert unusable(damage()) == "not_a_workbook"


# Sixtieths of the file: it holds the hour it was written, and the processes that share out the
# tests, each with its own file, must all know the same ones by name.
FLIPPED = [pytest.param(part, marks=[pytest.mark.ci] if part % 12 else []) for part in range(60)]


@pytest.mark.parametrize("part", FLIPPED)
def test_a_byte_that_changed_on_the_way(part: int) -> None:
    at = 40 + part * (len(TEMPLATE) - 40) // 60
    flipped = TEMPLATE[:at] + bytes([TEMPLATE[at] ^ 0x5A]) + TEMPLATE[at + 1 :]
    try:
        opened = open_workbook(flipped)
    except UnusableWorkbook as found:
        assert_operator_can_act(found.reason)
    else:
        assert opened == open_workbook(TEMPLATE), "it was in a part that nobody reads"


# ── made to cost ─────────────────────────────────────────────────────────────────────────────────────────────────────


def in_the_sheet(xml: bytes) -> Callable[[], bytes]:
    return lambda: replaced(PLACES, b"</sheetData>", xml)


COSTLY: dict[Any, tuple[Callable[[], bytes], str | None]] = {
    "a merged range over the sheet": (
        in_the_sheet(b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), None),
    "links over the sheet": (
        in_the_sheet(b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" display="x"/></hyperlinks>'), None),
    "millions of cells": (
        in_the_sheet(b'<row r="9">' + b"<c/>" * 2_700_000 + b"</row></sheetData>"), "workbook_too_many_cells"),
    "deep": (in_the_sheet(b"<a>" * 70 + b"</a>" * 70 + b"</sheetData>"), "workbook_too_many_cells"),
    "a part without end": (lambda: packed(parts_of() | {"xl/theme/x.xml": b"0" * (MAX_UNPACKED_BYTES + 1)}),
                           "workbook_unpacks_too_large"),
}  # fmt: skip


A_WHILE = {"millions of cells": [pytest.mark.ci]}


@pytest.mark.parametrize(
    "make, code", [pytest.param(*made, id=name, marks=A_WHILE.get(name, [])) for name, made in COSTLY.items()]
)
def test_what_is_made_to_cost_costs_little(make: Callable[[], bytes], code: str | None) -> None:
    content = make()
    assert len(content) < 200_000
    begun = time.process_time(), time.monotonic()
    found = unusable(content) if code else open_workbook(content).book["Fasilitas"][4]["facility_name"]
    assert found == (code or "Pojok ASI Pasar")
    assert time.monotonic() - begun[1] < 2 * CPU_SECONDS and time.process_time() - begun[0] < 1
    assert MAX_ELEMENTS < 2_700_000


# ── what it was made for, and how long a text may be ─────────────────────────────────────────────────────────────────

STAMPS = {
    "a province": {2: "99"}, "a subdistrict": {2: "99.01.01"}, "a path": {2: "../.."}, "a later year": {3: 1_000_000},
    "an early year": {3: 1999}, "a huge year": {3: 2**63}, "a year of letters": {3: "x"}, "areas": {6: 2**40},
    "no areas": {6: 0},
}  # fmt: skip


@pytest.mark.parametrize("stamp", STAMPS.values(), ids=STAMPS)
def test_a_stamp_that_no_template_has(stamp: dict[int, object]) -> None:
    assert unusable(filled(None, stamp=stamp)) == "claim_form_stamp_wrong"


@pytest.mark.parametrize(
    "sheet, letter, limit", [("Fasilitas", "C", 300), ("Fasilitas", "D", 30), ("Dokumen", "B", 200)]
)
def test_a_text_as_long_as_its_table_takes_and_one_longer(sheet: str, letter: str, limit: int) -> None:
    def problems(length: int) -> list[tuple[str, str]]:
        cell = text(f"{letter}4", "12" + "x" * (length - 2))
        cells = a_place_in_cells(**{letter: cell}) if sheet == "Fasilitas" else [number("A4", 1), cell]
        return problems_of(with_cells(sheet, *cells))

    assert problems(limit) == []
    assert problems(limit + 1) == [("text_too_long", f"{sheet}!{letter}4")]


def test_the_tables_take_what_the_form_takes() -> None:
    limits = {column.key: column.limit for columns in SHEETS.values() for column in columns}
    lengths = {name: getattr(table.__table__.c[name].type, "length", None)
               for table, name in ((ClaimLine, "name"), (ClaimLine, "registry_no"), (Document, "number"))}  # fmt: skip
    assert lengths == {"name": limits["facility_name"], "registry_no": limits["registry_no"],
                       "number": limits["document_number"]}  # fmt: skip
    for name in ("name", "registry_no"):
        assert getattr(Facility.__table__.c[name].type, "length", None) == lengths[name]


@pytest.mark.ci
def test_a_reader_that_ended_is_started_again() -> None:
    from server.claims import limited

    open_workbook(TEMPLATE)
    process = limited._reader._process
    assert process is not None
    process.kill()
    process.wait()
    assert open_workbook(TEMPLATE).stamp.district == "99.01"
