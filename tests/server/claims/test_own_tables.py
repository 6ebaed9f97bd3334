"""An agency's own table instead of a sheet: which column is what, what is counted once, and what is left aside."""

from typing import Any

import pytest
from sqlalchemy import Engine

from server.claims.adding import WantedRows, take, with_table
from server.claims.grids import read_grid, read_sheet
from server.claims.joined_text import joined_text, taken_text
from server.claims.joining import whole_of
from server.claims.own_table import UnusableTable, age_meant, count_meant
from server.claims.package import UnusableWorkbook
from server.claims.workbook import open_workbook
from server.db import snapshot
from server.words import catalogue
from tests.support.claiming import ROUND, claims_come
from tests.support.own_tables import Rows, as_csv, as_xlsx, code_in, numbers, taken
from tests.support.visits import assert_operator_can_act
from tests.support.workbooks import DISTRICT, a_place, filled

BOTH = ("8b1", "8b2", "8b3", "8b4")
ONE_HEADING: Rows = [
    ["Tabel 1. Penduduk usia anak (rekaan)"], [],
    ["No", "Kecamatan", "Laki-laki", "Perempuan", "Jumlah", "% Akta", "L memiliki akta", "P memiliki akta"],
    [1, "KEC. SATU", "1.200", "1.100", "2.300", "90", "1.000", "900"], [2, "Dua", 300, 200, 500, 80, 250, 150],
    ["", "JUMLAH", "1.500", "1.300", "2.800", "", "1.250", "1.050"],
]  # fmt: skip
TWO_LEVELS: Rows = [
    ["KABUPATEN CONTOH", "", "2026"],
    ["Kode", "Wilayah", "Jumlah anak", "", "", "Memiliki akta kelahiran", "", "Belum memiliki akta", ""],
    ["", "", "L", "P", "L+P", "L", "P", "L", "P"], ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"],
    ["99.01.01", "SATU", 1200, 1100, 2300, 1000, 900, 200, 200], ["99.01.02", "DUA", 300, 200, 500, 250, 150, 50, 50],
    ["", "Kabupaten Contoh", 1500, 1300, 2800, 1250, 1050, 250, 250],
]  # fmt: skip
BY_VILLAGE: Rows = [
    ["Kecamatan", "Desa/Kelurahan", "Lk", "Pr", "akta lk", "akta pr"],
    ["Satu", "Desa 00", 700, 600, 600, 500], ["", "Desa 01", 500, 500, 400, 400], ["", "Jumlah", 1200, 1100, 1000, 900],
    ["Kecamatan Dua", "", 300, 200, 250, 150], ["Dua", "99.01.02.2002", 300, 200, 250, 150],
    ["TOTAL", "", 1500, 1300, 1250, 1050],
]  # fmt: skip
OF_AREAS = {("8b1", "99.01.01"): 1200, ("8b1", "99.01.02"): 300, ("8b2", "99.01.01"): 1100, ("8b2", "99.01.02"): 200,
            ("8b3", "99.01.01"): 1000, ("8b3", "99.01.02"): 250, ("8b4", "99.01.01"): 900,
            ("8b4", "99.01.02"): 150}  # fmt: skip


@pytest.mark.parametrize("rows", [ONE_HEADING, TWO_LEVELS, BY_VILLAGE], ids=["one heading", "two levels", "by village"])
def test_numbers_by_subdistrict_are_read_as_their_headings_say(district: Engine, rows: Rows) -> None:
    for found in (
        taken(district, as_xlsx(rows), *BOTH), taken(district, as_csv(rows), *BOTH, is_text=True),
        taken(district, as_csv(rows, ",", "cp1252"), *BOTH, is_text=True),
    ):  # fmt: skip
        assert numbers(found) == OF_AREAS
        assert (found.unknown, found.bad, found.remarks) == ([], set(), [])
        assert len(found.sums) in (1, 3), "the sums are seen and added to nothing"


def test_numbers_by_age_and_a_table_by_both_come_in_by_each_alone(district: Engine) -> None:
    by_age: Rows = [["Umur (tahun)", "Laki-laki", "Perempuan"], ["< 1", 10, 9], ["1 tahun", 11, 8], [18, "1.012", 7],
              [19, 5, 5], ["Jumlah", 1033, 24]]  # fmt: skip
    found = taken(district, as_xlsx(by_age), "8b1")
    assert {(row["age"], row["value"]) for row in found.rows} == {("0 tahun", 10), ("1 tahun", 11), ("18 tahun", 1012)}
    assert found.unknown == [(5, "A5")]
    crossed: Rows = [["Kecamatan", "Laki-laki", "", "Perempuan", ""], ["", "0", "1", "0", "1"], ["Satu", 1, 2, 3, 4],
               ["Dua", 5, 6, 7, 8], ["Jumlah", 6, 8, 10, 12]]  # fmt: skip
    rows = taken(district, as_xlsx(crossed), "8b1").rows
    assert [(code_in(row.get("area")), row.get("age"), row["value"]) for row in rows] == [
        ("99.01.01", None, 3), ("99.01.02", None, 11), ("None", "0 tahun", 6), ("None", "1 tahun", 8),
    ]  # fmt: skip


def test_what_is_left_aside_is_named(district: Engine) -> None:
    rows: Rows = [*ONE_HEADING[:-1], [3, "Antah Berantah", 5, 5, 10, "", 1, 1], [4, "Dua", "lima", 1, 1, "", 1, 1],
            ["", "JUMLAH", 9999, 1, 1, "", 1, 1]]  # fmt: skip
    found = taken(district, as_xlsx(rows), "8b1")
    told = "\n".join(taken_text(found, catalogue("id")))
    assert found.bad == {"C7"} and found.unknown == [(6, "B6")]
    assert "9.999" in told and "1.500" in told and "B6" in told and "C7" in told and "Antah" not in told
    assert 'Kolom C "Laki-laki": 8b1' in told and 'F "% Akta"' in told and "H" in told


def test_two_columns_of_one_meaning_are_a_question_and_its_answer_counts(district: Engine) -> None:
    rows: Rows = [["Kecamatan", "Laki-laki", "Jumlah laki-laki"], ["Satu", 1, 2], ["Dua", 3, 4]]
    with pytest.raises(UnusableTable) as caught:
        taken(district, as_xlsx(rows), "8b1")
    assert caught.value.reason.values["columns"] == "B, C"
    assert_operator_can_act(caught.value.reason)
    assert set(numbers(taken(district, as_xlsx(rows), "8b1", columns={"8b1": "C"})).values()) == {2, 4}


SCHOOLS: Rows = [
    ["DAFTAR SATUAN PENDIDIKAN (REKAAN)"],
    ["No.", "NPSN", "Nama Satuan Pendidikan", "Bentuk", "Kecamatan", "Desa/Kelurahan", "Kepala Sekolah", "Lintang",
     "Bujur"],
    [1, "90000001", "SDN Rekaan 1", "SD", "Kec. Satu", "Desa 00", "Nama Rekaan", "-5,0051", "110,0049"],
    [2, 90000002, "SMP Contoh", "SMP", "Dua", "DESA 10", "", "", ""],
    [3, "90000003", "SD Jauh", "SD", "Lain", "Antah", "", "", ""],
    [4, "", "Rumah Aman Rekaan", "", "Satu", "Desa 00", "", "", ""], ["", "", "Jumlah", 3, "", "", "", "", ""],
]  # fmt: skip


def test_a_list_of_schools_becomes_rows_of_places(district: Engine) -> None:
    found = taken(district, as_xlsx(SCHOOLS), "25")
    assert [(row["facility_name"], row["registry_no"], code_in(row["village"])) for row in found.rows] == [
        ("SDN Rekaan 1", "90000001", "99.01.01.2001"), ("SMP Contoh", "90000002", "99.01.02.2001"),
        ("SD Jauh", "90000003", "Antah, Lain"),
    ]  # fmt: skip
    assert (found.unknown, found.sums) == ([(5, "F5")], [7])
    told = "\n".join(taken_text(found, catalogue("id")))
    assert "Kepala Sekolah" in told and "Nama Rekaan" not in told and "Aman Rekaan" not in told and "C6" in told


def test_an_indicator_of_several_kinds_asks_for_one(district: Engine) -> None:
    rows: Rows = [["Nama Posyandu", "Kelurahan"], ["Melati Rekaan", "Desa 00"]]
    with pytest.raises(UnusableTable) as caught:
        taken(district, as_xlsx(rows), "19")
    assert "posyandu" in str(caught.value.reason.values["kinds"])
    (row,) = taken(district, as_xlsx(rows), "19", kind="posyandu").rows
    assert "(posyandu)" in str(row["kind"])


@pytest.mark.parametrize("rows, what, code", [
    ([["apa", "saja"], [1, 2]], ("8b1",), "table_without_heading"), ([], ("25",), "table_without_heading"),
    ([["Kecamatan", "Banyaknya"], ["Satu", 2]], ("8b1",), "table_column_missing"),
    (ONE_HEADING, ("28a",), "table_of_protected_children"), (ONE_HEADING, ("99",), "table_for_nothing_known"),
    (ONE_HEADING, ("8b1", "25"), "table_for_nothing_known"), (ONE_HEADING, ("8",), "table_for_nothing_known"),
])  # fmt: skip
def test_a_table_that_cannot_be_read_is_answered_with_what_to_do(
    district: Engine, rows: Rows, what: tuple[str, ...], code: str
) -> None:
    with pytest.raises(UnusableTable) as caught:
        taken(district, as_xlsx(rows), *what)
    assert caught.value.reason.code == code
    assert_operator_can_act(caught.value.reason)


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"PK\x03\x04", b"a,b\n\0"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises((UnusableWorkbook, UnusableTable)):
        raise_for(read_grid(content, content.startswith(b"a")))
    with pytest.raises(UnusableWorkbook):
        read_grid(as_xlsx(ONE_HEADING), False, "Lembar lain")


def raise_for(grid: object) -> None:
    raise UnusableTable("table_without_heading", wanted=str(grid))


@pytest.mark.parametrize("written, count", [
    ("1.250", 1250), ("1,250", 1250), (12, 12), (12.0, 12), ("-", None), ("", None), (None, None),
    ("1.250.000", 1250000), ("0", 0), ("1.000", 1000),
])  # fmt: skip
def test_counts_in_any_notation(written: Any, count: int | None) -> None:
    assert count_meant(written) == count


@pytest.mark.parametrize("written", ["lima", -1, 1.5, "1,5", True, "12 anak"])
def test_what_is_no_count(written: Any) -> None:
    with pytest.raises(ValueError, match="no count"):
        count_meant(written)


@pytest.mark.parametrize("written, age", [("0 - 5 tahun", "0-5"), ("6 s/d 12", "6-12"), (7, "7"), ("usia 7 th", "7"),
                                          ("<1", "0"), ("Jumlah", None), (None, None), ("2020", None)])  # fmt: skip
def test_ages_as_they_are_written(written: Any, age: str | None) -> None:
    assert age_meant(written) == age


def test_what_was_taken_is_in_the_form_beside_what_was_there_and_comes_in(district: Engine) -> None:
    form = filled({"Rincian!A4": "8b1", "Rincian!B4": "99.01.01", "Rincian!F4": 1200}, a_place("Pojok Rekaan"),
                  stamp={5: ROUND})  # fmt: skip
    with snapshot(district) as session:
        opened = open_workbook(form)
        found = take(session, opened, read_sheet(as_xlsx(ONE_HEADING), False), WantedRows(("8b1", "8b2")))
        joined = with_table(session, opened, "klaim.xlsx", "tabel.xlsx", found)
        assert [one.said[0].cell for one in joined.merged.clashes] == []
        content = whole_of(session, joined, joined_text(joined, catalogue("id")))
    plan = claims_come(district, content)
    assert plan.problems == ()
    assert {row.values["value"] for row in plan.form.claims[8].rows} == {"1200", "300", "1100", "200"}
    assert [line.name for line in plan.form.claims[17].lines] == ["Pojok Rekaan"]
    assert plan.district == DISTRICT
