"""Sending somebody to a place: whether anybody was there or not; and who may be sent, by whom, with which words."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.areas.tables import Area
from server.assignments.changing import EXTEND, WITHDRAW, Change, change
from server.assignments.giving import NotAssigned, end_of
from server.assignments.queries import expected, open_count, overdue_by_part
from server.assignments.states import MOVES, OPEN, OVERDUE, STATES, CannotFollow, move, state_at
from server.assignments.tables import Assignment
from server.db import now, snapshot, writing
from server.fields import PAGE
from server.register.tables import Facility
from server.roles.account import Account, Forbidden, Held
from server.roles.table import Role
from server.words import LANGUAGES, catalogue
from tests.support.acts import newest, written_down
from tests.support.assigning import DEADLINE, HOME, OPEN_PLACE, PART, WISH, Field, somebody
from tests.support.days import today_here
from tests.support.rounds import asked_for, let_be, move_part
from tests.support.web import TESTER
from tests.support.workbooks import DISTRICT


def refusal(field: Field, place: str = OPEN_PLACE, by: Account = TESTER, **wish: str) -> dict[str, str]:
    """Try to give what must be refused; gives the reasons by field. Each has its sentence, and nothing is left."""
    with pytest.raises(NotAssigned) as told:
        field.give(place, by, **wish)
    return checked(field, told.value)


def checked(field: Field, told: NotAssigned, left: int = 0) -> dict[str, str]:
    for reason in told.problems.values():
        assert all("{" not in catalogue(language).reason(reason) for language in LANGUAGES)
        assert all(catalogue(language).knows(f"reason.{reason.code}") for language in LANGUAGES)
    with snapshot(field.engine) as session:
        assert session.scalar(select(func.count()).select_from(Assignment)) == left
    return {name: reason.code for name, reason in told.problems.items()}


# ── giving


def test_a_place_that_nobody_has_visited_is_given_to_a_team_and_goes_to_phones(field: Field) -> None:
    since = newest(field.engine)
    number = field.give(who=str(field.team))
    given = field.found(number)
    assert (given.state, given.team_id, given.person_id, given.deadline) == ("given", field.team, None, DEADLINE)
    assert (given.round_id, given.district) == PART and given.decision_id is None
    assert asked_for(field.engine) == [("assign", str(number))]
    (act,) = written_down(field.engine, since)
    assert (act.act, act.about) == ("assignment_given", f"assignment:{number} place:{given.facility_id}")


def test_the_same_page_sent_twice_gives_one(field: Field) -> None:
    assert field.give(uuid=WISH.uuid) == field.give(uuid=WISH.uuid, question="Lain?")
    assert len(asked_for(field.engine)) == 1


def test_all_that_is_wrong_is_told_at_once_each_by_its_field(field: Field) -> None:
    assert refusal(field, question=" ", why="x" * 501, deadline="besok", who="9999") == {
        "question": "decision_text_missing", "why": "decision_text_too_long", "deadline": "deadline_not_a_date",
        "who": "assignment_team_unknown",
    }  # fmt: skip


def test_yesterday_is_no_deadline_and_today_is(field: Field) -> None:
    today = today_here()
    assert refusal(field, deadline=(today - timedelta(days=2)).isoformat()) == {"deadline": "deadline_past"}
    assert field.give(deadline=(today + timedelta(days=1)).isoformat())


@pytest.mark.parametrize("uuid", ["", "x", "11111111-1111-1111-8111-111111111111"])
def test_a_number_that_no_page_of_ours_chose_is_refused(field: Field, uuid: str) -> None:
    assert refusal(field, uuid=uuid) == {PAGE: "decision_page_wrong"}


@pytest.mark.parametrize("typed", [f"Apakah {HOME} ramai?", "PA Rekaan Kasih", "Cari di Desa Melati"])
def test_what_is_typed_gives_no_home_away(field: Field, typed: str) -> None:
    with writing(field.engine) as session:
        session.execute(update(Area).filter_by(level="village").values(name="Desa Melati"))
    assert refusal(field, HOME, question=typed, why=typed) == dict.fromkeys(
        ("question", "why"), "decision_names_a_home"
    )
    assert field.give(OPEN_PLACE, question=typed), "of another place it says nothing"


def test_nor_does_it_by_the_name_that_the_register_has(field: Field) -> None:
    with writing(field.engine) as session:
        session.execute(update(Facility).filter_by(id=field.places[HOME].facility_id).values(name="Panti Melati Baru"))
    assert refusal(field, HOME, question="Panti Melati Baru?") == {"question": "decision_names_a_home"}
    assert refusal(field, HOME, question=f"{HOME}?") == {"question": "decision_names_a_home"}


def test_nobody_is_sent_to_a_shelter_by_phone(field: Field) -> None:
    with writing(field.engine) as session:
        session.execute(update(Facility).filter_by(id=field.places[HOME].facility_id).values(kind="rumah_aman"))
    assert refusal(field, HOME) == {PAGE: "follow_up_on_no_list"}


def test_nobody_is_sent_once_the_district_is_closed(field: Field) -> None:
    move_part(field.engine, DISTRICT, "closed")
    assert refusal(field) == {PAGE: "assignment_part_closed"}
    move_part(field.engine, DISTRICT, "open")
    let_be(field.engine, "closed")
    assert refusal(field) == {PAGE: "assignment_part_closed"}


# ── who may be sent, and by whom


def test_a_member_may_be_named_but_only_of_that_team(field: Field) -> None:
    assert field.found(field.give(who=f"{field.team}/{field.member}")).person_id == field.member
    other = somebody(field.engine, Held(Role.LEAD, "99.02", PART[0]))
    with pytest.raises(NotAssigned) as told:
        field.give(who=f"{field.team}/{other.person_id}")
    assert checked(field, told.value, left=1) == {"who": "assignment_member_unknown"}


@pytest.mark.parametrize("place", [None, OPEN_PLACE], ids=["to the district", "to a place in it"])
def test_who_has_a_tie_is_not_sent_nor_is_the_whole_team_they_are_in(field: Field, place: str | None) -> None:
    field.tie(field.member, place=place)
    assert refusal(field, who=f"{field.team}/{field.member}") == {"who": "assignment_member_tied"}
    assert refusal(field, who=str(field.team)) == {"who": "assignment_team_tied"}
    assert field.give(who=f"{field.team}/{field.lead}"), "another of the team goes"


def test_a_tie_to_another_district_keeps_nobody(field: Field) -> None:
    field.tie(field.member, "99.02")
    assert field.give(who=f"{field.team}/{field.member}")


@pytest.mark.parametrize("role, may", [
    (Role.LEAD, True), (Role.SUPERVISOR, True), (Role.SECRETARIAT, True), (Role.VERIFIER, False),
    (Role.ASSESSOR, False), (Role.DISTRICT, False),
])  # fmt: skip
def test_who_may_give_one(field: Field, role: Role, may: bool) -> None:
    by = somebody(field.engine, Held(role, DISTRICT, PART[0]))
    if may:
        assert field.give(by=by)
    else:
        with pytest.raises(Forbidden):
            field.give(by=by)


def test_a_lead_with_a_tie_gives_none(field: Field) -> None:
    tied = Account("person:1", (Held(Role.LEAD, DISTRICT, PART[0]),), frozenset({DISTRICT}), 1)
    with pytest.raises(Forbidden):
        field.give(by=tied)


# ── states


def test_only_what_the_table_has_may_follow() -> None:
    for old in STATES:
        for new in set(STATES) - {OVERDUE}:
            due_at = now() + timedelta(days=-1 if old == OVERDUE else 1)
            one = Assignment(state="sent" if old == OVERDUE else old, due_at=due_at)
            if (old, new) in MOVES:
                move(one, new, now())
                assert one.state == new
            elif not (old == OVERDUE and new == "sent"):
                with pytest.raises(CannotFollow):
                    move(one, new, now())


@pytest.mark.parametrize("zone, hours", [("WIB", 7), ("WITA", 8), ("WIT", 9)])
def test_it_is_overdue_once_its_day_is_over_where_the_place_is(zone: str, hours: int) -> None:
    due = end_of(DEADLINE, zone)
    assert due.utcoffset() == timedelta(hours=hours)
    one = Assignment(state="sent", due_at=due)
    assert [state_at(one, due + timedelta(seconds=second)) for second in (-1, 0)] == ["sent", "overdue"]
    assert all(state_at(Assignment(state=state, due_at=due), due) == state for state in STATES if state not in OPEN)


def changes(field: Field, number: int, act: str, by: Account = TESTER, **typed: str) -> None:
    wish = {"why": "Jalan putus.", "before": DEADLINE.isoformat()} | typed
    with writing(field.engine) as session:
        change(session, session.get_one(Assignment, number), Change(act, **wish), by)


LATER = (DEADLINE + timedelta(days=7)).isoformat()


def test_a_later_day_goes_to_phones_too(field: Field) -> None:
    number = field.give()
    field.changed(number, state="sent", due_at=now() - timedelta(days=1))
    changes(field, number, EXTEND, deadline=LATER)
    one = field.found(number)
    assert (one.state, one.deadline.isoformat(), one.changed_why) == ("given", LATER, "Jalan putus.")
    assert state_at(one, now()) == "given" and one.changed_by == TESTER.label
    assert [act.act for act in written_down(field.engine)][-1] == "assignment_extended"


def test_what_is_withdrawn_stays_so(field: Field) -> None:
    number = field.give()
    changes(field, number, WITHDRAW)
    assert field.found(number).state == "withdrawn"
    for act in (WITHDRAW, EXTEND):
        with pytest.raises(NotAssigned) as told:
            changes(field, number, act, deadline=LATER)
        assert checked(field, told.value, left=1) == {PAGE: "assignment_cannot_follow"}


def test_a_change_needs_a_reason_that_gives_no_home_away_and_a_day_to_come(field: Field) -> None:
    number = field.give(HOME)
    for name, typed, wrong in (("why", "", "decision_why_missing"), ("why", HOME, "decision_names_a_home"),
                               ("deadline", "2020-01-01", "deadline_past")):  # fmt: skip
        with pytest.raises(NotAssigned) as told:
            changes(field, number, EXTEND, TESTER, **({"deadline": LATER} | {name: typed}))
        assert checked(field, told.value, left=1) == {name: wrong}


def test_the_second_of_two_sees_what_the_first_changed(field: Field) -> None:
    number = field.give()
    changes(field, number, EXTEND, deadline=LATER)
    with pytest.raises(NotAssigned) as told:
        changes(field, number, WITHDRAW)
    assert checked(field, told.value, left=1) == {PAGE: "assignment_changed_meanwhile"}
    assert field.found(number).state == "given"


def test_who_may_not_give_may_not_change(field: Field) -> None:
    number = field.give()
    with pytest.raises(Forbidden):
        changes(field, number, WITHDRAW, somebody(field.engine, Held(Role.VERIFIER, DISTRICT, PART[0])))


# ── what waits


def test_what_is_open_is_expected_and_what_is_late_is_counted_where_one_may_act(field: Field) -> None:
    late, soon, done = field.give(), field.give(HOME), field.give()
    field.changed(late, due_at=now() - timedelta(hours=1), state="sent")
    field.changed(done, state="visited", due_at=now() - timedelta(hours=1))
    elsewhere = somebody(field.engine, Held(Role.SUPERVISOR, "98"))
    here = somebody(field.engine, Held(Role.SUPERVISOR, "99"))
    with snapshot(field.engine) as session:
        assert [(one.assignment_id, one.state) for one in expected(session, *PART)] == [
            (late, OVERDUE),
            (soon, "given"),
        ]
        assert open_count(session, *PART) == 2
        assert [(*row[:2], row[-1]) for row in overdue_by_part(session, here)] == [(PART[1], PART[0], 1)]
        assert not overdue_by_part(session, elsewhere)
