"""A visit comes: which assignments it ends, and which it does not."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select, update

from server.assignments.giving import follow_up
from server.assignments.noticing import note_visited
from server.assignments.tables import Assignment
from server.db import now, snapshot, writing
from server.decisions.tables import Decision
from server.decisions.typed import new_uuid
from server.moments import to_central
from server.results.verifying import verify
from server.submissions.tables import SubmissionState
from tests.support.assigning import HOME, OPEN_PLACE, PART, Field
from tests.support.builders import LAT, LON
from tests.support.days import today_here
from tests.support.rounds import asked_for
from tests.support.trial import it_comes


def comes(field: Field, root: str = "uuid:1", place: str | None = OPEN_PLACE, day: int = 0, **state: Any) -> int:
    """Let a visit come, made so many days from today; gives how many assignments it ends."""
    began, soon = (
        (now() + timedelta(days=day)).isoformat(timespec="milliseconds"),
        to_central(now() + timedelta(hours=1)),
    )
    answers = {"place": {"kind": "pojok_asi", "facility": field.places[place].facility_id if place else "",
                         "name_given": "" if place else OPEN_PLACE},
               "arrival": "open", "point": f"{LAT} {LON} 0 5", "start": began}  # fmt: skip
    it_comes(field.engine, "visit_pojok_asi", root, answers, **({"submitted_at": soon} | state))
    return noted(field.engine)


def noted(engine: Engine) -> int:
    with writing(engine) as session:
        return note_visited(session)


def test_a_visit_to_the_place_ends_what_asked_for_it_and_takes_it_off_phones(field: Field) -> None:
    mine, other = field.give(), field.give(HOME)
    assert comes(field) == 1
    one = field.found(mine)
    with snapshot(field.engine) as session:
        state = session.scalars(select(SubmissionState.id)).one()
    assert (one.state, one.visited_state_id) == ("visited", state)
    assert isinstance(one.visited_on, date) and field.found(other).state == "given"
    assert ("assign", str(mine)) in asked_for(field.engine) and noted(field.engine) == 0


def test_what_is_overdue_ends_too(field: Field) -> None:
    number = field.give()
    field.changed(number, due_at=now() - timedelta(days=1), state="sent")
    assert comes(field) == 1 and field.found(number).state == "visited"


def test_a_visit_of_days_before_does_not_end_it(field: Field) -> None:
    field.give()
    assert comes(field, day=-3) == 0


def test_nor_does_one_that_was_here_already(field: Field) -> None:
    field.give()
    assert comes(field, submitted_at=to_central(now() - timedelta(hours=1))) == 0


def test_nor_one_that_counts_for_nothing(field: Field) -> None:
    number = field.give()
    assert comes(field, review_state="rejected") == 0
    with writing(field.engine) as session:
        session.execute(update(SubmissionState).values(review_state=None))
    assert noted(field.engine) == 1 and field.found(number).state == "visited"


def test_what_was_withdrawn_stays_withdrawn(field: Field) -> None:
    number = field.give()
    field.changed(number, state="withdrawn")
    assert comes(field) == 0 and field.found(number).state == "withdrawn"


def test_a_visit_that_picked_no_place_ends_it_once_the_rules_found_whose_it_is(field: Field) -> None:
    number = field.give()
    assert comes(field, place=None) == 0
    verify(field.engine, *PART)
    assert noted(field.engine) == 1 and field.found(number).state == "visited"


def test_the_visit_that_led_to_a_follow_up_does_not_end_it(field: Field) -> None:
    comes(field)
    with writing(field.engine) as session:
        state = session.scalars(select(SubmissionState)).one()
        about = {"form_pk": state.form_pk, "root_id": state.root_id, "instance_id": state.instance_id}
        decision = Decision(uuid=new_uuid(), kind="follow_up", facility_id=field.places[OPEN_PLACE].facility_id,
                            text="x", why="x", deadline=today_here(), decided_by="test", decided_at=now(),
                            **about)  # fmt: skip
        session.add(decision)
        session.flush()
        follow_up(session, decision, *reversed(PART))
        session.execute(update(Assignment).values(given_at=now() - timedelta(hours=1)))
    assert noted(field.engine) == 0
    verify(field.engine, *PART)
    assert noted(field.engine) == 0
    assert comes(field, "uuid:2") == 1
