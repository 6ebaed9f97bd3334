"""What another application exported, by a map of columns: both shapes come to the claims that the form itself does."""

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Engine

from server.claims.applying import Converter
from server.claims.choices import names_of_choices
from server.claims.column_map import UnusableMap, read_map
from server.claims.converted import Converted
from server.claims.converted_text import converted_text, troubles_text
from server.claims.converting import convert, laid_out
from server.claims.export import SourceSheet
from server.claims.grids import read_grid, read_whole
from server.claims.queries import claims_of
from server.claims.sheet import ReadSheet
from server.claims.workbook import open_workbook
from server.db import snapshot
from server.rulebook import load_kinds
from server.words import LANGUAGES, catalogue
from tests.support.builders import AREAS, INDICATORS, VILLAGES
from tests.support.claiming import ROUND, claims_come
from tests.support.environment import examples
from tests.support.exports import NOT_OURS, Claimed, Table, as_book, as_text, by_district, by_question, the_map
from tests.support.office import Office
from tests.support.workbooks import DISTRICT, YEAR, filled, row_of
from verification.claim_form.cells import FIRST_ROW, SHEETS, Stamp
from verification.claim_form.form import FilledForm, VillageCodes
from verification.claim_form.reader import read_form

SHAPES = pytest.mark.parametrize("shape", [by_district, by_question])
Shape = Callable[[Claimed], tuple[dict[str, Table], dict[Any, tuple[Any, ...]]]]
ALL = Claimed(
    {("Klaim", "1"): {"self_score": 45.5}, ("Klaim", "17"): {"self_score": 12},
     ("Jawaban", "1a1"): {"value": "Ya"}, ("Jawaban", "1a2"): {"value": "Perda 3/2025"},
     ("Jawaban", "9b1"): {"value": 120, "value_before": 90.0},
     ("Jawaban", "18a1"): {"value": 12.5, "data_date": datetime(2026, 3, 31)},  # noqa: DTZ001  a cell's
     ("Jawaban", "28a1"): {"value": 11},
     ("Dokumen", "1a"): {"document_number": "Perda 3/2025", "dated": "14/05/2025", "title": "KLA"}},
    [{"facility_name": "Pojok ASI Pasar", "village": VILLAGES[0].name, "since_year": 2020, "lat": -5.0051,
      "lon": 110.0049},
     {"facility_name": "Pojok ASI Kantor", "registry_no": 123456, "village": VILLAGES[0].code},
     {"facility_name": "Jumlah"}],
)  # fmt: skip


def converted(
    engine: Engine, export: bytes | dict[str, Table], named: Any, is_text: bool = False
) -> tuple[Converted, bytes]:  # fmt: skip
    content = export if isinstance(export, bytes) else as_book(**export)
    rows = named if isinstance(named, list) else the_map(named)
    with snapshot(engine) as session:
        return convert(session, ROUND, DISTRICT, read_whole(content, is_text), read_grid(as_book(Peta=rows), False))


def row_in_the_form(sheet: str, code: str) -> int:
    if sheet == "Jawaban":
        return list(INDICATORS.answer_fields).index(code) + FIRST_ROW
    return row_of(int(code)) if sheet == "Klaim" else FIRST_ROW


def typed(claimed: Claimed) -> bytes:
    """Fill in the form itself, as an officer would."""
    cells: dict[str, Any] = {}
    for (sheet, code), said in claimed.fields.items():
        letters = {column.key: column.letter for column in SHEETS[sheet]}
        at = row_in_the_form(sheet, code)
        cells |= {f"{sheet}!{letters[key]}{at}": value for key, value in said.items()}
        if sheet == "Dokumen":
            cells |= {f"Dokumen!A{at}": int(code[:-1]), f"Dokumen!E{at}": code}
    places = [{"A": 17, "B": "pojok_asi", "C": one["facility_name"], "D": one.get("registry_no"),
               "E": VILLAGES[0].code, "F": one.get("since_year"), "G": one.get("lat"), "H": one.get("lon")}
              for one in claimed.places if one["facility_name"] != "Jumlah"]  # fmt: skip
    return filled(cells, *places, stamp={5: ROUND})


def claims_in(engine: Engine) -> Any:
    """Give all that is claimed, but for the cells that it stood in and the file."""
    with snapshot(engine) as session:
        claims = claims_of(session, ROUND, DISTRICT, rows=True)
        return {
            number: (claim.self_score, sorted((a.code, a.value, a.value_before, a.data_date) for a in claim.answers),
                     sorted((d.number, str(d.dated), d.title, d.question) for d in claim.documents),
                     sorted((p.kind, p.name, p.registry_no or "", p.village, p.since_year or 0, p.lat or 0, p.lon or 0)
                            for p in claim.lines))
            for number, claim in claims.items()
        }  # fmt: skip


@SHAPES
def test_what_is_exported_comes_to_the_claims_that_the_form_itself_does(district: Engine, shape: Shape) -> None:
    found, content = converted(district, *shape(ALL))
    assert (found.troubles, found.misfits) == ([], []), found
    plan = claims_come(district, content)
    assert plan.problems == () and sorted(plan.form.claims) == [1, 9, 17, 18, 28]
    exported = claims_in(district)
    again = claims_come(district, typed(ALL))
    assert again.problems == () and again.changes
    assert claims_in(district) == exported
    assert exported[17][3][1][1:4] == ("Pojok ASI Pasar", "", VILLAGES[0].code)


@SHAPES
def test_it_says_what_was_read_and_names_what_neither_side_uses_without_its_contents(
    district: Engine, shape: Shape
) -> None:
    sheets, named = shape(ALL)
    sheets["Anak"] = [["Nama", "NIK"], ["BUKAN-E", "1234567890"]]
    found, content = converted(district, sheets, named)
    for language in LANGUAGES:
        told = "\n".join(converted_text(found, catalogue(language)))
        assert "{" not in told and "column_map." not in told
        assert NOT_OURS in told
        assert "BUKAN" not in told and "1234567890" not in told
        assert not any(value in told for value in ("Pasar", "45,5", "12,5", "Perda 3")), "no contents are repeated"
    told = "\n".join(converted_text(found, catalogue("id")))
    assert "Tidak ada dalam peta, tetap kosong – Klaim: 2, 3," in told and "kolom yang tidak dipakai: " in told
    assert "Lembar ekspor yang tidak dipakai: Anak" in told
    assert ('"value_before": Jawaban * Tahun sebelumnya' in told) == found.by_question
    assert ('B "Kode wilayah": kolom kabupaten/kota' in told) != found.by_question
    assert ("satu baris untuk satu pertanyaan" in told) == found.by_question
    assert ("Lembar Nilai, baris yang tidak dipakai (1)" in told) == found.by_question
    cells = [str(cell) for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows(values_only=True)
             for cell in row if cell is not None]  # fmt: skip
    assert not any("BUKAN-A" in cell or "BUKAN-B" in cell or "BUKAN-E" in cell for cell in cells)


VALUES = st.fixed_dictionaries({
    ("Klaim", "1"): st.fixed_dictionaries({"self_score": st.floats(0, 60).map(lambda one: round(one, 2))}),
    ("Jawaban", "9b1"): st.fixed_dictionaries(
        {"value": st.integers(0, 10**7)}, optional={"value_before": st.integers(0, 10**7)}),
    ("Jawaban", "1a2"): st.fixed_dictionaries({"value": st.text("Perda 1/-;\"'=.,ü", min_size=1).filter(str.strip)}),
    ("Jawaban", "18a1"): st.fixed_dictionaries(
        {"value": st.one_of(st.floats(0, 100).map(lambda one: round(one, 3)), st.sampled_from(["85%", "12,5", "x"]))},
        optional={"data_date": st.sampled_from(["31/03/2026", "2026-03-31", "1 Maret 2026", "kemarin"])}),
})  # fmt: skip


def read(book: Any) -> FilledForm:
    villages = VillageCodes(frozenset(one.code for one in VILLAGES), frozenset())
    return read_form(book, INDICATORS, load_kinds(), villages, YEAR, names_of_choices(INDICATORS))


def as_typed(values: Any) -> Any:
    """Give the form's own cells, had somebody typed the same."""
    book: dict[str, dict[int, Any]] = {title: {} for title in SHEETS}
    for (sheet, code), said in values.items():
        book[sheet][row_in_the_form(sheet, code)] = (
            {"number": int(code)} | said if sheet == "Klaim" else {"code": code} | said
        )
    return book


@settings(max_examples=examples(25))
@given(values=VALUES)
def test_whatever_the_values_both_shapes_are_read_as_the_form_itself_is(values: Any) -> None:
    direct = read(as_typed(values))
    for shape in (by_district, by_question):
        sheets, named = shape(Claimed(values))
        grid = read_grid(as_book(Peta=the_map(named)), False)
        stamp, names = Stamp("2", DISTRICT, YEAR, INDICATORS.id, ROUND), {DISTRICT: "Contoh"}
        found = Converter(read_map(grid, INDICATORS), INDICATORS, read_whole(as_book(**sheets), False), stamp, names)
        taken = found.converted()
        assert taken.troubles == []
        form = read(laid_out(taken)[0])
        assert (form.claims, form.problems) == (direct.claims, direct.problems)


READING = ("Cara baca", "", "kolom pertanyaan")
SCORE_1, SCORE_17 = ("Klaim", "1", "Poin mandiri"), ("Klaim", "17", "Poin mandiri")
SCORES: Table = [["Kode", "P1", "P17", "P17"], [DISTRICT, 45.5, 12, 13]]
ROWS: Table = [["Butir", "Skor", "Nilai"], ["satu", 45.5, ""], ["dua", 3, 4], ["dua", 5, ""]]


def wrong(engine: Engine, sheets: Any, named: Any) -> str:
    """Give what is wrong, as it is told; nothing is written then."""
    found, content = converted(engine, sheets if isinstance(sheets, dict) else {"Rekap": sheets}, named)
    assert content == b"" and found.troubles
    for words in map(catalogue, LANGUAGES):
        told = troubles_text(found.troubles, words)
        assert not any("{" in line or "reason." in line or "…" in line for line in told), told
    return "\n".join(troubles_text(found.troubles, catalogue("id")))


@pytest.mark.parametrize(
    ("sheets", "named", "told"),
    [
        (SCORES, {SCORE_1: ("P2",)}, "Peta E2: Ekspor tidak punya kolom “P2”"),
        (SCORES, {SCORE_1: ("P1", "", "Lain")}, "Peta G2: Ekspor tidak punya lembar “Lain”; yang ada: Rekap"),
        (SCORES, {SCORE_17: ("P17",)}, "Peta E2: Beberapa kolom ekspor berjudul “P17” (C, D)"),
        ([["Butir", "Skor", "D"], ["B", 1, 2, 3]], {SCORE_1: ("Skor",), SCORE_17: ("D",)}, "Peta E3: “D” dapat"),
        ([*SCORES, ["99.02", 1, 2, 3]], {SCORE_1: ("P1",)}, "Peta E2: Seharusnya ada tepat satu baris"),
        ([["Kode", "P1"], ["99.02", 1]], {("Cara baca", "", "kolom kabupaten/kota"): ("Kode",), SCORE_1: ("P1",)},
         "Peta E2: Tidak ada baris ekspor untuk kabupaten/kota 99.01"),
        (SCORES, {SCORE_1: ("P1", "satu")}, "Peta F2: Isi dahulu “kolom pertanyaan”"),
        (SCORES, {("Klaim", "*", "Poin mandiri"): ("P1",), SCORE_1: ("P1",)}, "Peta B2: Isi dahulu “kolom pertanyaan”"),
        (ROWS, {READING: ("Butir",), SCORE_1: ("Skor",)}, "Peta F3: Ekspor dibaca satu baris untuk satu pertanyaan"),
        (ROWS, {READING: ("Butir",), SCORE_1: ("", "satu")}, "Peta E3: Kolom untuk isian ini belum disebut"),
        (ROWS, {READING: ("Butir",), SCORE_1: ("Skor", "tiga")}, "Peta F3: Tidak ada baris ekspor yang"),
        (ROWS, {READING: ("Butir",), SCORE_1: ("Skor", "dua")}, "Beberapa baris ekspor menjawab pertanyaan ini, dan"
         " isinya berbeda: Rekap!B3, Rekap!B4"),
        ({"A": [["N"], ["x"]], "B": [["K"], ["y"]]}, {("Fasilitas", "17/pojok_asi", "Nama tempat"): ("N", "", "A"),
         ("Fasilitas", "17/pojok_asi", "Kategori fasilitas informasi"): ("K", "", "B")}, "bukan dari A, B"),
        ([["Desa"], ["x"]], {("Fasilitas", "17/pojok_asi", "Desa/kelurahan"): ("Desa",)}, "Daftar tempat memerlukan"),
        ([["Nama"], ["x"]], {("Fasilitas", "17/pojok_asi", "Nama tempat"): ("Nama", "x")}, "kosongkan “baris sumber”"),
        (SCORES, {("Cara baca", "", "baris judul"): ("dua",), SCORE_1: ("P1",)}, "Peta E2: “dua” bukan nomor baris"),
    ],
)  # fmt: skip
def test_what_the_export_has_not_is_told_with_the_maps_cell_and_nothing_is_written(
    district: Engine, sheets: Any, named: Any, told: str
) -> None:
    assert told in wrong(district, sheets, named)


HEAD = ["lembar", "kode", "isian", "kata-kata", "kolom sumber", "baris sumber", "lembar sumber"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["Klaim", "99", "Poin mandiri", "", "P1"], "Peta B2: Kode “99” tidak ada"),
        (["Jawaban", "9z9", "Tahun data", "", "P1"], "Peta B2: Kode “9z9” tidak ada"),
        (["Fasilitas", "17/rumah_aman", "Nama tempat", "", "P1"], "Peta B2: Kode “17/rumah_aman” tidak ada"),
        (["Kebijakan", "1", "Judul", "", "P1"], "Peta B2: Kode “1” tidak ada"),
        (["Klaim", "1", "Ukuran", "", "P1"], "Peta C2: Lembar ini tidak punya isian “Ukuran”"),
        (["Jawaban", "1a2", "Tahun sebelumnya", "", "P1"], "Peta C2: Pertanyaan ini hanya menanyakan satu tahun"),
        (["Rincian", "", "Tahun data", "", "P1"], "Peta A2: Lembar “Rincian” tidak diisi dengan peta"),
        (["Nilai", "1", "Poin mandiri", "", "P1"], "Peta A2: Tidak ada lembar “Nilai”"),
    ],
)
def test_what_the_form_has_not_is_told_with_the_maps_cell(district: Engine, row: list[str], told: str) -> None:
    assert told in wrong(district, SCORES, [HEAD, row])


def test_a_field_that_is_named_twice_is_told_with_both_rows(district: Engine) -> None:
    row = ["Klaim", "1", "self_score", "", "P1"]
    assert "Peta B4: Isian ini sudah disebut di baris 2" in wrong(district, SCORES, [HEAD, row, [], row])


@pytest.mark.parametrize(("rows", "code"), [([["a", "b"]], "map_without_heading"), ([HEAD], "map_empty")])
def test_what_is_no_map_is_refused(district: Engine, rows: Table, code: str) -> None:
    with pytest.raises(UnusableMap, match=code):
        converted(district, {"Rekap": SCORES}, rows)


def test_what_does_not_fit_is_told_with_both_cells_written_as_it_is_and_refused_at_import(district: Engine) -> None:
    named = {SCORE_1: ("P1",), ("Jawaban", "9b1", "Tahun data"): ("kolom C",)}
    found, content = converted(district, {"Rekap": [["Kode", "P1", "x"], [DISTRICT, 99, "banyak anak"]]}, named)
    told = "\n".join(converted_text(found, catalogue("id")))
    at = row_in_the_form("Jawaban", "9b1")
    assert "Ekspor Rekap!B2 → Klaim!E4: " in told and f"Ekspor Rekap!C2 → Jawaban!E{at}: " in told
    assert "banyak anak" not in told
    plan = claims_come(district, content)
    assert {(one.sheet, one.row) for one in plan.problems} == {("Klaim", 4), ("Jawaban", at)}


@pytest.mark.parametrize("field", [SCORE_1, ("Fasilitas", "17/pojok_asi", "Nama tempat")])
def test_a_formula_that_failed_is_told_by_its_cell(district: Engine, field: Any) -> None:
    book = load_workbook(io.BytesIO(as_book(Rekap=SCORES)))
    book["Rekap"]["B2"].value, book["Rekap"]["B2"].data_type = "#N/A", "e"
    out = io.BytesIO()
    book.save(out)
    found, content = converted(district, out.getvalue(), {field: ("P1",)})
    assert content == b"" and [one.cell for one in found.troubles] == ["Rekap!B2"]


def test_a_csv_with_semicolons_and_decimal_commas_is_read_alike(district: Engine) -> None:
    sheets, named = by_question(Claimed(dict(ALL.fields)))
    found, content = converted(district, as_text(sheets["Nilai"]), named, is_text=True)
    assert (found.troubles, found.misfits) == ([], [])
    claims_come(district, content)
    exported = claims_in(district)
    claims_come(district, typed(Claimed(dict(ALL.fields))))
    assert claims_in(district) == exported and exported[1][0] == 45.5


@pytest.mark.ci
def test_what_libreoffice_saves_as_csv_is_read_alike(district: Engine, tmp_path: Path) -> None:
    sheets, named = by_question(Claimed(dict(ALL.fields)))
    book = load_workbook(io.BytesIO(as_book(Nilai=sheets["Nilai"])))
    for cell in (cell for row in book["Nilai"].iter_rows() for cell in row if isinstance(cell.value, float)):
        cell.number_format = "[$-421]0.0#"  # as an Indonesian office shows it
    out = io.BytesIO()
    book.save(out)
    saved = Office(tmp_path).as_csv(out.getvalue())
    assert b";45,5;" in saved
    found, content = converted(district, saved, named, is_text=True)
    assert (found.troubles, found.misfits) == ([], [])
    claims_come(district, content)
    exported = claims_in(district)
    claims_come(district, typed(Claimed(dict(ALL.fields))))
    assert claims_in(district) == exported


def test_columns_by_letter_alone_repeat_no_heading_since_any_row_may_be_the_first(district: Engine) -> None:
    export = {"Anak": [["BUKAN-F", 1, 45.5], ["BUKAN-G", 2, 40]]}
    found, _ = converted(district, export, {("Cara baca", "", "baris judul"): ("1",), SCORE_1: ("kolom C",)})
    assert 'A "BUKAN-F"' in "\n".join(converted_text(found, catalogue("id"))), "somebody said that they are headings"
    found, content = converted(district, {"Anak": [["C", "BUKAN-H", 3], ["x", 2, 40]]}, {SCORE_1: ("C",)})
    assert content and "BUKAN" not in "\n".join(converted_text(found, catalogue("id")))


def test_each_row_of_a_question_may_name_a_document_and_a_list_has_a_row_each(district: Engine) -> None:
    rows: Table = [["Butir", "Nomor", "Judul"], ["1a", "Perda 1/2025", "x"], ["1.a", "Perda 2/2025", "y"],
                   ["1.a", "Perda 1/2025", "x"], ["1.a", "", ""], ["1.a", "Perda 1/2025", "x"]]  # fmt: skip
    policies: Table = [["Nomor", "Tahun"], ["Perda 1/2025", 2025], ["Perda 2/2025", 2025]]
    named = {READING: ("Butir",), ("Dokumen", "1a", "Nomor dokumen"): ("Nomor", "1.A"),
             ("Dokumen", "*", "Judul"): ("Judul",), ("Kebijakan", "", "Nomor"): ("Nomor", "", "RAD"),
             ("Kebijakan", "", "Tahun"): ("Tahun", "", "RAD")}  # fmt: skip
    found, content = converted(district, {"Nilai": rows, "RAD": policies}, named)
    assert (found.troubles, found.misfits) == ([], [])
    book = open_workbook(content).book
    assert [row["document_number"] for row in book["Dokumen"].values()] == ["Perda 2/2025", "Perda 1/2025"]
    assert {row["question"] for row in book["Dokumen"].values()} == {"1a"}
    assert [row["policy_number"] for row in book["Kebijakan"].values()] == ["Perda 1/2025", "Perda 2/2025"]


def test_a_shelter_in_a_list_is_left_aside_and_named_by_its_cell(district: Engine) -> None:
    named = {("Fasilitas", "17/pojok_asi", name): (name,) for name in ("Nama tempat", "Desa/kelurahan")}
    rows: Table = [["Nama tempat", "Desa/kelurahan"], ["Rumah Aman Melati", "Desa 00"], ["Pojok ASI", "Desa 00"]]
    found, content = converted(district, {"Tempat": rows}, named)
    assert "Tempat!A2" in "\n".join(converted_text(found, catalogue("id")))
    assert [row["facility_name"] for row in open_workbook(content).book["Fasilitas"].values()] == ["Pojok ASI"]


@pytest.mark.parametrize("written", ["99.01", "9901", 99.01, 9901, AREAS[DISTRICT], " 99.01 "])
def test_a_district_is_known_by_its_code_however_written(district: Engine, written: Any) -> None:
    named = {("Cara baca", "", "kolom kabupaten/kota"): ("Kode",), SCORE_1: ("P1",)}
    found, _ = converted(district, {"Rekap": [["Kode", "P1"], ["99.02", 1], [written, 45.5]]}, named)
    assert found.troubles == [] and found.count == 1


def test_an_export_may_have_several_hundred_columns(district: Engine) -> None:
    head, row = [f"k{at}" for at in range(650)], ["BUKAN-H"] * 650
    found, content = converted(district, {"Rekap": [head, [*row[:649], 45.5]]}, {SCORE_1: ("k649",)})
    assert found.troubles == [] and content


def test_an_export_without_headings_is_read_by_letters(district: Engine) -> None:
    named = {("Cara baca", "", "baris judul"): ("0",), SCORE_1: ("kolom B",)}
    found, _ = converted(district, {"Rekap": [[DISTRICT, 45.5]]}, named)
    assert found.troubles == [] and found.count == 1


def test_of_a_place_nothing_is_lost_and_what_is_none_is_named_by_its_row(district: Engine) -> None:
    names = ("Nama tempat", "Desa/kelurahan", "Lintang", "Bujur")
    named = {("Fasilitas", "17/pojok_asi", name): (name,) for name in names}
    rows: Table = [[*names], ["Pojok ASI", "Desa 00", -5.0, ""], ["", "Desa 00", -5.0, 110.0], ["Jumlah", "", "", ""]]
    found, content = converted(district, {"Tempat": rows}, named)
    assert "Lembar Tempat, baris yang tidak dipakai (2): 3, 4" in converted_text(found, catalogue("id"))
    (place,) = open_workbook(content).book["Fasilitas"].values()
    assert place["lat"] == -5.0 and [cell for cell, _ in found.misfits] == ["Tempat!D2"], "half a point is told"


def test_all_columns_that_are_not_there_are_told_at_once(district: Engine) -> None:
    named = {("Jawaban", "9b1", "Tahun data"): ("X1",), ("Jawaban", "9b1", "Tahun sebelumnya"): ("X2",)}
    told = wrong(district, SCORES, named)
    assert "Peta E2: " in told and "Peta E3: " in told


def test_rows_that_nobody_sees_and_cells_that_are_merged_are_told(district: Engine) -> None:
    sheets, named = by_question(ALL)
    book, file = load_workbook(io.BytesIO(as_book(**sheets))), io.BytesIO()
    for sheet in book.worksheets:
        sheet.row_dimensions[sheet.max_row].hidden = True
        sheet.merge_cells("A2:A3")
    book.save(file)
    found, _ = converted(district, file.getvalue(), named)
    told = "\n".join(converted_text(found, catalogue("id")))
    for title, used in found.export.sheets.items():
        last = max(used.grid)
        assert f"{title}: 1 baris yang disembunyikan atau tersaring ikut dibaca: {last}." in told
        assert ("A" in used.used) == (f"{title}: sel gabungan, hanya dibaca untuk baris pertamanya (1): A2" in told)
    assert any("A" in used.used for used in found.export.sheets.values())


def test_a_district_whose_code_a_spreadsheet_made_a_number_is_known() -> None:
    sheet = SourceSheet(
        "Rekap", ReadSheet({1: {"A": 33.1}, 2: {"A": 33.01}, 3: {"A": 3310.0}, 4: {"A": "33.100"}}), set(), 0
    )
    assert sheet.rows("A", "33.10", "Contoh") == [1, 3]


def test_a_question_of_one_year_takes_nothing_from_the_column_of_the_year_before(district: Engine) -> None:
    named = {READING: ("Butir",), ("Jawaban", "1a2", "Tahun data"): ("", "satu"),
             ("Jawaban", "*", "Tahun data"): ("Isi",), ("Jawaban", "*", "Tahun sebelumnya"): ("Lalu",)}  # fmt: skip
    found, _ = converted(district, {"Nilai": [["Butir", "Isi", "Lalu"], ["satu", "Perda", "tak ada"]]}, named)
    assert (found.troubles, found.misfits, found.count) == ([], [], 1)


def test_a_list_that_no_form_takes_is_refused_whole() -> None:
    named = {("Kebijakan", "", "Judul"): ("Judul",)}
    sheet = ReadSheet({1: {"A": "Judul"}} | {at: {"A": "Perda"} for at in range(2, 10_003)})
    column_map = read_map(read_grid(as_book(Peta=the_map(named)), False), INDICATORS)
    stamp = Stamp("2", DISTRICT, YEAR, INDICATORS.id, ROUND)
    found = Converter(column_map, INDICATORS, {"RAD": sheet}, stamp, {DISTRICT: "Contoh"}).converted()
    assert [one.reason.code for one in found.troubles] == ["map_list_too_long"] and found.count == 0
