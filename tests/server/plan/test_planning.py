"""Rows come into a plan all together or not at all; what is wrong with any is told by its field."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from server.db import writing
from server.plan.planning import withdraw
from server.plan.wishes import NotPlanned
from server.register.tables import Facility
from server.roles.account import Forbidden, Held
from server.roles.table import Role
from server.rounds.planning import VISITS
from server.rounds.tables import RoundPart, RoundStage
from server.work.tables import Job
from tests.support.acts import written_down
from tests.support.assigning import HOME, OPEN_PLACE, PART, somebody
from tests.support.days import today_here
from tests.support.planning import DAY, OTHER_PLACE, SCHOOL, SHELTER, PlanField, on, reasons
from tests.support.web import TESTER

LATER = DAY + timedelta(days=2)


def instead(field: PlanField, place: str = OPEN_PLACE, **said: str) -> dict[str, str]:
    return {"substitute_for": field.places[place].facility_id, **said}


def test_a_row_says_who_goes_where_when_and_what_is_looked_at(field: PlanField) -> None:
    wish = field.wish(member=str(field.member), mode="video", modules="recount, practice", why="Belum pernah.")
    assert len(field.plan(wish).added) == 1
    row = field.row()
    assert (row.team_id, row.person_id, row.day, row.mode) == (field.team, field.member, DAY, "video")
    assert (row.modules, row.why, row.state, row.released) == ("practice recount", "Belum pernah.", "planned", False)
    assert [entry.act for entry in written_down(field.engine)][-1] == "plan_changed"


def test_the_same_rows_again_change_nothing_and_others_are_left_alone(field: PlanField) -> None:
    field.plan(field.wish(), field.wish(OTHER_PLACE))
    again = field.plan(field.wish())
    assert (again.is_empty, again.same) == (True, 1)
    changed = field.plan(field.wish(day=LATER.isoformat()))
    assert len(changed.changed) == 1 and field.row().day == LATER
    assert field.row(OTHER_PLACE).day == DAY


def test_one_wrong_row_keeps_all_out(field: PlanField) -> None:
    assert reasons(field.plan(field.wish(), field.wish(OTHER_PLACE, day="kapan-kapan"))) == [
        ("day", "plan_day_unreadable")
    ]
    assert field.would(field.wish()).added


WRONG = [
    ({"place": ""}, "place", "plan_place_missing"), ({"place": "#ffffffff"}, "place", "plan_place_unknown"),
    ({"place": "x" * 5000}, "place", "plan_place_unknown"), ({"team": ""}, "team", "plan_team_missing"),
    ({"team": "987654"}, "team", "plan_team_unknown"), ({"member": "987654"}, "member", "assignment_member_unknown"),
    ({"day": ""}, "day", "plan_day_missing"), ({"day": "2020-01-01"}, "day", "plan_day_past"),
    ({"day": "31/02/2027"}, "day", "plan_day_unreadable"), ({"mode": "terbang"}, "mode", "plan_mode_unknown"),
    ({"modules": "sihir"}, "modules", "plan_module_unknown"),
    ({"modules": "titles"}, "modules", "plan_module_not_here"),
    ({"substitute_for": "#ffffffff"}, "substitute_for", "plan_place_unknown"),
    ({"substitute_for": "00012345", "substitute_order": "0"}, "substitute_order", "plan_order_wrong"),
    ({"substitute_for": "00012345", "substitute_order": "²"}, "substitute_order", "plan_order_wrong"),
    ({"substitute_for": "00012345"}, "substitute_for", "plan_substitute_unknown"),
    ({"why": "x" * 501}, "why", "decision_text_too_long"),
]  # fmt: skip


@pytest.mark.parametrize("said, field_name, code", WRONG)
def test_what_cannot_be_planned_is_told(field: PlanField, said: dict[str, str], field_name: str, code: str) -> None:
    assert reasons(field.would(field.wish(**said))) == [(field_name, code)]


def test_a_shelter_is_answered_as_a_place_that_is_not_there(field: PlanField) -> None:
    unknown = field.would(field.wish(place="#fedcba98")).problems[0].reason
    assert field.would(field.wish(SHELTER)).problems[0].reason == unknown
    assert reasons(field.would(field.written(place="", name=SHELTER))) == [("name", "plan_place_unknown")]
    assert ("substitute_for", "plan_place_unknown") in reasons(field.would(field.wish(**instead(field, SHELTER))))


def test_nor_can_one_be_planned_that_is_called_so_whatever_its_kind(field: PlanField) -> None:
    field.plan(field.wish(OTHER_PLACE))
    with writing(field.engine) as session:
        session.execute(update(Facility).filter_by(name=OTHER_PLACE).values(name="Rumah Aman Kota"))
    assert reasons(field.would(field.wish(OTHER_PLACE))) == [("place", "plan_place_unknown")]
    assert [reason.code for _, reason in field.release().left_out] == ["follow_up_on_no_list"]


def test_a_home_is_planned_by_its_code_and_never_given_away_by_a_text(field: PlanField) -> None:
    code = field.places[HOME].facility_id[:8]
    assert field.would(field.wish(place=f"#{code}")).added
    assert reasons(field.would(field.wish(HOME, why=f"Ke {HOME}."))) == [("why", "decision_names_a_home")]
    assert reasons(field.would(field.written(place="", name=HOME))) == [("name", "plan_place_unknown")]


def test_rooms_of_children_are_not_looked_at_by_video(field: PlanField) -> None:
    assert reasons(field.would(field.wish(HOME, mode="video", modules="practice"))) == [("mode", "plan_video_of_rooms")]
    assert field.would(field.wish(HOME, mode="video", modules="sop")).added
    assert field.would(field.wish(HOME, mode="on_site", modules="practice")).added


def test_who_has_a_tie_is_not_planned(field: PlanField) -> None:
    field.tie(field.member)
    assert reasons(field.would(field.wish())) == [("team", "assignment_team_tied")]
    assert reasons(field.would(field.wish(member=str(field.member)))) == [("member", "assignment_member_tied")]
    assert field.would(field.wish(member=str(field.lead))).added


def test_a_day_is_one_of_the_rounds_days_of_visits(field: PlanField) -> None:
    with writing(field.engine) as session:
        session.merge(RoundStage(round_id=PART[0], stage=VISITS, starts=DAY, ends=LATER))
    assert field.would(field.wish(**on(DAY))).added and field.would(field.wish(**on(LATER))).added
    for day in (DAY - timedelta(days=1), LATER + timedelta(days=1), DAY + timedelta(days=365)):
        assert reasons(field.would(field.wish(**on(day)))) == [("day", "plan_day_outside")]


def test_what_was_planned_stays_when_its_day_is_over(field: PlanField) -> None:
    field.plan(field.wish())
    yesterday = today_here() - timedelta(days=2)
    with writing(field.engine) as session:
        session.merge(field.row()).day = yesterday
    again = field.would(field.wish(**on(yesterday)))
    assert (again.same, again.problems) == (1, [])


def test_the_same_place_and_team_twice(field: PlanField) -> None:
    (problem,) = field.would(field.written(), field.written(row=5)).problems
    assert (problem.row, problem.reason.code, dict(problem.reason.values)) == (5, "plan_twice", {"number": 2})


# ── substitutes


def test_a_substitute_stands_in_for_a_planned_place_of_its_team_on_its_day(field: PlanField) -> None:
    field.plan(field.wish(OTHER_PLACE, **instead(field, day="")), field.wish())
    row = field.row(OTHER_PLACE)
    assert (row.substitute_for, row.substitute_order, row.day) == (field.places[OPEN_PLACE].facility_id, 1, DAY)


def test_but_for_nothing_else(field: PlanField) -> None:
    itself = field.would(field.wish(**instead(field)))
    assert reasons(itself) == [("substitute_for", "plan_substitute_of_itself")]
    field.plan(field.wish(), field.wish(OTHER_PLACE, **instead(field)))
    chain = field.would(field.wish(SCHOOL, **instead(field, OTHER_PLACE)))
    assert reasons(chain) == [("substitute_for", "plan_substitute_chain")]
    field.plan(field.wish(SCHOOL))
    turned = field.would(field.wish(**instead(field, SCHOOL)))
    assert reasons(turned) == [("substitute_for", "plan_substitute_chain")]


def test_who_leaves_the_plan_takes_their_substitutes_along(field: PlanField) -> None:
    field.plan(field.wish(), field.wish(OTHER_PLACE, **instead(field)), field.wish(SCHOOL))
    with writing(field.engine) as session:
        assert withdraw(session, PART, field.row().id, TESTER) == 2
        assert withdraw(session, PART, field.row().id, TESTER) == 0
    assert [field.row(place).state for place in (OPEN_PLACE, OTHER_PLACE, SCHOOL)] == [
        "withdrawn", "withdrawn", "planned",
    ]  # fmt: skip
    assert field.plan(field.wish()).changed and field.row().state == "planned"


# ── who, and when


def test_who_may_not_assign_may_not_plan(field: PlanField) -> None:
    for held in (Held(Role.VERIFIER, PART[1], PART[0]), Held(Role.SUPERVISOR, "98"), Held(Role.DISTRICT, PART[1])):
        with pytest.raises(Forbidden):
            field.plan(field.wish(), by=somebody(field.engine, held))


def test_nothing_is_planned_in_a_closed_part(field: PlanField) -> None:
    field.plan(field.wish())
    with writing(field.engine) as session:
        session.execute(update(RoundPart).values(state="closed"))
    for act in (lambda: field.plan(field.wish(OTHER_PLACE)), field.release):
        with pytest.raises(NotPlanned) as told:
            act()
        assert told.value.reason.code == "assignment_part_closed"
    with writing(field.engine) as session:
        assert session.query(Job).filter_by(kind="assign").count() == 0
