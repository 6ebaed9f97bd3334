"""Where a visit belongs: on which day it was made, in which round, in which district; else why that is not known."""

from datetime import date
from typing import Any

import pytest
from shapely.geometry import box
from sqlalchemy import Engine

from server.areas.geojson import AreaPlan
from server.db import snapshot, writing
from server.decisions.deciding import Wish, decide
from server.decisions.typed import Undecidable
from server.recoding.applying import AreasWish, load_areas
from server.register.tables import Facility
from server.results.reading import read_unread
from server.rounds.planning import set_stages
from server.rounds.states import Entry
from server.submissions.keeping import read_again
from server.visits.placing import as_of
from server.visits.queries import set_aside, set_aside_elsewhere
from tests.support.arriving import HERE, a_place_of_the_register, a_visit_comes, belongs, why_aside
from tests.support.builders import NEIGHBOUR
from tests.support.claiming import ROUND, forget_jobs, open_round
from tests.support.rounds import asked_for, begin, move, move_part, plan_round
from tests.support.visits import assert_operator_can_act
from tests.support.web import TESTER
from tests.support.workbooks import DISTRICT
from verification.model import Village

AT_SEA = (100.0, -9.0)
NEXT_DOOR = (109.995, -5.005)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
DEMAK, KUPANG, JAYAPURA = (110.5, -7.0), (123.5, -10.0), (140.5, -2.5)


def within(engine: Engine, first: date | None, last: date | None, round_id: str = ROUND) -> None:
    """Say when visits of a round are made, and place all that have come again."""
    with writing(engine) as session:
        set_stages(session, round_id, {"visits": (first, last)}, Entry("terminal:test"))
        read_again(session)
    read_unread(engine)


# ── the day ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def three_zones(engine: Engine) -> Engine:
    """Give a district in each of the zones, and a round in March."""
    at = {"33.21.01.2001": DEMAK, "53.01.01.2001": KUPANG, "91.03.01.2001": JAYAPURA}
    villages = [Village(code, "Desa", box(x - 0.01, y - 0.01, x + 0.01, y + 0.01)) for code, (x, y) in at.items()]
    names = {code[:length]: "Wilayah" for code in at for length in (2, 5, 8, 13)}
    load_areas(engine, AreaPlan(tuple(villages), names, (), ()), AreasWish("terminal:test", date(2026, 1, 1)))
    open_round(engine, visits=(FIRST, LAST))
    return engine


# one moment; at 23.30 in Demak it is after midnight in Kupang and Jayapura
@pytest.mark.parametrize("at, day", [(DEMAK, date(2026, 3, 31)), (KUPANG, date(2026, 4, 1)),
                                     (JAYAPURA, date(2026, 4, 1))])  # fmt: skip
def test_a_visit_near_midnight_is_of_the_day_that_it_is_there(
    three_zones: Engine, at: tuple[float, float], day: date
) -> None:
    a_visit_comes(three_zones, at=at, submitted_at="2026-03-31T16:30:00.000Z")
    found = belongs(three_zones)
    assert (found.day, found.round_id) == (day, ROUND if day <= LAST else None)


@pytest.mark.parametrize("at, day", [(DEMAK, date(2026, 2, 28)), (KUPANG, date(2026, 2, 28)),
                                     (JAYAPURA, date(2026, 3, 1))])  # fmt: skip
def test_a_round_begins_in_the_east(three_zones: Engine, at: tuple[float, float], day: date) -> None:
    a_visit_comes(three_zones, at=at, submitted_at="2026-02-28T15:30:00.000Z")
    found = belongs(three_zones)
    assert (found.day, found.round_id) == (day, ROUND if day >= FIRST else None)


def test_the_zone_is_the_picked_places_not_the_points(three_zones: Engine) -> None:
    place = a_place_of_the_register(three_zones, village="91.03.01.2001")
    a_visit_comes(three_zones, at=DEMAK, facility=place, submitted_at="2026-03-31T16:30:00.000Z")
    assert (belongs(three_zones).day, belongs(three_zones).district) == (date(2026, 4, 1), "91.03")


def test_where_nothing_is_known_of_the_place_the_day_is_that_of_the_capital(three_zones: Engine) -> None:
    a_visit_comes(three_zones, at=AT_SEA, submitted_at="2026-03-31T16:30:00.000Z")
    assert belongs(three_zones).day == date(2026, 3, 31)


STARTS = {
    "opened the evening before": ("2026-10-30T23:10:00.000+07:00", date(2026, 10, 30)),
    "in the phone's own zone": ("2026-10-30T20:10:00.000+00:00", date(2026, 10, 31)),
    "a clock that began anew": ("1970-01-01T07:00:00.000+07:00", date(2026, 11, 1)),
    "a clock that runs ahead": ("2031-01-01T07:00:00.000+07:00", date(2026, 11, 1)),
    "before all clocks": ("0001-01-01T00:00:00.000+07:00", date(2026, 11, 1)),
    "after all clocks": ("9999-12-31T23:59:59.000-07:00", date(2026, 11, 1)),
    "without a zone": ("2026-10-30T23:10:00.000", date(2026, 11, 1)),
    "no moment": ("yesterday", date(2026, 11, 1)),
}


@pytest.mark.parametrize("start, day", STARTS.values(), ids=STARTS)
def test_a_visit_is_of_the_day_on_which_its_form_was_opened(district: Engine, start: str, day: date) -> None:
    a_visit_comes(district, start=start)
    a_visit_comes(district, "uuid:2")
    assert belongs(district).day == day
    assert belongs(district, "uuid:2").day == date(2026, 11, 1), "and it is in nobody's way"


# ── the district ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_place_that_was_picked_beats_the_point(district: Engine) -> None:
    place = a_place_of_the_register(district, village=NEIGHBOUR.code)
    a_visit_comes(district, facility=place, at=HERE)
    found = belongs(district)
    assert (found.district, found.facility_id, found.kind, found.aside) == ("99.02", place, "pojok_asi", None)


@pytest.mark.parametrize("facility", [None, "nobody knows it", "x" * 40])
def test_without_a_place_of_the_register_the_point_decides(district: Engine, facility: str | None) -> None:
    a_visit_comes(district, facility=facility, at=NEXT_DOOR)
    assert (belongs(district).district, why_aside(district)) == ("99.02", None)


NOWHERE: dict[str, tuple[dict[str, Any], str]] = {
    "neither place nor point": ({"at": None}, "visit_without_place"),
    "a point in no area": ({"at": AT_SEA}, "place_in_no_district"),
    "a place that nobody knows": ({"at": None, "facility": "unknown"}, "place_in_no_district"),
}


@pytest.mark.parametrize("visit, code", NOWHERE.values(), ids=NOWHERE)
def test_what_is_nowhere_is_set_aside_of_no_district_and_that_is_said_before_its_round(
    district: Engine, visit: dict[str, Any], code: str
) -> None:
    within(district, FIRST, LAST)
    a_visit_comes(district, **visit)
    found = belongs(district)
    assert found.aside and (found.district, found.aside.code) == (None, code)
    assert_operator_can_act(found.aside)
    with snapshot(district) as session:
        assert [aside.problem.code for aside in set_aside_elsewhere(session, 1)] == [code]
        assert set_aside(session, 1, ROUND, DISTRICT) == []


def test_what_cannot_be_read_says_that_rather_than_where_it_is_not(district: Engine) -> None:
    a_visit_comes(district, at=(500.0, 91.0))
    found = belongs(district)
    assert found.aside and found.aside.code == "unreadable_point"


def test_an_older_versions_code_is_that_of_the_smallest_area_which_had_another() -> None:
    codes = {"98.01": "99.01", "98.01.02": "99.05.07", "98.01.02.2001": "99.01.01.2009"}
    assert as_of(codes, "98.01.02.2001") == "99.01.01.2009"
    assert as_of(codes, "98.01.02.2002") == "99.05.07.2002"
    assert as_of(codes, "98.01.03.2001") == "99.01.03.2001"
    assert as_of(codes, "98.02.01.2001") == "98.02.01.2001"
    assert as_of({}, "98.01.02.2001") == "98.01.02.2001"


# ── the round ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("day, inside", [(0, False), (1, True), (2, True), (3, False)])
def test_both_ends_of_the_stage_of_visits_are_in_it(district: Engine, day: int, inside: bool) -> None:
    a_visit_comes(district, submitted_at=f"2026-11-0{day + 1}T05:00:00.000Z")
    within(district, date(2026, 11, 2), date(2026, 11, 3))
    assert (belongs(district).round_id == ROUND) is inside
    assert (why_aside(district) is None) is inside


def test_a_visit_in_no_round_is_set_aside_in_its_district_with_its_day(district: Engine) -> None:
    within(district, FIRST, LAST)
    a_visit_comes(district)
    found = belongs(district)
    assert found.aside and (found.aside.code, found.aside.values) == ("in_no_round", {"day": "2026-11-01"})
    assert (found.round_id, found.district) == (None, DISTRICT)
    assert_operator_can_act(found.aside)


def test_a_planned_round_holds_no_visits_yet_and_opening_it_brings_them_in(district: Engine) -> None:
    within(district, FIRST, LAST)
    plan_round(district, "2027")
    a_visit_comes(district)
    assert belongs(district).round_id is None
    move(district, "open", round_id="2027")
    within(district, FIRST, LAST)
    assert (belongs(district).round_id, why_aside(district)) == ("2027", None)


def test_a_visit_that_could_be_two_rounds_is_asked_about(district: Engine) -> None:
    open_round(district, "2027")
    a_visit_comes(district)
    found = belongs(district)
    assert found.aside and (found.aside.code, found.aside.values) == ("in_several_rounds", {"rounds": f"{ROUND}, 2027"})
    assert (found.round_id, found.district) == (None, DISTRICT)
    assert_operator_can_act(found.aside)
    with snapshot(district) as session:
        for round_id in (ROUND, "2027"):
            assert len(set_aside(session, 1, round_id, DISTRICT)) == 1, "both see that it is asked about"


def test_a_project_says_which_of_two_rounds_is_meant(engine: Engine, district: Engine) -> None:
    within(district, FIRST, LAST)
    open_round(district, "seven", project=7)
    open_round(district, "eight", project=8)
    a_visit_comes(district, "uuid:7", form_id="f7", project=7)
    a_visit_comes(district, "uuid:8", form_id="f8", project=8)
    a_visit_comes(district, "uuid:9", form_id="f9", project=9)
    assert [belongs(district, f"uuid:{n}").round_id for n in (7, 8, 9)] == ["seven", "eight", None]


# ── what a person chose ──────────────────────────────────────────────────────────────────────────────────────────────


def choose(engine: Engine, round_id: str, why: str = "menurut tim", root: str = "uuid:1") -> None:
    state = belongs(engine, root)
    with writing(engine) as session:
        wish = Wish("round", state.instance_id, round_id=round_id, why=why)
        assert decide(session, state.form_pk, root, wish, TESTER).sent_at, "it does not leave for Central"


@pytest.fixture
def asked_about(district: Engine) -> Engine:
    open_round(district, "2027")
    begin(district, DISTRICT)
    begin(district, DISTRICT, round_id="2027")
    a_visit_comes(district)
    forget_jobs(district)
    return district


def test_a_person_says_which_round_it_was_and_there_it_counts(asked_about: Engine) -> None:
    choose(asked_about, "2027")
    assert asked_for(asked_about) == [("read", "")]
    read_unread(asked_about)
    assert (belongs(asked_about).round_id, why_aside(asked_about)) == ("2027", None)
    assert ("verify", f"2027/{DISTRICT}") in asked_for(asked_about)


def test_it_may_be_chosen_anew_and_both_rounds_are_computed(asked_about: Engine) -> None:
    choose(asked_about, "2027")
    read_unread(asked_about)
    forget_jobs(asked_about)
    choose(asked_about, ROUND)
    read_unread(asked_about)
    assert belongs(asked_about).round_id == ROUND
    assert {key for kind, key in asked_for(asked_about) if kind == "verify"} == {
        f"{ROUND}/{DISTRICT}", f"2027/{DISTRICT}",
    }  # fmt: skip


def test_what_a_person_chose_stays_whatever_the_days_say_and_over_an_edit(asked_about: Engine) -> None:
    choose(asked_about, "2027")
    within(asked_about, FIRST, LAST, "2027")
    assert belongs(asked_about).round_id == "2027"
    a_visit_comes(asked_about, version="uuid:1b", edits=1)
    assert (belongs(asked_about).round_id, belongs(asked_about).instance_id) == ("2027", "uuid:1b")


def test_choosing_a_round_says_nothing_of_the_place(district: Engine) -> None:
    a_visit_comes(district, at=None)
    choose(district, ROUND)
    read_unread(district)
    found = belongs(district)
    assert found.aside and (found.round_id, found.aside.code) == (ROUND, "visit_without_place")


@pytest.mark.parametrize("round_id, why, code", [
    ("", "x", "round_not_chosen"), ("2099", "x", "round_not_chosen"), ("planned", "x", "round_not_chosen"),
    ("2027", " ", "decision_why_missing"),
])  # fmt: skip
def test_a_choice_that_is_none_is_refused(asked_about: Engine, round_id: str, why: str, code: str) -> None:
    plan_round(asked_about, "planned")
    with pytest.raises(Undecidable) as refused:
        choose(asked_about, round_id, why)
    assert refused.value.reason.code == code
    assert belongs(asked_about).chosen_round_id is None


# ── what moves ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_visits_move_with_the_days_of_their_stage_and_the_rounds_they_leave_are_computed(district: Engine) -> None:
    within(district, date(2026, 11, 1), None)
    open_round(district, "old", visits=(None, date(2026, 10, 31)))
    begin(district, DISTRICT)
    begin(district, DISTRICT, round_id="old")
    a_visit_comes(district)
    assert belongs(district).round_id == ROUND
    forget_jobs(district)
    with writing(district) as session:
        set_stages(session, ROUND, {"visits": (date(2026, 11, 2), None)}, Entry("terminal:test"))
    within(district, None, date(2026, 11, 1), "old")
    assert belongs(district).round_id == "old"
    assert {key for kind, key in asked_for(district) if kind == "verify"} == {f"{ROUND}/{DISTRICT}", f"old/{DISTRICT}"}


def test_a_visit_made_after_a_round_closed_is_the_next_ones(district: Engine) -> None:
    within(district, None, date(2026, 10, 31))
    a_visit_comes(district, "uuid:before", submitted_at="2026-10-31T05:00:00.000Z")
    move(district, "closed")
    open_round(district, "2027", visits=(date(2026, 11, 1), None))
    a_visit_comes(district, "uuid:after", submitted_at="2026-11-01T05:00:00.000Z")
    assert (belongs(district, "uuid:before").round_id, belongs(district, "uuid:after").round_id) == (ROUND, "2027")


def test_a_place_that_moves_takes_its_visits_along(district: Engine) -> None:
    place = a_place_of_the_register(district)
    a_visit_comes(district, facility=place)
    begin(district, DISTRICT)
    begin(district, "99.02")
    forget_jobs(district)
    assert belongs(district).district == DISTRICT
    move_place(district, NEIGHBOUR.code)
    assert belongs(district).district == "99.02"
    assert {key for kind, key in asked_for(district) if kind == "verify"} == {f"{ROUND}/99.01", f"{ROUND}/99.02"}


def move_place(engine: Engine, village: str) -> None:
    with writing(engine) as session:
        session.get_one(Facility, "f1").village = village
        read_again(session)
    read_unread(engine)


def test_a_closed_part_is_not_asked_for_and_the_other_side_of_a_move_is(district: Engine) -> None:
    place = a_place_of_the_register(district)
    a_visit_comes(district, facility=place)
    begin(district, DISTRICT)
    begin(district, "99.02")
    move_part(district, DISTRICT, "closed")
    forget_jobs(district)
    move_place(district, NEIGHBOUR.code)
    assert asked_for(district) == [("verify", f"{ROUND}/99.02")]


def test_a_district_that_has_claimed_nothing_is_not_asked_for(district: Engine) -> None:
    forget_jobs(district)
    a_visit_comes(district)
    assert (belongs(district).district, asked_for(district)) == (DISTRICT, [])
