"""What is hidden in any workbook that somebody hands in is read like all else, and told in the same words."""

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from server.app import create_app
from server.claims.workbook import open_workbook
from server.db import writing
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.spreadsheets import as_xlsx
from server.words import catalogue
from tests.support.claiming import ROUND
from tests.support.documents import as_form
from tests.support.parts import HEALTH, SCHOOLS, answer_row, part
from tests.support.web import Browser, as_read, browser_of, person
from tests.support.workbooks import DISTRICT, a_place, filled, hidden

OURS = {"Sec-Fetch-Site": "same-origin"}
PAGE = f"/wilayah/{ROUND}/{DISTRICT}/klaim"
FORM = filled({"Klaim!E20": 10}, a_place(), a_place("Pojok ASI Lain"))


@pytest.fixture
def web(district: Engine, tmp_path: Path) -> Browser:
    app = create_app(district, Settings.model_validate({"data": tmp_path, "secret_key": "k" * 40}))
    with writing(district) as session:
        number = person(session, Held(Role.DISTRICT, DISTRICT, ROUND))
    return browser_of(app, number)


def told(content: bytes) -> list[str]:
    return [catalogue("id").reason(reason) for reason in open_workbook(content).hidden]


def followed(web: Browser, address: str, data: dict[str, Any]) -> str:
    answer = web.post(address, headers=OURS, **as_form(data))
    assert answer.status_code == 303, answer.text
    return as_read(web.get(answer.headers["Location"]).text)


def test_of_a_claim_form_what_a_district_filled_in_is_told_and_not_what_is_printed() -> None:
    assert told(FORM) == []
    assert told(hidden(FORM, "Klaim", rows=(3, 19), columns=("C", "D"))) == [], "nobody filled anything in there"
    assert told(hidden(FORM, "Klaim", rows=(19, 20), columns=("E",))) == [
        "Klaim: 1 baris yang disembunyikan atau tersaring ikut dibaca: 20.",
        "Klaim: 1 kolom yang disembunyikan ikut dibaca: E.",
    ]
    assert told(hidden(FORM, "Fasilitas", rows=(4, 5, 6), columns=("C", "Z"))) == [
        "Fasilitas: 2 baris yang disembunyikan atau tersaring ikut dibaca: 4–5.",
        "Fasilitas: 1 kolom yang disembunyikan ikut dibaca: C.",
    ]
    assert told(hidden(FORM, "Fasilitas", whole=True)) == ["Lembar Fasilitas disembunyikan dan ikut dibaca (2 baris)."]
    assert told(hidden(FORM, "Rapat", whole=True)) == [], "an empty sheet says nothing"


def test_whoever_hands_a_form_in_says_that_they_have_seen_it(web: Browser) -> None:
    data = {"buku": (io.BytesIO(hidden(FORM, "Fasilitas", rows=(5,))), "klaim.xlsx")}
    page = followed(web, PAGE, data)
    assert "Fasilitas: 1 baris yang disembunyikan atau tersaring ikut dibaca: 5." in page
    assert 'name="catatan"' in web.get(f"{PAGE}/1").text
    assert "disembunyikan" not in followed(web, PAGE, {"buku": (io.BytesIO(FORM), "klaim.xlsx")})


def test_of_forms_that_are_merged_it_is_told_by_file(district: Engine, web: Browser) -> None:
    row = answer_row(HEALTH, "9b1")
    one = hidden(part(district, HEALTH, {f"Jawaban!E{row}": 120}), "Jawaban", rows=(row,))
    other = part(district, SCHOOLS, {f"Jawaban!E{answer_row(SCHOOLS, '9b1')}": 120})
    page = followed(web, f"{PAGE}/gabung", {"buku": [(io.BytesIO(one), "a.xlsx"), (io.BytesIO(other), "b.xlsx")]})
    assert f"a.xlsx : Jawaban: 1 baris yang disembunyikan atau tersaring ikut dibaca: {row}." in page
    assert "b.xlsx : Jawaban" not in page


def test_of_a_table_it_is_told_of_what_is_read_and_of_the_form_it_goes_into(web: Browser) -> None:
    rows: list[list[Any]] = [["Catatan", "Kecamatan", "Laki-laki"], ["x", "Satu", 12], ["y", "Dua", 7]]
    table = hidden(as_xlsx("Isi", rows[0], rows[1:], catalogue("id")), "Isi", rows=(1, 3), columns=("A", "C"))
    data = {"tabel": (io.BytesIO(table), "t.xlsx"), "untuk": "8b1",
            "buku": (io.BytesIO(hidden(FORM, "Fasilitas", columns=("C",))), "klaim.xlsx")}  # fmt: skip
    page = followed(web, f"{PAGE}/tabel", data)
    assert "Isi: 1 baris yang disembunyikan atau tersaring ikut dibaca: 3." in page
    assert "Isi: 1 kolom yang disembunyikan ikut dibaca: C." in page, "the first is not read"
    assert "klaim.xlsx : Fasilitas: 1 kolom yang disembunyikan ikut dibaca: C." in page


def test_a_table_on_a_sheet_that_is_hidden_is_told_where_somebody_named_it(web: Browser) -> None:
    rows: list[list[Any]] = [["Kecamatan", "Laki-laki"], ["Satu", 12]]
    table = hidden(as_xlsx("Isi", rows[0], rows[1:], catalogue("id")), "Isi", whole=True)
    data = {"tabel": (io.BytesIO(table), "t.xlsx"), "untuk": "8b1", "lembar": "Isi"}
    assert "Lembar Isi disembunyikan dan ikut dibaca (1 baris)." in followed(web, f"{PAGE}/tabel", data)
