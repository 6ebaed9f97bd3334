"""What people hold follows new codes: roles, teams and ties, for rounds that follow and for those that do not."""

import uuid
from datetime import date

import pytest
from sqlalchemy import Engine, select

from server.areas.geojson import AreaPlan
from server.children.tables import ChildSession, RetaliationCheck
from server.db import Json, snapshot, writing
from server.db import now as moment
from server.feedback.tables import ChildAnswer, ChildForm
from server.incidents.duty import on_duty
from server.incidents.reading import readable
from server.incidents.reporting import open_incident
from server.incidents.tables import DutyShift
from server.recoding.applying import AreasWish, load_areas
from server.register.tables import Facility
from server.restricted.tables import ServiceTotals
from server.roles.account import Account, Held
from server.roles.queries import account_of
from server.roles.table import Permission, Role
from server.roles.tables import TeamMember, Tie
from server.roles.teams import declare_tie
from server.rounds.tables import Round
from server.sealed.tables import SealedAssignment
from tests.support.claiming import ROUND, open_round
from tests.support.geojson import feature, read, square
from tests.support.web import TESTER, person

NAMES = {"99": "Provinsi", "98": "Provinsi Baru", "99.01": "Kabupaten Satu", "99.02": "Kabupaten Dua",
         "99.03": "Kabupaten Satu", "98.01": "Kabupaten Satu", "98.02": "Kabupaten Dua"}  # fmt: skip
OLD_ROUND = "2020"


def country(*codes: str) -> AreaPlan:
    """Give a file of villages of these codes, each on the square of its place in the list."""
    return read(*(feature(code, square(column * 4), nama=f"Desa {column}") for column, code in enumerate(codes)),
                names=NAMES)  # fmt: skip


FIRST = country("99.01.01.2001", "99.02.01.2001")
ONE_RECODED = country("99.03.01.2001", "99.02.01.2001")
CHANGED_OVER = country("99.02.01.2001", "99.03.01.2001")  # 99.01 → 99.02 → 99.03
NEW_PROVINCE = country("98.01.01.2001", "98.02.01.2001")


@pytest.fixture
def loaded(engine: Engine) -> Engine:
    load_areas(engine, FIRST, AreasWish("terminal:test", date(2026, 1, 1)))
    open_round(engine)
    with writing(engine) as session:
        session.add(Round(id=OLD_ROUND, name="Lama", data_year=2020, indicator_set="permen-pppa-12-2011",
                          areas_id=session.get_one(Round, ROUND).areas_id, state="closed"))  # fmt: skip
    return engine


def somebody(engine: Engine, *held: Held) -> int:
    with writing(engine) as session:
        return person(session, *held)


def of(engine: Engine, number: int) -> Account:
    with snapshot(engine) as session:
        found = account_of(session, number)
        assert found
        return found


def follow(engine: Engine, plan: AreaPlan) -> None:
    load_areas(engine, plan, AreasWish("terminal:test", date(2027, 1, 1), whole=True))


def test_a_role_for_every_round_follows_and_stays_for_rounds_that_do_not(loaded: Engine) -> None:
    number = somebody(loaded, Held(Role.DISTRICT, "99.01"))
    follow(loaded, ONE_RECODED)
    assert set(of(loaded, number).held) == {Held(Role.DISTRICT, "99.03"), Held(Role.DISTRICT, "99.01", OLD_ROUND)}
    sees = [where for where in (("99.03", ROUND), ("99.01", OLD_ROUND), ("99.01", ROUND), ("99.02", ROUND))
            if of(loaded, number).may(Permission.SEE_REPORT, *where)]  # fmt: skip
    assert sees == [("99.03", ROUND), ("99.01", OLD_ROUND)]


def test_a_role_for_one_round_follows_when_that_does(loaded: Engine) -> None:
    moving = somebody(loaded, Held(Role.SUPERVISOR, "99.01", ROUND))
    staying = somebody(loaded, Held(Role.SUPERVISOR, "99.01", OLD_ROUND))
    follow(loaded, ONE_RECODED)
    assert of(loaded, moving).held == (Held(Role.SUPERVISOR, "99.03", ROUND),)
    assert of(loaded, staying).held == (Held(Role.SUPERVISOR, "99.01", OLD_ROUND),)


def test_a_team_follows_its_round_also_where_one_code_became_the_others(loaded: Engine) -> None:
    both = somebody(loaded, Held(Role.LEAD, "99.01", ROUND), Held(Role.LEAD, "99.02", ROUND))
    staying = somebody(loaded, Held(Role.LEAD, "99.01", OLD_ROUND))
    follow(loaded, CHANGED_OVER)
    assert of(loaded, both).held == (Held(Role.LEAD, "99.02", ROUND), Held(Role.LEAD, "99.03", ROUND))
    assert of(loaded, staying).held == (Held(Role.LEAD, "99.01", OLD_ROUND),)


def test_a_provinces_role_follows_into_its_new_code(loaded: Engine) -> None:
    number = somebody(loaded, Held(Role.PROVINCIAL, "99"))
    follow(loaded, NEW_PROVINCE)
    account = of(loaded, number)
    assert account.may(Permission.SEE_REPORT, "98.01", ROUND) and account.may(Permission.SEE_REPORT, "98.02", ROUND)
    assert account.may(Permission.SEE_REPORT, "99.01", OLD_ROUND)
    assert not account.may(Permission.SEE_REPORT, "99.01", ROUND)


@pytest.mark.parametrize("plan, now", [(ONE_RECODED, "99.03"), (CHANGED_OVER, "99.02"), (NEW_PROVINCE, "98.01")])
def test_a_tie_holds_by_the_new_code_and_by_the_old(loaded: Engine, plan: AreaPlan, now: str) -> None:
    number = somebody(loaded, Held(Role.SUPERVISOR))
    with writing(loaded) as session:
        declare_tie(session, TESTER, number, "99.01", "keluarga")
    follow(loaded, plan)
    assert of(loaded, number).tied == {"99.01", now}
    assert not of(loaded, number).may(Permission.REVIEW, now, ROUND)
    with snapshot(loaded) as session:
        assert {tie.why for tie in session.scalars(select(Tie))} == {"keluarga"}


def test_what_nobody_recoded_stays(loaded: Engine) -> None:
    held = (Held(Role.DISTRICT, "99.02"), Held(Role.INSPECTORATE), Held(Role.PROVINCIAL, "99"))
    number = somebody(loaded, *held)
    follow(loaded, ONE_RECODED)
    assert of(loaded, number).held == held


def test_sealed_assignments_and_totals_follow_their_round(loaded: Engine) -> None:
    with writing(loaded) as session:
        one, other = (person(session, Held(Role.LEAD, "99.01", ROUND)) for _ in range(2))
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=one)).one()
        session.add(Facility(id="uptd", kind="uptd_ppa", name="UPTD Rekaan", village="99.01.01.2001"))
        session.flush()
        for round_id in (ROUND, OLD_ROUND):
            session.add(SealedAssignment(
                uuid=round_id, round_id=round_id, district="99.01", kind="rpsa", team_id=team, first_id=one,
                second_id=other, decision="1", decided_on=date(2026, 1, 1), month="2026-01", code="", drawn=1,
                wrong_codes=0, given_by="test", given_at=moment(),
            ))  # fmt: skip
            session.add(ServiceTotals(round_id=round_id, district="99.01", facility_id="uptd", number=1, totals={},
                                      source="register", entered_by="test"))  # fmt: skip
    follow(loaded, ONE_RECODED)
    with snapshot(loaded) as session:
        for table in (SealedAssignment, ServiceTotals):
            found = session.execute(select(table.round_id, table.district).order_by(table.round_id)).all()
            assert found == [(OLD_ROUND, "99.01"), (ROUND, "99.03")]


def test_sessions_with_children_and_what_they_said_follow_their_round(loaded: Engine) -> None:
    with writing(loaded) as session:
        session.add(ChildForm(version="1", page={}, number=1))
        for round_id in (ROUND, OLD_ROUND):
            session.add(ChildSession(round_id=round_id, district="99.01", facilitator_id=person(session),
                                     place_kind="sekolah", month="2026-10", attending=12, invited=12,
                                     state="settled"))  # fmt: skip
            session.add(RetaliationCheck(round_id=round_id, district="99.01", days=30, outcome="nobody", done_by="test",
                                         done_at=moment()))  # fmt: skip
            session.add(ChildAnswer(key=round_id, round_id=round_id, district="99.01", place_kind="sekolah",
                                    month="2026-10", version="1", answers={}, state="passed", told_of="99.01",
                                    batch=1))  # fmt: skip
    follow(loaded, ONE_RECODED)
    with snapshot(loaded) as session:
        for table in (ChildSession, RetaliationCheck, ChildAnswer):
            found = session.execute(select(table.round_id, table.district).order_by(table.round_id)).all()
            assert found == [(OLD_ROUND, "99.01"), (ROUND, "99.03")], table
        told = select(ChildAnswer.told_of).order_by(ChildAnswer.round_id)
        assert session.scalars(told).all() == ["99.01", "99.03"]


@pytest.mark.parametrize("plan", [ONE_RECODED, CHANGED_OVER, NEW_PROVINCE])
def test_the_register_and_its_roster_follow_so_that_who_was_answerable_still_is(loaded: Engine, plan: AreaPlan) -> None:
    officer, today = somebody(loaded, Held(Role.SAFEGUARDING, "99.01")), moment().date()
    with writing(loaded) as session:
        session.add(DutyShift(kind="officer", person_id=officer, area="99.01", starts=today, ends=today,
                              entered_by="x", entered_at=moment()))  # fmt: skip
        for district in ("99.01", "99.02"):
            values: Json = {"uuid": str(uuid.uuid4()), "district": district, "told_on": today, "came_by": "seen",
                      "danger": False, "called": [], "staff": "no"}  # fmt: skip
            open_incident(session, values, TESTER).round_id = None
    follow(loaded, plan)
    with snapshot(loaded) as session:
        (mine,) = readable(session, of(loaded, officer))
        assert mine.district in {code for held in of(loaded, officer).held for code in [held.area]} - {"99.01"}
        assert on_duty(session, mine.district, None, today).first == (officer,)
