"""The pages of indicator sets: a workbook is looked at, every fault with its cell, and kept; any set is given out."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.app import create_app
from server.db import snapshot
from server.roles.account import Held
from server.roles.table import Role
from server.rulebook import DEFAULT_SET, load_indicators
from server.sets.keeping import read_book
from server.sets.tables import KeptSet
from server.settings import Settings
from tests.support.builders import load_district
from tests.support.claiming import open_round
from tests.support.indicator_sets import OURS, brought, looked_at, made_up_book, made_up_set
from tests.support.web import Browser, as_read, entered
from tests.support.workbooks import hidden

SECRETARIAT = [Held(Role.SECRETARIAT)]


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    return create_app(engine, Settings(data=tmp_path))


@pytest.fixture
def web(app: Flask) -> Browser:
    return entered(app, SECRETARIAT)


def changed(book: bytes, **cells: Any) -> bytes:
    """Write cells of a workbook anew, by "Sheet_A1"."""
    found, file = load_workbook(io.BytesIO(book)), io.BytesIO()
    for address, value in cells.items():
        sheet, cell = address.split("_")
        found[sheet][cell] = value
    found.save(file)
    return file.getvalue()


def kept(web: Browser, book: bytes | None = None) -> Any:
    return web.post("/perangkat/simpan", data={"packed": looked_at(web, book)}, headers=OURS)


def test_a_set_is_looked_at_before_it_is_kept(web: Browser, engine: Engine) -> None:
    page = as_read(brought(web, made_up_book()).text)
    assert "Perangkat yang diperiksa: contoh-24" in page and f"Bedanya dengan {DEFAULT_SET}" in page
    assert "Indikator yang tidak ada lagi: 25, 26, 27, 28, 29, 30, 31." in page
    assert "P. Pengasuhan contoh (fiktif) 9 110,5" in page and "Semuanya 24 332,5" in page
    with snapshot(engine) as session:
        assert session.scalars(select(KeptSet)).all() == []


def test_what_no_form_asks_is_said_before_and_after_it_is_kept(web: Browser) -> None:
    pages = [brought(web, made_up_book()).text, web.get(kept(web).location).text]
    for page in map(as_read, pages):
        assert "kriteria ini tidak ditanyakan oleh formulir mana pun" in page
        assert "garden: Kebun (Sekolah/madrasah)" in page
    assert "tidak ditanyakan" not in web.get(f"/perangkat/{DEFAULT_SET}").text


def test_a_kept_set_is_found_by_whoever_has_its_id(web: Browser, engine: Engine) -> None:
    assert kept(web).status_code == 303
    with snapshot(engine):
        assert load_indicators("contoh-24") == made_up_set()
    assert "contoh-24" in as_read(web.get("/perangkat").text)


def test_every_fault_is_told_with_its_cell_and_nothing_is_kept(web: Browser, engine: Engine) -> None:
    answer = brought(web, changed(made_up_book(), Indikator_B7="Z", Indikator_G8="banyak", Klaster_D3=61))
    page = as_read(answer.text)
    assert answer.status_code == 400 and "4 hal perlu diperbaiki" in page and 'name="packed"' not in answer.text
    assert "Indikator!B7 “Z” tidak ada pada lembar Klaster." in page
    assert "Indikator!G8 “banyak” bukan angka" in page
    assert "Perangkat!D3 Perangkat ini bernilai 332,5, tetapi klasternya berjumlah 333,5." in page


@pytest.mark.parametrize("content, sentence", [
    (b"", "Berkas ini kosong (0 bita)."),
    (b"PK\x03\x04", "bukan buku kerja Excel"), (b"%PDF-1.7", "bukan buku kerja Excel"),
    (b"a;b\n1;2\n", ".csv"),
], ids=["nothing", "cut", "another kind", "a text"])  # fmt: skip
def test_what_is_no_workbook_is_refused_with_a_sentence(web: Browser, content: bytes, sentence: str) -> None:
    answer = brought(web, content)
    assert answer.status_code == 400 and sentence in as_read(answer.text)


@pytest.mark.parametrize("set_id", [DEFAULT_SET, "contoh-24"])
def test_any_set_is_given_out_as_a_workbook_that_says_the_same(web: Browser, engine: Engine, set_id: str) -> None:
    kept(web)
    book = web.get(f"/perangkat/{set_id}/buku.xlsx")
    with snapshot(engine):
        assert read_book(book.data).indicators == load_indicators(set_id)
    assert f"tilik-perangkat-{set_id}.xlsx" in book.headers["Content-Disposition"]


def test_once_a_round_is_of_it_another_version_needs_another_id(web: Browser, engine: Engine) -> None:
    load_district(engine)
    kept(web)
    other = changed(made_up_book(), Indikator_C3="Nama lain (fiktif)")
    assert kept(web, other).status_code == 303, "nobody uses it yet"
    before = looked_at(web, made_up_book())
    open_round(engine, "contoh", indicator_set="contoh-24")
    assert kept(web, other).status_code == 303, "it is the very same"
    looked, sent = brought(web, made_up_book()), web.post("/perangkat/simpan", data={"packed": before}, headers=OURS)
    for refused in (looked, sent):
        assert refused.status_code == 409 and "Putaran contoh memakai contoh-24" in as_read(refused.text)
    assert 'name="packed"' not in looked.text and "dapat disimpan" not in as_read(looked.text)
    assert "Indikator 1: nama atau ukuran atau klaster berbeda" in as_read(looked.text)
    assert kept(web, changed(made_up_book(), Perangkat_A3="contoh-25")).status_code == 303
    with snapshot(engine):
        assert load_indicators("contoh-24").by_number[1].name["id"] == "Nama lain (fiktif)"
        assert load_indicators("contoh-25").by_number[1] == made_up_set().by_number[1]


def test_a_set_that_comes_with_tilik_stays_as_it_is(web: Browser) -> None:
    refused = brought(web, changed(made_up_book(), Perangkat_A3=DEFAULT_SET))
    assert refused.status_code == 409 and "perangkat bawaan Tilik" in as_read(refused.text)
    assert web.post(f"/perangkat/{DEFAULT_SET}/tarik", headers=OURS).status_code == 409


def test_a_withdrawn_set_comes_back_once_it_is_loaded_again(web: Browser) -> None:
    kept(web)
    assert "Perangkat ditarik" in as_read(
        web.post("/perangkat/contoh-24/tarik", headers=OURS, follow_redirects=True).text
    )
    assert "ditarik: tidak untuk putaran baru" in as_read(web.get("/perangkat").text)
    kept(web)
    assert "ditarik" not in as_read(web.get("/perangkat").text)


def test_only_what_was_looked_at_here_is_kept(web: Browser, app: Flask, engine: Engine) -> None:
    packed = looked_at(web)
    for wrong in ("", "x", packed[:-1], packed + "x", "." + packed):
        assert web.post("/perangkat/simpan", data={"packed": wrong}, headers=OURS).status_code == 400
    supervisor = entered(app, [Held(Role.SUPERVISOR)])
    assert supervisor.post("/perangkat/simpan", data={"packed": packed}, headers=OURS).status_code == 403
    with snapshot(engine) as session:
        assert session.scalars(select(KeptSet)).all() == []


def test_what_is_hidden_is_read_and_told_where_the_workbook_is_looked_at(web: Browser, engine: Engine) -> None:
    assert "disembunyikan" not in brought(web, made_up_book()).text
    book = hidden(made_up_book(), "Indikator", rows=(1, 2, 4, 6, 7, 8, 200), columns=("C", "D", "ZZ"))
    book = hidden(book, "Klaster", whole=True)
    page = as_read(brought(web, book).text)
    assert "Yang disembunyikan di buku kerja ini ikut dibaca." in page
    assert "Lembar Klaster disembunyikan dan ikut dibaca (4 baris)." in page
    assert "Indikator: 4 baris yang disembunyikan atau tersaring ikut dibaca: 4, 6–8." in page, "headings may be"
    assert "Indikator: 2 kolom yang disembunyikan ikut dibaca: C, D." in page, "nothing stands in the third"
    assert kept(web, book).status_code == 303
    with snapshot(engine):
        assert load_indicators("contoh-24") == made_up_set(), "nothing of it is lost"


def test_so_it_is_beside_what_is_wrong(web: Browser) -> None:
    page = as_read(brought(web, hidden(changed(made_up_book(), Indikator_B7="Z"), "Indikator", rows=(7,))).text)
    assert "Indikator!B7 “Z” tidak ada pada lembar Klaster." in page
    assert "Indikator: 1 baris yang disembunyikan atau tersaring ikut dibaca: 7." in page
