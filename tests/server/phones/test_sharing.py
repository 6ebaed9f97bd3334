"""Sharing lists out on a page: what would change, who may, and that a job does it and tells."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.app import create_app
from server.db import snapshot, writing
from server.phones.keeping import prepare
from server.phones.tables import PhoneKit, PhoneSharing
from server.roles.account import Held
from server.roles.table import Role
from server.roles.teams import join, make_team
from server.settings import Settings
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.acts import newest, written_down
from tests.support.assigning import OPEN_PLACE
from tests.support.claiming import ROUND
from tests.support.phoning import Kit, a_kit, nothing
from tests.support.walking import OURS
from tests.support.web import TESTER, Browser, browser_of, entered, person
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.sending.assigning import bring

PAGE, SHARE, ALL = "/ponsel/bagi", {"lakukan": "bagi"}, {"lakukan": "semua"}
ELSEWHERE = "99.02"


@pytest.fixture
def kit(district: Engine, central: Central) -> Kit:
    return a_kit(district, central)


@pytest.fixture
def pages(kit: Kit, tmp_path: Path) -> Callable[..., Browser]:
    app = create_app(kit.engine, Settings(data=tmp_path, central_project=kit.central.project))
    return lambda *held: entered(app, list(held)) if held else browser_of(app, kit.field.lead)


def post(web: Browser, what: dict[str, str]) -> tuple[int, str]:
    answer = web.post(PAGE, data=what, headers=OURS, follow_redirects=True)
    return answer.status_code, answer.text


def a_neighbour(kit: Kit, *, ready: bool = True) -> None:
    with writing(kit.engine) as session:
        team = make_team(session, TESTER, ROUND, "Tim Tetangga", [ELSEWHERE])
        join(session, TESTER, team.id, person(session, name="Verifikator Rekaan"), leads=True)
        if ready:
            prepare(session, team.id, TESTER)


def asked(kit: Kit) -> list[tuple[bool, bool]]:
    with snapshot(kit.engine) as session:
        rows = session.scalars(select(PhoneSharing).order_by(PhoneSharing.id)).all()
    return [(one.shared, one.ended_at is not None) for one in rows]


def test_a_lead_sees_what_would_change_has_it_done_and_sees_what_became_of_it(
    kit: Kit, pages: Callable[..., Browser], sandbox: Sandbox, tmp_path: Path
) -> None:
    lead, since = pages(), newest(kit.engine)
    bring(kit.engine, kit.central, kit.field.give(OPEN_PLACE, who=str(kit.field.team)), nothing)
    before = lead.get(PAGE).text
    assert 'data-label="Tempat sekarang">2<' in before and "1, 0 di antaranya panti" in before
    assert "belum diperiksa" in before and "2 dari 2" in before
    assert len(kit.on_phone(kit.living()[0])) == 2
    status, said = post(lead, SHARE)
    assert status == 200 and "Sedang dikerjakan." in said and asked(kit) == [(True, False)]
    assert len(kit.on_phone(kit.living()[0])) == 2, "a page speaks to nobody"
    kit.work(tmp_path, sandbox.url, "share_lists", "check_phones")
    assert kit.on_phone(kit.living()[0]) == {OPEN_PLACE} and asked(kit) == [(True, True)]
    after = lead.get(PAGE).text
    assert "Selesai;" in after and "2 dari 2 ponsel menerima tempat yang benar" in after
    assert 'data-label="Tempat sekarang">1<' in after
    assert "phones_shared" in [entry.act for entry in written_down(kit.engine, since)]


def test_lists_are_given_whole_again_and_what_was_asked_before_is_no_longer_done(
    kit: Kit, pages: Callable[..., Browser], sandbox: Sandbox, tmp_path: Path
) -> None:
    lead = pages()
    bring(kit.engine, kit.central, kit.field.give(OPEN_PLACE, who=str(kit.field.team)), nothing)
    post(lead, SHARE)
    post(lead, ALL)
    assert asked(kit) == [(True, True), (False, False)]
    kit.work(tmp_path, sandbox.url, "share_lists")
    assert len(kit.on_phone(kit.living()[0])) == 2 and kit.central.access_rules("facilities") is None
    with snapshot(kit.engine) as session:
        assert not session.get_one(PhoneKit, ROUND).filtered


def test_a_job_that_is_done_again_changes_nothing(
    kit: Kit, pages: Callable[..., Browser], sandbox: Sandbox, tmp_path: Path
) -> None:
    post(pages(), SHARE)
    kit.work(tmp_path, sandbox.url, "share_lists")
    rules = kit.central.access_rules("facilities")
    with writing(kit.engine) as session:  # as if the note had been lost
        for one in session.scalars(select(PhoneSharing)):
            one.ended_at = None
        for job in session.scalars(select(Job).filter_by(kind="share_lists")):
            job.state = "waiting"
    kit.work(tmp_path, sandbox.url, "share_lists")
    assert kit.central.access_rules("facilities") == rules and asked(kit) == [(True, True)]


def test_a_lead_beyond_whose_districts_others_go_is_told_who_may(kit: Kit, pages: Callable[..., Browser]) -> None:
    a_neighbour(kit)
    page = pages().get(PAGE).text
    assert "Minta sekretariat" in page and "Tim Tetangga" not in page and "<button>Bagi" not in page
    for what in (SHARE, ALL):
        status, said = post(pages(), what)
        assert status == 400 and "Minta sekretariat" in said
    assert asked(kit) == []


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.OPERATOR])
def test_secretariat_and_operator_may_for_all(kit: Kit, pages: Callable[..., Browser], role: Role) -> None:
    a_neighbour(kit)
    page = pages(Held(role)).get(PAGE).text
    assert "Tim Tetangga" in page and "Tim Rekaan" in page


def test_while_a_phone_would_go_blank_the_page_says_which_and_nothing_is_asked(
    kit: Kit, pages: Callable[..., Browser]
) -> None:
    a_neighbour(kit, ready=False)
    web = pages(Held(Role.SECRETARIAT))
    assert "belum punya ponsel yang siap" in web.get(PAGE).text
    status, said = post(web, SHARE)
    assert status == 400 and "belum punya ponsel yang siap" in said and asked(kit) == []


@pytest.mark.parametrize("wrong", [{}, {"lakukan": "x"}])
def test_what_is_neither_is_a_sentence(kit: Kit, pages: Callable[..., Browser], wrong: dict[str, str]) -> None:
    status, said = post(pages(), wrong)
    assert status == 400 and "Pilih:" in said and asked(kit) == []


def test_who_may_do_neither_is_refused(kit: Kit, pages: Callable[..., Browser]) -> None:
    for role in (Role.VERIFIER, Role.DISTRICT):
        assert pages(Held(role, DISTRICT, ROUND)).get(PAGE).status_code == 403
