"""What waits for whom: told once a day at most, not again while nothing changed, and only to whom it waits for."""

from sqlalchemy import Engine, select

from server.db import writing
from server.messages.channels import Topic
from server.messages.outbox import Message, done_by_hand
from server.messages.waiting import tell_what_waits
from server.people.tables import Person
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import Tie
from server.rounds.tables import Round
from server.settings import Settings
from tests.support.telling import (
    DISTRICT,
    ELSEWHERE,
    NOON,
    PROJECT,
    Clock,
    a_decision,
    mailing,
    messages,
    set_aside,
    somebody,
)  # fmt: skip
from tests.support.web import TESTER
from verification.reason import Reason

SETTINGS = mailing()


def look(engine: Engine, settings: Settings = SETTINGS) -> int:
    with writing(engine) as session:
        return tell_what_waits(session, settings)


def whom(engine: Engine) -> list[str | None]:
    with writing(engine) as session:
        query = select(Person.email).join(Message, Message.person_id == Person.id).order_by(Message.id)
        return list(session.scalars(query))


def sent(engine: Engine) -> None:
    """Have what is in the outbox be sent."""
    with writing(engine) as session:
        for one in session.scalars(select(Message)):
            one.state, one.ended_at = "sent", NOON


def test_a_decision_that_did_not_arrive_waits_for_who_took_it(roomy: Engine, clock: Clock) -> None:
    with writing(roomy) as session:
        ani, budi, citra = (somebody(session, f"{name}@contoh.test") for name in ("ani", "budi", "citra"))
        a_decision(session, f"person:{ani.id}", problem=Reason("central_not_found"))
        a_decision(session, f"person:{budi.id}", sent_at=NOON)
        a_decision(session, f"person:{citra.id}")  # on its way
        a_decision(session, "terminal:root", problem=Reason("central_not_found"))
    assert (look(roomy), whom(roomy)) == (1, ["ani@contoh.test"])
    sent(roomy)
    clock.forward(hours=2)
    assert (look(roomy), whom(roomy)) == (1, ["ani@contoh.test", "citra@contoh.test"])


def test_what_was_set_aside_waits_for_who_may_review_there(roomy: Engine, clock: Clock) -> None:
    with writing(roomy) as session:
        inside = [Held(Role.SUPERVISOR), Held(Role.SUPERVISOR, "99"), Held(Role.SUPERVISOR, DISTRICT),
                  Held(Role.LEAD, DISTRICT, "2026")]  # fmt: skip
        outside = [
            Held(Role.SUPERVISOR, ELSEWHERE), Held(Role.LEAD, ELSEWHERE, "2026"), Held(Role.LEAD, DISTRICT, "2027"),
            Held(Role.VERIFIER, DISTRICT, "2026"), Held(Role.DISTRICT, DISTRICT), Held(Role.SECRETARIAT),
        ]  # fmt: skip
        for number, one in enumerate(inside):
            somebody(session, f"in{number}@contoh.test", one)
        for number, one in enumerate(outside):
            somebody(session, f"out{number}@contoh.test", one)
        tied = somebody(session, "tied@contoh.test", Held(Role.SUPERVISOR))
        session.add(Tie(person_id=tied.id, district=DISTRICT, why="x", declared_by="x", declared_at=NOON))
        set_aside(session, DISTRICT, "2026")
    look(roomy)
    assert whom(roomy) == [f"in{number}@contoh.test" for number in range(len(inside))]


def test_of_no_district_it_waits_for_who_sees_what_is_aside(roomy: Engine, clock: Clock) -> None:
    with writing(roomy) as session:
        somebody(session, "a@contoh.test", Held(Role.SUPERVISOR))
        somebody(session, "b@contoh.test", Held(Role.SUPERVISOR, DISTRICT))
        somebody(session, "c@contoh.test", Held(Role.OPERATOR))
        set_aside(session, None)
    look(roomy)
    assert whom(roomy) == ["a@contoh.test", "c@contoh.test"]


def test_what_counts_was_rejected_or_lies_in_a_round_that_ended_waits_for_nobody(roomy: Engine, clock: Clock) -> None:
    with writing(roomy) as session:
        somebody(session, "a@contoh.test", Held(Role.SUPERVISOR))
        set_aside(session, DISTRICT).aside = None
        rejected = set_aside(session, DISTRICT)
        rejected.aside, rejected.review_state = None, "rejected"
        set_aside(session, DISTRICT, "2027").aside = Reason("in_no_round")
        session.get_one(Round, "2027").state = "closed"
        set_aside(session, DISTRICT).deleted_at = "2026-11-26T00:00:00.000Z"
    assert look(roomy) == 0
    with writing(roomy) as session:
        set_aside(session, DISTRICT, "2026")
    assert look(roomy, mailing(central_project=PROJECT + 1)) == 0, "of another project"
    assert look(roomy) == 1


def test_once_a_day_and_again_when_something_is_new(roomy: Engine, clock: Clock) -> None:
    with writing(roomy) as session:
        somebody(session, "a@contoh.test", Held(Role.SUPERVISOR))
        set_aside(session, DISTRICT)
    assert [look(roomy) for _ in range(3)] == [1, 0, 0]
    sent(roomy)
    with writing(roomy) as session:
        set_aside(session, DISTRICT)
    assert look(roomy) == 0, "the same day"
    clock.forward(days=1)
    assert [look(roomy) for _ in range(2)] == [1, 0]
    sent(roomy)
    clock.forward(days=1)
    assert look(roomy) == 0, "nothing has changed"
    clock.forward(days=6)
    assert look(roomy) == 1, "a week later it still waits"


def test_two_things_are_one_message(roomy: Engine, clock: Clock) -> None:
    with writing(roomy) as session:
        found = somebody(session, "a@contoh.test", Held(Role.SUPERVISOR))
        set_aside(session, DISTRICT)
        a_decision(session, f"person:{found.id}", problem=Reason("central_not_found"))
    assert look(roomy) == 1
    (one,) = messages(roomy)
    assert (one.kind, one.about) == (Topic.WAITS, "aside decision")


def test_while_one_waits_to_be_told_there_is_no_second(roomy: Engine, clock: Clock) -> None:
    nothing_set = Settings.model_validate({"central_project": PROJECT})
    with writing(roomy) as session:
        somebody(session, "a@contoh.test", Held(Role.SUPERVISOR))
        set_aside(session, DISTRICT)
    assert look(roomy, nothing_set) == 1
    assert [one.state for one in messages(roomy)] == ["by_hand"]
    with writing(roomy) as session:
        set_aside(session, DISTRICT)
    clock.forward(days=30)
    assert look(roomy, nothing_set) == 0
    with writing(roomy) as session:
        assert done_by_hand(session, TESTER, messages(roomy)[0].id)
    assert look(roomy, nothing_set) == 1


def test_who_chose_not_to_be_told_is_not(roomy: Engine, clock: Clock) -> None:
    with writing(roomy) as session:
        somebody(session, "a@contoh.test", Held(Role.SUPERVISOR), untold_since=NOON)
        somebody(session, "b@contoh.test", Held(Role.SUPERVISOR), ended_at=NOON)
        set_aside(session, DISTRICT)
    assert look(roomy) == 0
