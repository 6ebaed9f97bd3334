"""The page of a team's phones: from preparing to printing, who may, and what is written nowhere."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.db import now, snapshot, writing
from server.phones.checked import CheckedLine, CheckedPhone, keep
from server.phones.keeping import SHEETS_KEPT, forget_sheets, prepare
from server.phones.tables import Phone, PhoneSheet
from server.roles.account import Held
from server.roles.table import Role
from server.roles.teams import join, make_team
from server.settings import Settings
from tests.sandbox.server import Sandbox
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND
from tests.support.phoning import Kit, a_kit
from tests.support.walking import OURS
from tests.support.web import TESTER, Browser, browser_of, entered
from tests.support.workbooks import DISTRICT
from workers.central.api import Central


@pytest.fixture
def kit(district: Engine, central: Central) -> Kit:
    return a_kit(district, central)


@pytest.fixture
def pages(kit: Kit, tmp_path: Path) -> Callable[..., Browser]:
    app = create_app(kit.engine, Settings(data=tmp_path))
    return lambda *held: entered(app, list(held)) if held else browser_of(app, kit.field.lead)


def here(kit: Kit) -> str:
    return f"/tim/{kit.field.team}/ponsel"


def test_a_lead_sees_whose_phone_is_which_and_stops_a_lost_one(
    kit: Kit, pages: Callable[..., Browser], sandbox: Sandbox, tmp_path: Path
) -> None:
    lead, lost = pages(), kit.living()[0]
    token = kit.token(lost)
    page = lead.get(here(kit)).text
    assert lost.code in page and "Anggota Rekaan" in page and token not in page
    page = lead.post(f"{here(kit)}/hilang", data={"code": lost.code}, headers=OURS, follow_redirects=True).text
    assert "sedang ditutup" in page and len(kit.living()) == 2
    kit.work(tmp_path, sandbox.url, "end_phone", "phones")
    page = lead.get(here(kit)).text
    assert "ditutup, Central menolaknya" in page and all(phone.ready_at for phone in kit.living())


def test_another_teams_phone_is_not_stopped_here(kit: Kit, pages: Callable[..., Browser]) -> None:
    for code in ("", "P9-XXXXX", "x" * 5000, "P1-<b>xx"):
        answer = pages().post(f"{here(kit)}/hilang", data={"code": code}, headers=OURS)
        assert answer.status_code == 400 and "tidak dikenal" in answer.text
    with writing(kit.engine) as session:
        team = make_team(session, TESTER, ROUND, "Tim Kedua", [DISTRICT])
        join(session, TESTER, team.id, kit.field.lead, leads=True)
        (theirs,) = prepare(session, team.id, TESTER)
        code = theirs.code
    assert pages().post(f"{here(kit)}/hilang", data={"code": code}, headers=OURS).status_code == 400
    assert all(phone.ended_at is None for phone in kit.phones())


def test_sheets_come_to_the_browser_that_asked_and_to_no_other(
    kit: Kit, pages: Callable[..., Browser], sandbox: Sandbox, tmp_path: Path
) -> None:
    lead, since = pages(), newest(kit.engine)
    assert "sedang disiapkan" in lead.post(f"{here(kit)}/cetak", headers=OURS, follow_redirects=True).text
    assert lead.get(f"{here(kit)}/lembar.pdf").status_code == 303, "it is not ready"
    kit.work(tmp_path, sandbox.url, "phone_sheets")
    with snapshot(kit.engine) as session:
        sealed = session.scalars(select(PhoneSheet.sealed)).one()
    assert sealed and not any(kit.token(phone).encode() in sealed for phone in kit.living())
    other = pages()
    assert other.get(f"{here(kit)}/lembar.pdf").status_code == 303, "the same person, elsewhere"
    secretariat = pages(Held(Role.SECRETARIAT))
    with lead.session_transaction() as ours, secretariat.session_transaction() as theirs:
        theirs["phone_sheet"] = ours["phone_sheet"]
    assert secretariat.get(f"{here(kit)}/lembar.pdf").status_code == 303, "another person, in the same browser"
    assert written_down(kit.engine, since) == []
    answer = lead.get(f"{here(kit)}/lembar.pdf")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert len(pypdfium2.PdfDocument(answer.data)) == 2
    assert [entry.act for entry in written_down(kit.engine, since)] == ["phones_printed"]
    assert all(phone.printed_at for phone in kit.living())


def test_what_was_made_to_print_is_forgotten_after_an_hour(kit: Kit, pages: Callable[..., Browser]) -> None:
    pages().post(f"{here(kit)}/cetak", headers=OURS)
    for age, left in ((SHEETS_KEPT / 2, 1), (SHEETS_KEPT * 1.1, 0)):
        with writing(kit.engine) as session:
            session.execute(update(PhoneSheet).values(asked_at=now() - age))
            forget_sheets(session)
        with snapshot(kit.engine) as session:
            assert len(session.scalars(select(PhoneSheet)).all()) == left


def test_the_check_and_the_drill_are_asked_for_and_shown(
    kit: Kit, pages: Callable[..., Browser], sandbox: Sandbox, tmp_path: Path
) -> None:
    lead, code = pages(), kit.living()[0].code
    lead.post(f"{here(kit)}/latihan", headers=OURS)
    kit.work(tmp_path, sandbox.url, "phones", "end_phone")
    with writing(kit.engine) as session:
        keep(session, kit.field.team, [CheckedPhone(code, [
            CheckedLine("let_in", True, {}), CheckedLine("forms", False, {"count": 3, "wanted": 15})])])  # fmt: skip
    page = lead.get(here(kit)).text
    assert "belum siap" in page and "hanya 3 dari 15 formulir ada" in page and "ditolak Central dalam 1 detik" in page


def test_who_may_not_tend_phones_is_refused_and_another_district_is_not_there(
    kit: Kit, pages: Callable[..., Browser]
) -> None:
    assert pages(Held(Role.VERIFIER, DISTRICT, ROUND)).get(here(kit)).status_code == 403
    assert pages(Held(Role.DISTRICT, "99.01")).get("/ponsel").status_code == 403
    assert pages(Held(Role.LEAD, "99.02", ROUND)).get(here(kit)).status_code == 404
    listed = pages(Held(Role.SECRETARIAT)).get("/ponsel").text
    assert "Tim Rekaan" in listed and "2 dari 2" in listed


def test_who_leaves_ends_and_who_comes_gets_one(kit: Kit, pages: Callable[..., Browser]) -> None:
    secretariat, before = pages(Held(Role.SECRETARIAT)), {phone.code for phone in kit.living()}
    secretariat.post(f"/tim/{kit.field.team}/keluar", data={"person": kit.field.member}, headers=OURS)
    assert len(kit.living()) == 1
    secretariat.post(f"/tim/{kit.field.team}/bubar", data={"sure": "1"}, headers=OURS)
    assert kit.living() == []
    with snapshot(kit.engine) as session:
        assert set(session.scalars(select(Phone.code))) == before
