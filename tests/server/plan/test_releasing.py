"""A release gives, changes and takes back assignments so that they are as the plan is; twice is once."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.plan.planning import withdraw
from server.plan.tables import PlannedVisit
from server.register.tables import Facility
from tests.support.acts import written_down
from tests.support.assigning import OPEN_PLACE, PART
from tests.support.builders import VILLAGES
from tests.support.planning import DAY, OTHER_PLACE, SCHOOL, PlanField
from tests.support.rounds import asked_for
from tests.support.statements import statements
from tests.support.web import TESTER

LATER = DAY + timedelta(days=2)
Done = tuple[int, int, int]


def released(field: PlanField, most: int | None = None) -> Done:
    done = field.release(most=most)
    return done.given, done.changed, done.taken_back


def all_asked(field: PlanField) -> list[Assignment]:
    with snapshot(field.engine) as session:
        return list(session.scalars(select(Assignment).order_by(Assignment.id)))


def test_each_row_becomes_one_assignment_that_says_what_the_plan_says(field: PlanField) -> None:
    planned = field.places[OPEN_PLACE].facility_id
    field.plan(
        field.wish(member=str(field.member), mode="video", modules="practice", why="Terpilih acak."),
        field.wish(OTHER_PLACE, substitute_for=planned),
    )
    assert released(field) == (2, 0, 0)
    one, other = field.asked(), field.asked(OTHER_PLACE)
    assert (one.team_id, one.person_id, one.deadline, one.mode) == (field.team, field.member, DAY, "video")
    assert (one.modules, one.why, one.state, one.substitute_for) == ("practice", "Terpilih acak.", "given", None)
    assert other.substitute_for == planned and "ketua tim atau Tim Penilai menyetujui" in (other.question or "")
    assert {("assign", str(one.id)), ("assign", str(other.id))} <= set(asked_for(field.engine))
    assert field.row().released


def test_a_second_release_does_nothing(field: PlanField) -> None:
    field.plan(field.wish())
    released(field)
    before = len(written_down(field.engine))
    assert released(field) == (0, 0, 0)
    assert len(all_asked(field)) == 1 and len(written_down(field.engine)) == before


def test_what_changed_is_changed_and_keeps_its_number(field: PlanField) -> None:
    field.plan(field.wish(), field.wish(OTHER_PLACE))
    released(field)
    before = field.asked()
    field.plan(field.wish(day=LATER.isoformat(), modules="recount"))
    assert released(field) == (0, 1, 0)
    after = field.asked()
    assert (after.id, after.uuid, after.deadline, after.modules) == (before.id, before.uuid, LATER, "recount")
    assert after.due_at > before.due_at and after.state == "given"


def test_what_was_taken_out_is_taken_back_and_can_come_again(field: PlanField) -> None:
    field.plan(field.wish())
    released(field)
    first = field.asked()
    with writing(field.engine) as session:
        withdraw(session, PART, field.row().id, TESTER)
    assert field.found(first.id).state == "given", "until the plan is released"
    assert released(field) == (0, 0, 1)
    assert field.found(first.id).state == "withdrawn"
    field.plan(field.wish())
    assert released(field) == (1, 0, 0)
    assert field.asked().id != first.id


def test_an_assignment_that_a_person_withdrew_is_not_given_again(field: PlanField) -> None:
    field.plan(field.wish())
    released(field)
    field.changed(field.asked().id, state="withdrawn")
    assert released(field) == (0, 0, 0)


def test_what_happened_since_it_was_planned_keeps_a_row_back_and_is_told(field: PlanField) -> None:
    field.plan(field.wish(), field.wish(OTHER_PLACE))
    with writing(field.engine) as session:
        session.merge(field.row()).day = DAY - timedelta(days=30)
    done = field.release()
    assert (done.given, [reason.code for _, reason in done.left_out]) == (1, ["plan_day_past"])
    field.plan(field.wish(SCHOOL))
    field.tie(field.member)
    assert {reason.code for _, reason in field.release().left_out} == {"assignment_team_tied"}


def test_a_page_releases_some_at_once_the_first_days_first(field: PlanField) -> None:
    field.plan(field.wish(day=LATER.isoformat()), field.wish(OTHER_PLACE), field.wish(SCHOOL, day=LATER.isoformat()))
    done = field.release(most=1)
    assert (done.given, done.waiting, field.row(OTHER_PLACE).released) == (1, 2, True)
    assert [field.release(most=1).given for _ in range(3)] == [1, 1, 0]


def test_a_release_of_many_says_no_more_to_the_database_than_one_of_few(field: PlanField) -> None:
    """Giving, changing and taking back alike: ten thousand rows are a matter of seconds."""
    few, many = (said_in_a_year(field, begins, count) for begins, count in (("d", 3), ("e", 60)))
    assert few == many


def said_in_a_year(field: PlanField, begins: str, count: int) -> list[int]:
    """Plan so many places, then change the plan, then withdraw it; gives how many statements each release took."""
    ids = [f"{begins}{number:07x}-bbbb-4bbb-8bbb-bbbbbbbbbbbb" for number in range(count)]
    with writing(field.engine) as session:
        session.add_all(Facility(id=one, kind="sekolah", name=f"SD {one}", village=VILLAGES[0].code) for one in ids)
    wishes = [replace(field.written(), row=row, place=f"#{one}") for row, one in enumerate(ids, start=2)]
    said = []
    for day in (DAY, LATER):
        field.plan(*(replace(wish, day=day.isoformat()) for wish in wishes))
        said.append(statements_of(field, count))
    with writing(field.engine) as session:
        for row in session.scalars(select(PlannedVisit.id).where(PlannedVisit.facility_id.in_(ids))).all():
            withdraw(session, PART, row, TESTER)
    return [*said, statements_of(field, count)]


def statements_of(field: PlanField, count: int) -> int:
    with statements(field.engine) as said:
        assert sum(released(field)) == count
    return len(said)
