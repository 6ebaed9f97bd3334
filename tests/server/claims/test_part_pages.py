"""A form in parts on pages: split, merged by what was chosen, a table's columns agreed to; nothing is imported."""

import html
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.app import create_app
from server.claims.tables import ClaimFile, WaitingForm
from server.claims.workbook import open_workbook
from server.db import snapshot, writing
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from tests.support.claiming import ROUND
from tests.support.documents import as_form
from tests.support.parts import HEALTH, SCHOOLS, answer_row, part, score_row
from tests.support.web import Browser, browser_of, person
from tests.support.workbooks import DISTRICT, a_place, filled, row_of

OURS = {"Sec-Fetch-Site": "same-origin"}
PAGE = f"/wilayah/{ROUND}/{DISTRICT}/klaim"
TABLE = "Kecamatan;L;P\nSatu;1.200;1.100\nDua;300;200\nJumlah;1.500;1.300\n"


@dataclass
class Office:
    """The district's officer, with Excel and a browser."""

    engine: Engine
    app: Flask
    web: Browser

    def brings(self, *books: tuple[str, bytes]) -> Any:
        sent = {"buku": [(io.BytesIO(content), name) for name, content in books]}
        return self.web.post(f"{PAGE}/gabung", headers=OURS, **as_form(sent))

    def brings_table(self, content: str | bytes, name: str = "tabel.csv", **more: Any) -> Any:
        content = content.encode() if isinstance(content, str) else content
        sent = {"tabel": (io.BytesIO(content), name)} | more
        return self.web.post(f"{PAGE}/tabel", headers=OURS, **as_form(sent))

    def follows(self, answer: Any) -> tuple[str, str]:
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"], html.unescape(self.web.get(answer.headers["Location"]).text)

    def agrees(self, address: str, page: str, **chosen: str) -> Any:
        (mark,) = re.findall(r'name="tampak" value="(\w+)"', page)
        return self.web.post(address, data={"tampak": mark} | chosen, headers=OURS)

    def waiting(self) -> list[str]:
        with snapshot(self.engine) as session:
            assert session.scalars(select(ClaimFile.id)).all() == [], "nothing is imported here"
            return list(session.scalars(select(WaitingForm.what)))


@pytest.fixture
def office(district: Engine, tmp_path: Path) -> Office:
    app = create_app(district, Settings.model_validate({"data": tmp_path, "secret_key": "k" * 40}))
    with writing(district) as session:
        number = person(session, Held(Role.DISTRICT, DISTRICT, ROUND))
    return Office(district, app, browser_of(app, number))


def book_of(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    return open_workbook(answer.data).book


def test_the_agencies_that_were_chosen_come_as_workbooks_in_a_zip(office: Office) -> None:
    page = office.web.get(f"{PAGE}/bagian").text
    assert f'name="lembaga" value="{HEALTH}"' in page
    answer = office.web.get(f"{PAGE}/bagian.zip", query_string={"lembaga": [HEALTH, "Bappeda"]})
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        agencies = {open_workbook(archive.read(name)).stamp.agency for name in archive.namelist()}
    assert agencies == {HEALTH, "Bappeda"}
    none = office.web.get(f"{PAGE}/bagian.zip?lembaga=x")
    assert none.status_code == 400 and "Belum ada lembaga" in none.text


def two_parts(office: Office) -> tuple[bytes, bytes]:
    one = part(office.engine, HEALTH, {f"Jawaban!E{answer_row(HEALTH, '9b1')}": 120,
                                       f"Klaim!E{score_row(HEALTH, 9)}": 5})  # fmt: skip
    other = part(office.engine, SCHOOLS, {f"Jawaban!E{answer_row(SCHOOLS, '9b1')}": 130,
                                          f"Klaim!E{score_row(SCHOOLS, 9)}": 6})  # fmt: skip
    return one, other


def test_of_each_clash_what_was_chosen_counts_and_nothing_is_written_before(office: Office) -> None:
    one, other = two_parts(office)
    address, page = office.follows(office.brings(("klaim.xlsx", one), ("klaim.xlsx", other)))
    assert "Bertentangan: 2" in page and f"klaim.xlsx Klaim!E{score_row(HEALTH, 9)}: 5" in page
    assert not {"120", "130"} & set(re.findall(r"\w+", page)), "numbers of children are not repeated"
    assert "Belum ada berkas dari:" in page and "Bappeda" in page
    for chosen in ({}, {"pilih-0": "1"}, {"pilih-0": "2", "pilih-1": "0"}, {"pilih-0": "x", "pilih-1": "0"}):
        refused = office.agrees(address, page, **chosen)
        assert refused.status_code == 400 and "belum dipilih" in refused.text
    assert 'value="1" checked' in office.agrees(address, page, **{"pilih-0": "1"}).text, "nothing is lost"
    book = book_of(office.agrees(address, page, **{"pilih-0": "1", "pilih-1": "0"}))
    assert book["Klaim"][row_of(9)]["self_score"] == 6
    assert book["Jawaban"][answer_row(None, "9b1")]["value"] == 120
    first = book_of(office.agrees(address, page, pertama="1", **{"pilih-1": "1"}))
    assert first["Klaim"][row_of(9)]["self_score"] == 5
    assert first["Jawaban"][answer_row(None, "9b1")]["value"] == 130
    assert office.waiting() == ["merge"]
    assert office.web.get(f"{PAGE}/1").status_code == 404, "it is no form that waits to be imported"
    assert f'{PAGE}/1"' not in office.web.get(PAGE).text
    assert office.web.post(address, data={"buang": "1"}, headers=OURS).status_code == 303
    assert office.waiting() == []


def test_what_was_shown_is_what_is_chosen_from(office: Office) -> None:
    one, other = two_parts(office)
    address, _ = office.follows(office.brings(("a.xlsx", one), ("b.xlsx", other)))
    changed = office.web.post(address, data={"tampak": "0" * 64, "pertama": "1"}, headers=OURS)
    assert changed.status_code == 400


def test_broken_cells_and_other_districts_files_are_named_and_nothing_is_written(office: Office) -> None:
    broken = part(office.engine, HEALTH, {f"Jawaban!E{answer_row(HEALTH, '18a1')}": "=1+"})
    address, page = office.follows(office.brings(("a.xlsx", broken)))
    assert f"Jawaban!E{answer_row(HEALTH, '18a1')}" in page and "Unduh gabungannya" not in page
    assert office.agrees(address, page, pertama="1").status_code == 400
    away = office.brings(("a.xlsx", filled(stamp={2: "99.02"})))
    refused = office.web.get(away.headers["Location"])
    assert refused.status_code == 400 and "99.02" in refused.text


HOSTILE = {"nothing": b"", "no workbook": b"\0\1", "a broken package": b"PK\x03\x04", "a page": b"<html>"}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_workbook_is_refused_with_its_name_and_kept_nowhere(office: Office, content: bytes) -> None:
    good = part(office.engine, HEALTH)
    answer = office.brings(("baik.xlsx", good), ("<b>buruk</b>.xlsx", content))
    assert answer.status_code == 400 and "&lt;b&gt;buruk&lt;/b&gt;.xlsx" in answer.text
    assert office.brings_table(content, "tabel.xlsx", tempat="17/pojok_asi").status_code == 400
    assert office.brings_table(TABLE, buku=(io.BytesIO(content or b"x"), "b.xlsx"), untuk="8b1").status_code == 400
    assert office.waiting() == []


def test_too_many_or_none_and_a_table_for_nothing_have_a_sentence(office: Office) -> None:
    assert office.brings().status_code == 400
    many = office.brings(*[(f"{number}.xlsx", b"x") for number in range(41)])
    assert many.status_code == 400 and "paling banyak 40 berkas" in many.text
    for asked in ({}, {"untuk": "8b1", "tempat": "17/pojok_asi"}):
        assert office.brings_table(TABLE, **asked).status_code == 400


def test_a_tables_columns_are_offered_agreed_to_and_written_into_the_form(office: Office) -> None:
    form = filled({"Rincian!A4": "8b1", "Rincian!B4": "99.01.01", "Rincian!F4": 1}, a_place(), stamp={5: ROUND})
    answer = office.brings_table(TABLE, untuk="8b1", buku=(io.BytesIO(form), "klaim.xlsx"))
    address, page = office.follows(answer)
    assert re.search(r'name="kolom-8b1">.*?<option value="B" selected>B L', page, re.S)
    assert 'Kolom B "L": 8b1' in page and "Tidak dipakai: C" in page and "Bertentangan: 1" in page
    assert office.agrees(address, page).status_code == 400
    book = book_of(office.agrees(address, page, **{"pilih-0": "1"}))
    assert sorted(row["value"] for row in book["Rincian"].values() if row["value"]) == [300, 1200]
    assert [row["facility_name"] for row in book["Fasilitas"].values() if row["facility_name"]] == ["Pojok ASI Pasar"]
    assert office.waiting() == ["table"]


def test_a_column_that_cannot_be_told_is_asked_for_and_counts_as_said(office: Office) -> None:
    address, page = office.follows(office.brings_table("Kecamatan;Laki-laki;Jumlah laki-laki\nSatu;1;2\nDua;3;4\n",
                                                       untuk="8b1"))  # fmt: skip
    assert "B, C" in page and "unduh formulir" not in page
    assert '<option value="C">C Jumlah laki-laki' in page
    again = f"{address}&kolom-8b1=C"
    shown = html.unescape(office.web.get(again).text)
    assert "unduh formulir" in shown
    (action,) = re.findall(r'<form method="post"[^>]* action="([^"]+tabel[^"]+)"', shown)
    book = book_of(office.agrees(action, shown))
    assert sorted(row["value"] for row in book["Rincian"].values() if row["value"]) == [2, 4]
    for wrong in ("kolom-8b1=%3Cb%3E", "kolom-8b1=ZZ", "untuk=28a", "untuk=x", "tempat=99/x", "lembar=x",
                  "untuk=8b1&_external=1&_scheme=javascript&number=2&round_id=x&endpoint=y"):  # fmt: skip
        found = office.web.get(f"{PAGE}/tabel/1?{wrong}")
        assert found.status_code in (200, 400) and "javascript:" not in found.text, wrong


def test_a_list_of_places_goes_into_an_empty_form_where_none_came(office: Office) -> None:
    rows = "Nama Posyandu;Kelurahan\n=HYPERLINK(1);Desa 00\n"
    address, page = office.follows(office.brings_table(rows, tempat="19/posyandu"))
    assert "nama tempat" in page
    answer = office.agrees(address, page)
    book_of(answer)
    cell = load_workbook(io.BytesIO(answer.data))["Fasilitas"]["C4"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_who_does_not_hand_in_here_gets_nothing(office: Office) -> None:
    office.brings(("a.xlsx", part(office.engine, HEALTH)))
    with writing(office.engine) as session:
        others = [
            person(session, held) for held in (Held(Role.DISTRICT, "99.02", ROUND), Held(Role.LEAD, DISTRICT, ROUND))
        ]
    for number in others:
        web = browser_of(office.app, number)
        assert [web.get(f"{PAGE}/{path}").status_code for path in ("bagian", "gabung/1", "tabel/1")] == [403] * 3
    assert office.web.get(f"{PAGE}/tabel/1").status_code == 404, "each waits for what it was brought for"
