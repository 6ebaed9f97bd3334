"""Planned visits come: what each found stands in the plan, and nobody is sent where it is not needed any more."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from server.assignments.noticing import note_visited
from server.db import now, snapshot, writing
from server.moments import to_central
from server.plan.filter import PlanFilter
from server.plan.listing import PlanRow, plan_of
from server.plan.noticing import note_arrivals
from server.submissions.tables import Submission
from server.words import catalogue
from tests.support.assigning import OPEN_PLACE, PART
from tests.support.builders import LAT, LON
from tests.support.planning import OTHER_PLACE, SCHOOL, PlanField
from tests.support.trial import it_comes
from tests.support.web import TESTER


def comes(field: PlanField, place: str, root: str, arrival: str = "open", **more: Any) -> int:
    """Let a visit come; gives how many rows of the plan it is noted in."""
    answers = {"place": {"kind": "pojok_asi", "facility": field.places[place].facility_id} | more,
               "arrival": arrival, "point": f"{LAT} {LON} 0 5", "start": now().isoformat()}  # fmt: skip
    it_comes(field.engine, "visit_pojok_asi", root, answers,
             submitted_at=to_central(now() + timedelta(hours=1)))  # fmt: skip
    with writing(field.engine) as session:
        note_visited(session)
        return note_arrivals(session)


def shown(field: PlanField) -> dict[str, PlanRow]:
    with snapshot(field.engine) as session:
        rows: Sequence[PlanRow] = plan_of(session, PART, PlanFilter(), TESTER, catalogue("id")).rows()
    return {row.place: row for row in rows}


def states(field: PlanField) -> dict[str, str]:
    return {place: row.state for place, row in shown(field).items()}


@pytest.fixture
def planned(field: PlanField) -> PlanField:
    """Plan a place, one that stands in for it, and another; released."""
    field.plan(field.wish(), field.wish(OTHER_PLACE, substitute_for=field.places[OPEN_PLACE].facility_id),
               field.wish(SCHOOL))  # fmt: skip
    field.release()
    return field


def test_until_anything_comes(planned: PlanField) -> None:
    assert states(planned) == {OPEN_PLACE: "coming", OTHER_PLACE: "in_reserve", SCHOOL: "coming"}


def test_a_place_that_was_seen_needs_no_substitute(planned: PlanField) -> None:
    assert comes(planned, OPEN_PLACE, "uuid:1") == 1
    assert states(planned) == {OPEN_PLACE: "arrived", OTHER_PLACE: "ended", SCHOOL: "coming"}
    assert (planned.asked().state, planned.asked(OTHER_PLACE).state) == ("visited", "withdrawn")
    assert planned.asked(SCHOOL).state == "given"


@pytest.mark.parametrize("arrival, state", [("refused", "refused"), ("closed", "not_seen"), ("not_there", "not_seen")])
def test_a_place_that_could_not_be_seen_leaves_its_substitute_to_be_visited(
    planned: PlanField, arrival: str, state: str
) -> None:
    comes(planned, OPEN_PLACE, "uuid:1", arrival)
    assert states(planned)[OPEN_PLACE] == state and planned.asked(OTHER_PLACE).state == "given"
    comes(planned, OTHER_PLACE, "uuid:2", substitute="ketua_tim")
    assert states(planned) == {OPEN_PLACE: "substituted", OTHER_PLACE: "arrived", SCHOOL: "coming"}


def test_an_approved_substitute_ends_what_it_stands_in_for(planned: PlanField) -> None:
    comes(planned, OTHER_PLACE, "uuid:1", substitute="tim_penilai")
    assert states(planned)[OPEN_PLACE] == "substituted" and planned.asked().state == "withdrawn"
    assert shown(planned)[OTHER_PLACE].approved_by == "Penggantian disetujui Tim Penilai"


@pytest.mark.parametrize("said", [{"substitute": "belum"}, {"substitute": "no"}, {}, {"substitute": "siapa saja"}])
def test_a_substitute_that_nobody_approved_is_told_and_ends_nothing(planned: PlanField, said: dict[str, str]) -> None:
    comes(planned, OTHER_PLACE, "uuid:1", **said)
    assert states(planned)[OPEN_PLACE] == "unapproved" and planned.asked().state == "given"
    comes(planned, OPEN_PLACE, "uuid:2")
    assert states(planned)[OPEN_PLACE] == "arrived"


def test_two_phones_at_one_place_overwrite_nothing(planned: PlanField) -> None:
    assert comes(planned, OPEN_PLACE, "uuid:1") == 1
    first = planned.asked().visited_state_id
    assert comes(planned, OPEN_PLACE, "uuid:2", "closed") == 0
    row = shown(planned)[OPEN_PLACE]
    assert (row.state, row.visits, row.root_id) == ("arrived", 2, "uuid:1")
    assert planned.asked().visited_state_id == first
    with snapshot(planned.engine) as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 2


def test_a_second_attempt_that_found_it_open_is_what_counts(planned: PlanField) -> None:
    comes(planned, OPEN_PLACE, "uuid:1", "refused")
    assert comes(planned, OPEN_PLACE, "uuid:2") == 1
    row = shown(planned)[OPEN_PLACE]
    assert (row.state, row.visits) == ("arrived", 2) and planned.asked(OTHER_PLACE).state == "withdrawn"
    assert comes(planned, OPEN_PLACE, "uuid:3", "closed") == 0


def test_what_came_stays_as_it_came(planned: PlanField) -> None:
    comes(planned, OPEN_PLACE, "uuid:1")
    changed = planned.plan(planned.wish(mode="video"))
    assert [one.reason.code for one in changed.problems] == ["plan_visited"]


def test_what_did_not_come_on_its_day_is_missing(planned: PlanField) -> None:
    planned.changed(planned.asked().id, due_at=now() - timedelta(hours=1))
    planned.changed(planned.asked(OTHER_PLACE).id, due_at=now() - timedelta(hours=1))
    assert states(planned) == {OPEN_PLACE: "missing", OTHER_PLACE: "in_reserve", SCHOOL: "coming"}


def test_a_change_that_is_not_released_is_told(planned: PlanField) -> None:
    planned.plan(planned.wish(why="Kata lain"))
    assert states(planned)[OPEN_PLACE] == "unreleased"
    planned.plan(planned.wish(mode="video"))
    assert states(planned)[OPEN_PLACE] == "proposed"
