"""Handing a claim form in on a page: looked at first, agreed to, and imported by the command's own use case."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.claims.tables import ClaimFile, ClaimLine, WaitingForm
from server.claims.waiting import forget_old
from server.db import now, snapshot, writing
from server.documents.tables import HandedIn
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND
from tests.support.documents import a_pdf, a_zip, as_form
from tests.support.web import Browser, browser_of, person
from tests.support.workbooks import DISTRICT, a_place, filled

OURS = {"Sec-Fetch-Site": "same-origin"}
PAGE = f"/wilayah/{ROUND}/{DISTRICT}/klaim"
GOOD, OTHER = filled(None, a_place()), filled(None, a_place(), a_place("Pojok ASI Lain"))
BAD = filled({"Klaim!E20": "banyak"}, a_place(), a_place(E="98.01.01.2001 Luar"))
AWAY = filled({"Klaim!E20": 10}, stamp={2: "99.02"})


@dataclass
class Office:
    """The district's officer at the page."""

    engine: Engine
    app: Flask
    web: Browser

    def uploads(self, content: bytes, name: str = "klaim.xlsx", **more: Any) -> Any:
        data = {"buku": (io.BytesIO(content), name)} | more
        return self.web.post(PAGE, headers=OURS, **as_form(data))

    def opens(self, content: bytes, **more: Any) -> tuple[str, str]:
        """Upload, and follow to the plan: its address and text."""
        answer = self.uploads(content, **more)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"], self.web.get(answer.headers["Location"]).text

    def agrees(self, address: str, page: str, **ticks: str) -> Any:
        (mark,) = re.findall(r'name="tampak" value="(\w+)"', page)
        return self.web.post(address, data={"tampak": mark} | ticks, headers=OURS)

    def count(self, table: Any) -> int:
        with snapshot(self.engine) as session:
            return len(session.scalars(select(table.id)).all())


@pytest.fixture
def office(district: Engine, tmp_path: Path) -> Office:
    app = create_app(district, Settings.model_validate({"data": tmp_path, "secret_key": "k" * 40}))
    with writing(district) as session:
        number = person(session, Held(Role.DISTRICT, DISTRICT, ROUND))
    return Office(district, app, browser_of(app, number))


def test_what_would_change_is_shown_and_only_then_agreed_to(office: Office) -> None:
    since = newest(office.engine)
    address, page = office.opens(GOOD)
    assert "Yang akan berubah" in page
    assert office.count(ClaimFile) == 0
    assert office.web.get(PAGE).text.count(f"{PAGE}/1") == 1
    assert office.agrees(address, page).status_code == 303
    assert (office.count(ClaimFile), office.count(ClaimLine), office.count(WaitingForm)) == (1, 1, 0)
    assert [entry.act for entry in written_down(office.engine, since)] == ["claims_uploaded", "part_open",
                                                                          "claims_imported"]  # fmt: skip
    assert "tidak ada yang berubah" in office.opens(GOOD)[1]


def test_problems_are_told_by_their_cells_and_nothing_is_imported(office: Office) -> None:
    address, page = office.opens(BAD)
    assert "Klaim!E20" in page
    assert "Fasilitas!E5" in page
    assert 'name="ganti"' not in page
    assert ">Impor<" not in page
    assert office.agrees(address, page).status_code == 400
    saved = office.web.get(f"{address}/masalah.csv")
    assert saved.text.startswith("\ufeffKlaim!E20;") or "Klaim!E20" in saved.text
    assert "attachment" in saved.headers["Content-Disposition"]
    assert office.count(ClaimFile) == 0


def test_what_to_look_at_stands_below_what_is_wrong_and_above_what_would_change(office: Office) -> None:
    place = a_place("Satu", G=5.0051)
    wrong, right = (office.opens(filled(cells, place))[1] for cells in ({"Klaim!E20": "banyak"}, None))
    assert 0 < wrong.index('id="problems"') < wrong.index('id="remarks"')
    assert 0 < right.index('id="remarks"') < right.index('id="changes"')
    assert 'name="catatan"' in right and 'name="catatan"' not in wrong


def test_what_is_replaced_needs_a_tick(office: Office) -> None:
    office.agrees(*office.opens(GOOD))
    address, page = office.opens(OTHER)
    assert office.agrees(address, page).status_code == 400
    assert office.count(ClaimLine) == 1
    assert office.agrees(address, page, ganti="1", catatan="1").status_code == 303
    assert office.count(ClaimLine) == 2


def test_what_was_shown_is_what_is_agreed_to(office: Office) -> None:
    address, page = office.opens(OTHER)
    office.agrees(*office.opens(GOOD))
    answer = office.agrees(address, page, ganti="1", catatan="1")
    assert answer.status_code == 400
    assert "ada yang berubah" in answer.text
    assert office.count(ClaimLine) == 1
    assert office.agrees(address, answer.text, ganti="1", catatan="1").status_code == 303


def test_another_districts_form_is_not_imported_here(office: Office) -> None:
    address, page = office.opens(AWAY)
    assert ">Impor<" not in page
    assert office.agrees(address, page, ganti="1", catatan="1").status_code == 400
    assert office.count(ClaimFile) == 0


@pytest.mark.parametrize("content, sentence", [
    (b"", "0 bita"), (b"x" * 10_000_001, "10 MB"), (b"%PDF-1.7", "bukan"), (a_zip({"a": b"b"}), "bukan"),
    (b"a;b\n1;2\n", ""), (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), ""),
])  # fmt: skip
def test_what_is_no_claim_form_has_its_sentence_and_is_not_kept(office: Office, content: bytes, sentence: str) -> None:
    answer = office.uploads(content, "<script>alert(1)</script>.xlsx")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert sentence in answer.text
    assert "<script>alert" not in answer.text
    assert office.count(WaitingForm) == 0


def test_documents_beside_it_are_taken_whether_or_not_it_is_imported(office: Office) -> None:
    papers = (io.BytesIO(a_zip({"a.pdf": a_pdf(), "../b.pdf": a_pdf()})), "dokumen.zip")
    office.opens(BAD, berkas=[papers], nyatakan="1")
    with snapshot(office.engine) as session:
        found = session.scalars(select(HandedIn).order_by(HandedIn.id)).all()
        assert [(one.name, one.digest is not None, one.declared_at is not None) for one in found] == [
            ("a.pdf", True, True), ("../b.pdf", False, False)]  # fmt: skip


def test_a_form_that_nobody_agrees_to_is_forgotten(office: Office) -> None:
    address, page = office.opens(GOOD)
    other, _ = office.opens(OTHER)
    assert office.web.post(other, data={"buang": "1"}, headers=OURS).status_code == 303
    assert office.web.get(other).status_code == 404
    with writing(office.engine) as session:
        session.execute(update(WaitingForm).values(uploaded_at=now() - timedelta(days=1, minutes=1)))
    assert office.web.get(address).status_code == 404
    assert office.agrees(address, page).status_code == 404
    with writing(office.engine) as session:
        forget_old(session)
    assert office.count(WaitingForm) == 0


def test_who_hands_in_elsewhere_sees_and_imports_nothing_here(office: Office) -> None:
    address, page = office.opens(GOOD)
    with writing(office.engine) as session:
        number = person(session, Held(Role.DISTRICT, "99.02", ROUND))
    other = browser_of(office.app, number)
    for path in (PAGE, address, f"{address}/masalah.csv", f"{PAGE}/formulir.xlsx"):
        assert other.get(path).status_code == 403
    assert other.get(address.replace("99.01", "99.02")).status_code == 404
    office.web = other
    assert office.agrees(address, page).status_code == 403
    assert office.count(ClaimFile) == 0


def test_the_form_itself_is_given_on_the_page(office: Office) -> None:
    given = office.web.get(f"{PAGE}/formulir.xlsx")
    assert given.data.startswith(b"PK")
    assert "tilik-klaim-2026-99.01.xlsx" in given.headers["Content-Disposition"]


def test_many_problems_are_cut_and_the_page_stays_light(office: Office) -> None:
    _, page = office.opens(filled(None, *(a_place(f"Tempat {number}", F="dahulu") for number in range(400))))
    assert len(page.encode()) < 150_000
    assert "dan 200 lagi" in page


def test_who_hands_in_finds_their_district_before_its_part_has_begun(office: Office) -> None:
    page = office.web.get("/klaim").text
    assert f'href="{PAGE}' in page
    assert 'href="/klaim' in office.web.get("/").text
    assert office.web.get(f"/klaim?kode={DISTRICT}&putaran={ROUND}").headers["Location"].startswith(PAGE)
    for wrong in ("kode=99.02&putaran=2026", "kode=99.01&putaran=1999", "kode=<b>", "kode=99.01.01"):
        answer = office.web.get(f"/klaim?{wrong}")
        assert answer.status_code == 200
        assert 'role="alert"' in answer.text
        assert "<b>" not in answer.text
