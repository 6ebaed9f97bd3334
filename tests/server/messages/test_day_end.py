"""At a day's end a team's lead is told that visits are missing: by the place's clock, once, and nothing of what."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update

from server.areas.tables import Area
from server.db import snapshot, writing
from server.messages.channels import Topic
from server.messages.day_end import tell_what_is_missing
from server.messages.sentences import said
from server.messages.tables import Message
from server.people.tables import Person
from server.rounds.tables import Round, RoundPart
from server.settings import Settings
from server.work.tables import Job
from tests.support.assigning import HOME, OPEN_PLACE, Field, a_field
from tests.support.telling import Clock, mailing, put_clock

TODAY = date(2026, 11, 26)  # the clock begins at noon in Jakarta
SETTINGS = mailing()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return put_clock(monkeypatch)


@pytest.fixture
def field(district: Engine) -> Field:
    """Let a visit be expected today of a team whose lead and member have addresses, by Jakarta's clock."""
    field = a_field(district)
    number = field.give(OPEN_PLACE, who=str(field.team))
    field.changed(number, deadline=TODAY)
    with writing(district) as session:
        session.execute(update(Area).values(zone="WIB"))
        for person in session.scalars(select(Person)):
            person.email = f"{person.id}@contoh.test"
    return field


def look(field: Field, settings: Settings = SETTINGS) -> int:
    with writing(field.engine) as session:
        return tell_what_is_missing(session, settings)


def told(field: Field) -> list[tuple[int, str, str]]:
    with snapshot(field.engine) as session:
        rows = session.scalars(select(Message).order_by(Message.id)).all()
        return [(one.person_id, one.kind, one.once) for one in rows]


def test_a_lead_is_told_once_from_the_set_hour_on(field: Field, clock: Clock) -> None:
    clock.forward(hours=5, minutes=59)
    assert look(field) == 0
    clock.forward(minutes=1)
    assert [look(field) for _ in range(3)] == [1, 0, 0]
    assert told(field) == [(field.lead, "day", "2026-11-26")], "the lead and not the member, once"
    clock.forward(hours=3)
    other = field.give(HOME, who=str(field.team))
    field.changed(other, deadline=TODAY)
    assert look(field) == 0, "not again for the day, whatever else is missing"
    with snapshot(field.engine) as session:
        assert session.scalar(select(Job.id).filter_by(kind="tell")) is not None


def test_the_next_day_is_a_day_of_its_own_and_a_day_that_is_over_is_not_told_late(field: Field, clock: Clock) -> None:
    clock.forward(hours=13)  # one in the morning: nobody looked yesterday
    assert look(field) == 0
    clock.forward(hours=17)
    assert look(field) == 0, "nothing was expected today"
    number = field.give(HOME, who=str(field.team))
    field.changed(number, deadline=TODAY + timedelta(days=1))
    assert look(field) == 1 and told(field) == [(field.lead, "day", "2026-11-27")]


@pytest.mark.parametrize(("zone", "hours"), [("WIB", 6), ("WITA", 5), ("WIT", 4)])
def test_the_hour_is_that_of_the_place(field: Field, clock: Clock, zone: str, hours: int) -> None:
    with writing(field.engine) as session:
        session.execute(update(Area).values(zone=zone))
    clock.forward(hours=hours - 1, minutes=59)
    assert look(field) == 0
    clock.forward(minutes=1)
    assert look(field) == 1


def test_where_all_came_nobody_is_told(field: Field, clock: Clock) -> None:
    field.changed(1, state="visited")
    clock.forward(hours=7)
    assert look(field) == 0 and told(field) == []


@pytest.mark.parametrize("over", ["round", "part", "tie"])
def test_of_what_is_closed_or_not_theirs_nobody_is_told(field: Field, clock: Clock, over: str) -> None:
    if over == "tie":
        field.tie(field.lead)
    else:
        with writing(field.engine) as session:
            session.execute(update(Round if over == "round" else RoundPart).values(state="closed"))
    clock.forward(hours=7)
    assert look(field) == 0


def test_the_setting_says_when_and_whether(field: Field, clock: Clock) -> None:
    assert look(field, mailing(day_end_hour=13)) == 0
    assert look(field, mailing(day_end_hour=12)) == 1
    clock.forward(hours=11, minutes=59)
    field.changed(1, deadline=TODAY)
    with writing(field.engine) as session:
        for one in session.scalars(select(Message)):
            session.delete(one)
    assert look(field, mailing(day_end_hour=24)) == 0


def test_a_job_that_is_killed_tells_once(field: Field, clock: Clock) -> None:
    clock.forward(hours=6)
    with pytest.raises(RuntimeError), writing(field.engine) as session:
        assert tell_what_is_missing(session, SETTINGS) == 1
        raise RuntimeError("killed")
    assert told(field) == []
    assert [look(field), look(field)] == [1, 0] and len(told(field)) == 1


def test_nothing_of_it_is_said_and_who_chose_not_to_be_told_is_not(field: Field, clock: Clock) -> None:
    clock.forward(hours=6)
    for language in ("id", "en"):
        text = said(SETTINGS, Topic.DAY, language).text
        assert text == said(SETTINGS, Topic.WAITS, language).text and OPEN_PLACE not in text
    with writing(field.engine) as session:
        session.get_one(Person, field.lead).untold_since = clock()
    assert look(field) == 0
