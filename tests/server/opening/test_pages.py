"""The page of what is missing, and one's own page of the code of ethics."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.app import create_app
from server.opening.tables import Contact
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from tests.support.claiming import ROUND
from tests.support.rounds import begin
from tests.support.walking import OURS
from tests.support.web import Browser, entered
from tests.support.workbooks import DISTRICT

HERE = f"/wilayah/{ROUND}/{DISTRICT}/pembukaan"
OFFICE = {"kind": "police", "office": "Polres rekaan", "number": "(0274) 000"}


@pytest.fixture
def pages(district: Engine, tmp_path: Path) -> Callable[..., Browser]:
    begin(district, DISTRICT)
    app = create_app(district, Settings(data=tmp_path))
    return lambda *held: entered(app, list(held))


def test_what_is_missing_is_said_and_a_contact_is_entered_phoned_and_taken_off(pages: Callable[..., Browser]) -> None:
    web = pages(Held(Role.SECRETARIAT))
    assert "Belum ada kontak polisi" in web.get(HERE).text
    page = web.post(f"{HERE}/kontak", data=OFFICE, headers=OURS, follow_redirects=True).text
    assert "Polres rekaan" in page and "Belum ditelepon" in page and "Belum ada kontak polisi" not in page
    page = web.post(f"{HERE}/kontak/1/ditelepon", headers=OURS, follow_redirects=True).text
    assert "Belum ditelepon" not in page and "Dicatat: dijawab hari ini." in page
    page = web.post(f"{HERE}/kontak/1/akhiri", headers=OURS, follow_redirects=True).text
    assert "Polres rekaan" not in page and "Belum ada kontak polisi" in page


def test_what_was_typed_wrongly_stays_and_is_explained(pages: Callable[..., Browser]) -> None:
    answer = pages(Held(Role.LEAD, DISTRICT, ROUND)).post(
        f"{HERE}/kontak", data=OFFICE | {"number": "<b>"}, headers=OURS
    )
    assert answer.status_code == 400
    assert "Tulis nomor telepon" in answer.text and "Polres rekaan" in answer.text and "<b>" not in answer.text


def test_a_contact_of_a_district_that_takes_no_part_in_the_round_is_not_entered(
    district: Engine, pages: Callable[..., Browser]
) -> None:
    elsewhere = HERE.replace(DISTRICT, "34.99")
    answer = pages(Held(Role.SECRETARIAT)).post(f"{elsewhere}/kontak", data=OFFICE, headers=OURS)
    assert answer.status_code == 404
    with Session(district) as session:
        assert session.scalars(select(Contact)).all() == []


def test_the_code_is_accepted_once_ties_are_declared(pages: Callable[..., Browser]) -> None:
    web = pages(Held(Role.VERIFIER, DISTRICT, ROUND))
    assert "Saya menerima kode etik ini" in web.get("/akun/kode-etik").text
    answer = web.post("/akun/kode-etik", data={"round": ROUND}, headers=OURS)
    assert answer.status_code == 400 and "centang kotaknya" in answer.text
    answer = web.post("/akun/kode-etik", data={"round": ROUND, "ties": "declared"}, headers=OURS, follow_redirects=True)
    assert "Diterima pada" in answer.text and "Saya menerima kode etik ini" not in answer.text


def test_who_is_in_no_team_is_told_so(pages: Callable[..., Browser]) -> None:
    assert "tidak termasuk tim mana pun" in pages(Held(Role.DISTRICT, DISTRICT, ROUND)).get("/akun/kode-etik").text
