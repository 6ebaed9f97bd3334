"""`tilik sets`: what a workbook has is kept or told of by its cells; what there is is listed, shown and written."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from server.rulebook import DEFAULT_SET, load_indicators
from server.sets.book import set_book
from server.sets.keeping import read_book
from server.words import catalogue
from tests.support.cli import a_file, geojson, printed, said
from tests.support.indicator_sets import made_up_book, made_up_set

LOAD = ("sets", "load", "perangkat.xlsx")


@pytest.fixture
def book() -> Path:
    return a_file("perangkat.xlsx", made_up_book())


@pytest.mark.usefixtures("book")
def test_a_set_is_looked_at_kept_listed_and_given_out() -> None:
    told = said(0, *LOAD, "--dry-run")
    assert "contoh-24: 24 indikator, 332,5 poin." in told and f"Bedanya dengan {DEFAULT_SET}:" in told
    assert "garden: Kebun (Sekolah/madrasah)" in told, "no form asks for a garden"
    assert [one["id"] for one in json.loads(printed("sets", "list", "--json"))] == [DEFAULT_SET]
    assert "Perangkat disimpan." in said(0, *LOAD)
    assert "contoh-24: 24 indikator, 332,5 poin, dimuat" in printed("sets", "list")
    assert "8. Ruang dan lembaga contoh (fiktif): 30,0 poin, daftar tempat; 1 pertanyaan, 1 kriteria" in printed(
        "sets", "show", "contoh-24"
    )
    said(0, "sets", "export", "contoh-24", "lagi.xlsx")
    assert read_book(Path("lagi.xlsx").read_bytes()).indicators == made_up_set()
    assert "tidak dikenal" in said(1, "sets", "export", "contoh-25", "lagi.xlsx")


@pytest.mark.usefixtures("book")
def test_a_round_of_it_says_what_no_form_asks() -> None:
    said(0, *LOAD)
    said(0, "areas", "load", a_file("areas.geojson", geojson()))
    told = said(0, "rounds", "add", "2027", "--data-year", "2027", "--set", "contoh-24")
    assert "kriteria ini tidak ditanyakan oleh formulir mana pun" in told
    lines = printed("rounds", "list")
    assert "contoh-24, direncanakan" in lines and "kriterianya tidak ditanyakan oleh formulir mana pun" in lines


@pytest.mark.usefixtures("book")
def test_a_dry_run_refuses_what_loading_refuses_and_names_what_differs() -> None:
    said(0, *LOAD)
    said(0, "areas", "load", a_file("areas.geojson", geojson()))
    said(0, "rounds", "add", "2027", "--data-year", "2027", "--set", "contoh-24")
    assert "Isinya sama dengan contoh-24." in said(0, *LOAD, "--dry-run"), "the very same is no other"
    name, day = ("Indikator", "C3", "Nama lain (fiktif)"), ("Perangkat", "C3", "2031-01-01")
    for sheet, cell, value in (name, day):
        found, file = load_workbook("perangkat.xlsx"), io.BytesIO()
        found[sheet][cell] = value
        found.save(file)
        other = a_file(f"{sheet}.xlsx", file.getvalue())
        for how in ([], ["--dry-run"]):
            told = said(1, "sets", "load", other, *how)
            assert "Putaran 2027 memakai contoh-24" in told and "Bedanya dengan contoh-24:" in told
            assert ("Indikator 1: nama" if sheet == "Indikator" else "Yang lain berbeda: tanggal berlaku.") in told
    own = a_file("bawaan.xlsx", set_book(load_indicators(DEFAULT_SET), catalogue("id")))
    for how in ([], ["--dry-run"]):
        assert "bawaan Tilik" in said(1, "sets", "load", own, *how)


@pytest.mark.usefixtures("book")
def test_every_fault_is_told_by_its_cell() -> None:
    found, file = load_workbook("perangkat.xlsx"), io.BytesIO()
    found["Isian"]["C4"], found["Skala"]["B5"] = "tebakan", None
    found.save(file)
    told = said(1, "sets", "load", a_file("perangkat.xlsx", file.getvalue()))
    assert "Isian!C4: “tebakan” tidak dikenal. Yang dikenal: yes_no, number, percent, text, date." in told
    assert "Skala!B5: Kolom answer harus diisi." in told and "belum dapat disimpan" in told
    assert "bukan buku kerja Excel" in said(1, "sets", "load", a_file("perangkat.xlsx", b"%PDF"))


@pytest.mark.usefixtures("book")
def test_what_is_hidden_in_a_workbook_is_told() -> None:
    found = load_workbook("perangkat.xlsx")
    found["Indikator"].row_dimensions[5].hidden = True
    found.save("perangkat.xlsx")
    line = "Indikator: 1 baris yang disembunyikan atau tersaring ikut dibaca: 5."
    assert line in said(0, *LOAD, "--dry-run") and line in said(0, *LOAD)
