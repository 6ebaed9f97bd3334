"""The contract of assignments: each is an entity that is made, found, changed and taken back by its own number."""

from datetime import timedelta

from sqlalchemy import Engine, update

from server.assignments.changing import EXTEND, WITHDRAW, Change, change
from server.assignments.tables import Assignment
from server.db import writing
from server.rounds.tables import Round
from tests.support.assigning import DEADLINE, HOME, Field, a_field
from tests.support.web import TESTER
from workers.central.api import Central
from workers.sending.assigning import LIST, bring

LATER = (DEADLINE + timedelta(days=7)).isoformat()


def bring_twice(field: Field, central: Central, number: int) -> Assignment:
    """Bring it, and once more, as if the first answer had been lost."""
    for _ in range(2):
        bring(field.engine, central, number, lambda: None)
        as_it_was = field.found(number)
        field.changed(number, state="given" if as_it_was.state == "sent" else as_it_was.state, sent_at=None)
    bring(field.engine, central, number, lambda: None)
    return field.found(number)


def changed(field: Field, number: int, act: str, deadline: str = "") -> None:
    with writing(field.engine) as session:
        one = session.get_one(Assignment, number)
        change(session, one, Change(act, "Jalan putus.", one.deadline.isoformat(), deadline), TESTER)


def test_it_is_on_phones_once_follows_its_day_and_leaves_them(any_central: Central, district: Engine) -> None:
    field = a_field(district)
    with writing(district) as session:
        session.execute(update(Round).values(project=any_central.project))
    number = field.give()
    one = bring_twice(field, any_central, number)
    (entity,) = any_central.entities(LIST).values()
    assert (entity["__id"], entity["deadline"]) == (one.uuid, DEADLINE.isoformat())
    assert (one.state, one.problem, one.sent_at is None) == ("sent", None, False)
    changed(field, number, EXTEND, LATER)
    assert bring_twice(field, any_central, number).state == "sent"
    assert {key: row["deadline"] for key, row in any_central.entities(LIST).items()} == {one.uuid: LATER}
    changed(field, number, WITHDRAW)
    assert bring_twice(field, any_central, number).problem is None
    assert any_central.entities(LIST) == {}


def test_what_the_visit_plan_says_goes_along_and_follows_what_changes(any_central: Central, district: Engine) -> None:
    field = a_field(district)
    with writing(district) as session:
        session.execute(update(Round).values(project=any_central.project))
    number = field.give()
    field.changed(number, mode="video", modules="practice recount", substitute_for=field.places[HOME].facility_id)
    bring_twice(field, any_central, number)
    field.changed(number, mode="on_site", modules="", substitute_for=None, state="given")
    bring_twice(field, any_central, number)
    (entity,) = any_central.entities(LIST).values()
    said = {name: entity[name] or "" for name in ("day", "mode", "modules", "substitute_for")}
    assert said == {"day": DEADLINE.isoformat(), "mode": "on_site", "modules": "", "substitute_for": ""}
