"""The documents on a line's page: those of its indicator and those that name the place, as each may see them."""

import html
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from server.claims.tables import ClaimLine
from server.db import now, snapshot, writing
from server.documents.tables import HandedIn
from server.register.tables import Facility
from server.roles.table import Role
from tests.support.claiming import ROUND, claims_come
from tests.support.documents import a_jpeg, a_pdf
from tests.support.handing import Desk, a_desk
from tests.support.statements import statements
from tests.support.web import as_read
from tests.support.workbooks import DISTRICT, a_place, filled, row_of

PAPER = a_pdf()
# number, title and file: two of the line's indicator, one of them names the place; two of another one
SHEET = {"Dokumen!A4": 17, "Dokumen!B4": "1/2026", "Dokumen!D4": "Keputusan Rekaan", "Dokumen!J4": "satu.pdf",
         "Dokumen!A5": 17, "Dokumen!B5": "2/2026", "Dokumen!D5": "Izin POJOK ASI  Pasar", "Dokumen!J5": "dua.pdf",
         "Dokumen!A6": 1, "Dokumen!B6": "3/2026", "Dokumen!D6": "Anggaran Pojok ASI Pasar Rekaan",
         "Dokumen!A7": 1, "Dokumen!B7": "4/2026", "Dokumen!D7": "Pojok ASI Pasaraya",
         f"Klaim!E{row_of(17)}": 15, f"Klaim!E{row_of(1)}": 10}  # fmt: skip


@pytest.fixture
def desk(district: Engine, tmp_path: Path) -> Desk:
    assert claims_come(district, filled(SHEET, a_place())).problems == ()
    return a_desk(district, tmp_path)


def line_page(desk: Desk) -> str:
    with snapshot(desk.engine) as session:
        return f"/wilayah/{ROUND}/{DISTRICT}/baris/{session.scalars(select(ClaimLine.id)).one()}"


def shown(desk: Desk, role: Role = Role.SUPERVISOR) -> str:
    """Give what the section says; nothing where there is none."""
    page = desk.browser(role).get(line_page(desk))
    assert page.status_code == 200
    found = re.findall(r'<section aria-labelledby="documents">.*?</section>', page.text, re.S)
    return as_read("".join(found))


def test_rows_of_the_indicator_are_there_with_their_state_and_those_that_name_the_place_come_first(desk: Desk) -> None:
    desk.hand_in(("satu.pdf", PAPER), declared=True)
    text = shown(desk)
    first, second, third = (text.index(number) for number in ("2/2026", "3/2026", "1/2026"))
    assert first < text.index("menyebut tempat ini berkas ini disebut dan belum ada") < second < third
    assert "Indikator 1: 3/2026" in text
    assert "1/2026 : Keputusan Rekaan Dokumen!B4 Dokumen 1 (PDF)" in text
    assert text.count("menyebut tempat ini") == 2
    assert "4/2026" not in text, "a longer name is another place's"


def test_a_file_of_no_row_that_names_the_place_is_there_for_who_may_see_it(desk: Desk) -> None:
    desk.hand_in(("foto/pojok asi pasar.jpg", a_jpeg()), ("lain.jpg", a_jpeg(41)))
    assert "foto/pojok asi pasar.jpg" in shown(desk, Role.DISTRICT)
    assert "lain.jpg" not in shown(desk, Role.DISTRICT)
    assert "belum terhubung" not in shown(desk), "not declared free of children yet"
    with writing(desk.engine) as session:
        session.execute(update(HandedIn).values(declared_at=now()))
    team = shown(desk)
    assert "Dokumen 1 (JPEG)" in team and "pojok asi pasar.jpg" not in team
    page = desk.browser(Role.SUPERVISOR).get(line_page(desk)).text
    (link,) = re.findall(r'href="([^"]+/dokumen/1\?[^"]*)"', page)
    assert desk.browser(Role.SUPERVISOR).get(html.unescape(link)).status_code == 200


def test_who_may_see_no_documents_is_shown_none_and_no_way_to_them(desk: Desk) -> None:
    desk.hand_in(("satu.pdf", PAPER), declared=True)
    assert shown(desk, Role.OBSERVER) == ""
    assert "/dokumen" not in desk.browser(Role.OBSERVER).get(line_page(desk)).text


def test_where_the_place_is_a_home_no_document_is_told_to_name_it_and_no_title_repeated(desk: Desk) -> None:
    desk.hand_in(("pojok asi pasar.jpg", a_jpeg()), declared=True)
    with writing(desk.engine) as session:
        session.execute(update(Facility).values(kind="lksa"))
    for role in (Role.SUPERVISOR, Role.ASSESSOR):
        text = shown(desk, role)
        assert "menyebut" not in text and "Keputusan" not in text and "3/2026" not in text
        assert text.count("terisi; tidak diulang di sini") == 2


def cost(desk: Desk) -> tuple[int, int]:
    """Open the line's page once all is there that is made once: its statements and bytes."""
    web, path = desk.browser(Role.SUPERVISOR), line_page(desk)
    web.get(path)
    with statements(desk.engine) as said:
        page = web.get(path)
    return len([one for one in said if not one.startswith(("BEGIN", "SET "))]), len(page.data)


@pytest.mark.ci
def test_many_documents_cost_no_more_statements_and_little_of_a_page(desk: Desk) -> None:
    few, _ = cost(desk)
    with writing(desk.engine) as session:
        session.add_all(
            HandedIn(round_id=ROUND, district=DISTRICT, name=f"{'pojok asi pasar ' * 10}{number}.pdf",
                     digest=f"{number:064}", size=5000, media_type="application/pdf", handed_in_by="person:1",
                     handed_in_at=now(), declared_at=now())
            for number in range(600)
        )  # fmt: skip
    many, size = cost(desk)
    assert many == few <= 15
    assert size < 150_000
