"""Places are drawn, and visited once Tim Penilai approved; what was drawn stays on record, and is not drawn again."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from server.claims.tables import ClaimLine
from server.db import snapshot, writing
from server.plan.tables import PlannedVisit
from server.roles.account import Account, Forbidden, Held
from server.roles.table import Role
from tests.support.acts import written_down
from tests.support.assigning import OPEN_PLACE, PART
from tests.support.drawing import ASSESSOR, DrawField
from tests.support.planning import DAY, PlanField
from verification.model import Arrival
from verification.sampling.designs import NotDrawn

LEAD = Account("person:1", (Held(Role.LEAD),))


def why_not(field: DrawField, **said: Any) -> str:
    with pytest.raises(NotDrawn) as wrong:
        field.draw(**said)
    return wrong.value.reason.code


def test_twelve_of_forty_are_drawn_with_their_probability_put_into_days_and_given_substitutes(field: DrawField) -> None:
    number = field.draw()
    one, rows = field.kept(number), field.drawn(number)
    assert (one.lines, one.visits, one.seed, one.state, one.number) == (40, 12, "contoh", "drawn", 1)
    drawn = [row for row in rows if row.substitute_for is None]
    assert len(drawn) == 12 and {row.probability for row in drawn} == {0.3}
    assert sorted(Counter(row.day for row in drawn).values()) == [4, 4, 4], "five a day at most"
    assert all(row.day >= DAY and row.day.weekday() < 5 for row in rows)
    substitutes = rows[12:]
    assert [row.turn for row in substitutes] == [1, 2, 3], "those that the lot puts next"
    by_place = {row.facility_id: row for row in drawn}
    assert all(row.day == by_place[row.substitute_for or ""].day for row in substitutes)
    assert len({row.substitute_for for row in substitutes}) == 3


def test_the_same_seed_and_list_draw_the_same_again(field: DrawField) -> None:
    first = field.draw(seed="apa saja")
    field.drop(first)
    again = field.draw(seed="apa saja")
    assert [(row.facility_id, row.day) for row in field.drawn(first)] == [
        (row.facility_id, row.day) for row in field.drawn(again)
    ]
    assert field.kept(again).number == 2, "how often somebody drew is told"
    field.drop(again)
    assert {row.facility_id for row in field.drawn(field.draw(seed=""))} != {r.facility_id for r in field.drawn(first)}


def test_by_risk_those_without_coordinates_are_drawn_more_often(field: DrawField) -> None:
    rows = field.drawn(field.draw(design="risk"))
    chances = {row.stratum: row.probability for row in rows}
    assert chances[1] > 1.5 * chances[0] > 0.05
    assert sum(one["drawn"] for one in field.kept(rows[0].draw_id).strata) == 12


def test_nobody_is_sent_before_tim_penilai_approves(field: DrawField) -> None:
    number = field.draw()
    assert field.release().given == 0
    with pytest.raises(Forbidden):
        field.approve(number, LEAD)
    assert field.approve(number, ASSESSOR) == 15
    with snapshot(field.engine) as session:
        planned = session.scalars(select(PlannedVisit)).all()
    assert len(planned) == 15 and {row.why for row in planned} == {f"Terundi (undian {number})."}
    assert sum(row.substitute_for is not None for row in planned) == 3
    assert field.release().given == 15
    acts = [entry.act for entry in written_down(field.engine)]
    assert "places_drawn" in acts and "draw_approved" in acts


def test_what_is_planned_already_stays_as_it_is(field: DrawField) -> None:
    number = field.draw(visits="40")
    field.plan(PlanField.wish(field, OPEN_PLACE))
    assert field.approve(number) == 39
    assert field.row().why is None


@pytest.mark.parametrize("seed", [f"benih {number}" for number in range(3)])
def test_no_lot_is_impossible_and_whoever_is_drawn_gets_a_visit_of_their_own(field: DrawField, seed: str) -> None:
    """Whatever the plan has, of whomever: who could draw again until it suits would choose."""
    number = field.draw(visits="40")
    field.drop(number)
    first, second, *in_reserve = [row.facility_id for row in field.drawn(number)][:30]
    planned_by_hand = PlanField.wish(field, OPEN_PLACE, place=first), PlanField.wish(field, OPEN_PLACE, place=second)
    stand_ins = [replace(planned_by_hand[turn % 2], place=place, substitute_for=planned_by_hand[turn % 2].place)
                 for turn, place in enumerate(in_reserve)]  # fmt: skip
    field.plan(*planned_by_hand, *stand_ins)
    number = field.draw(seed=seed)
    field.approve(number)
    with snapshot(field.engine) as session:
        planned = session.scalars(select(PlannedVisit)).all()
    instead_of = {row.facility_id: row.substitute_for for row in planned}
    drawn = {row.facility_id for row in field.drawn(number) if row.substitute_for is None}
    assert len(drawn) == 12 and {instead_of[place] for place in drawn} == {None}
    assert all(instead_of[target] is None for target in instead_of.values() if target), (
        "nobody stands in for a stand-in"
    )
    assert all(instead_of[one.place] == one.substitute_for for one in stand_ins if one.place not in drawn), "they stay"


def test_a_place_that_was_visited_in_reserve_is_left_as_it_is(field: DrawField) -> None:
    number = field.draw(visits="40")
    place = field.drawn(number)[5].facility_id
    field.plan(PlanField.wish(field, OPEN_PLACE), PlanField.wish(
        field, OPEN_PLACE, place=place, substitute_for=field.places[OPEN_PLACE].facility_id))  # fmt: skip
    with writing(field.engine) as session:
        session.scalars(select(PlannedVisit).filter_by(facility_id=place)).one().arrival = Arrival.CLOSED
    assert field.approve(number) == 38
    with snapshot(field.engine) as session:
        assert session.scalars(select(PlannedVisit).filter_by(facility_id=place)).one().substitute_for is not None


def test_once_approved_a_list_is_not_drawn_from_again(field: DrawField) -> None:
    number = field.draw()
    assert why_not(field) == "draw_waits"
    field.approve(number)
    assert why_not(field, seed="lain") == "draw_is_approved"
    for settle in (field.approve, field.drop):
        with pytest.raises(NotDrawn) as wrong:
            settle(number)
        assert wrong.value.reason.code == "draw_settled"


WRONG = [
    ({"indicator": ""}, "draw_indicator_wrong"), ({"indicator": "30"}, "draw_of_nothing"),
    ({"indicator": "9" * 5000}, "draw_indicator_wrong"), ({"design": "firasat"}, "draw_design_wrong"),
    ({"visits": ""}, "draw_visits_wrong"), ({"visits": "-3"}, "draw_visits_wrong"),
    ({"visits": "²"}, "draw_visits_wrong"),
    ({"visits": "41"}, "draw_size_impossible"), ({"seed": "x" * 101}, "draw_seed_too_long"),
    ({"day": ""}, "plan_day_missing"), ({"day": "kapan"}, "plan_day_unreadable"),
    ({"day": "2020-01-06"}, "draw_first_day_past"),
    ({"a_day": "0"}, "draw_a_day_wrong"), ({"a_day": "41"}, "draw_a_day_wrong"), ({"teams": []}, "plan_team_missing"),
    ({"teams": ["987654"]}, "plan_team_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "reason"), WRONG)
def test_what_cannot_be_drawn_says_why_and_keeps_nothing(field: DrawField, said: dict[str, str], reason: str) -> None:
    assert why_not(field, **said) == reason
    assert field.kept(field.draw()).number == 1


def test_dropping_takes_a_reason(field: DrawField) -> None:
    number = field.draw()
    with pytest.raises(NotDrawn):
        field.drop(number, "  ")
    field.drop(number, "Tim berhalangan.", ASSESSOR)
    assert (field.kept(number).state, field.kept(number).why) == ("dropped", "Tim berhalangan.")


def test_a_tied_team_is_refused_before_anybody_approves(field: DrawField) -> None:
    field.tie(field.member)
    assert why_not(field) == "assignment_team_tied"


def test_a_place_no_phone_may_have_stays_drawn_and_is_not_planned(field: DrawField) -> None:
    number = field.draw(visits="40")
    with writing(field.engine) as session:
        line = session.scalars(select(ClaimLine).filter_by(facility_id=field.places[OPEN_PLACE].facility_id)).one()
        line.kind = "rumah_aman"
    assert field.approve(number) == 39
    assert (field.kept(number).round_id, field.kept(number).district) == PART
