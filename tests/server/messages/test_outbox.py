"""The outbox: quiet hours, turns, what a person does by hand, what is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from server.audit.tables import AuditEntry
from server.db import writing
from server.messages.channels import Channel, Topic, channel_of, channels
from server.messages.outbox import (
    FIRST_RETRY,
    KEPT,
    LAST_RETRY,
    again,
    done_by_hand,
    due,
    forget_old,
    note_problem,
    note_sent,
    put_in,
    take,
)  # fmt: skip
from server.messages.quiet import not_in
from server.messages.tables import Message
from server.moments import ZONES
from server.roles.account import Account, Forbidden, Held
from server.roles.table import Role
from server.settings import Settings
from server.work.tables import Job
from tests.support.telling import NOON, Clock, mailing, messages, news, put_clock, somebody, states, told
from tests.support.web import TESTER
from verification.reason import Reason

SETTINGS, NOTHING_SET = mailing(), Settings.model_validate({})
PHONES: dict[str, Any] = {"tell_url": "https://gerbang.contoh.test/", "tell_secret": "s"}


# ── quiet hours


@pytest.mark.parametrize("quiet, hour, then", [
    ("20-6", 19, 19), ("20-6", 20, 30), ("20-6", 23, 30), ("20-6", 0, 6), ("20-6", 5, 6), ("20-6", 6, 6),
    ("12-13", 12, 13), ("12-13", 13, 13), ("0-0", 3, 3), ("8-8", 8, 8), ("0-24", 3, None),
])  # fmt: skip
def test_by_jakartas_clock(quiet: str, hour: int, then: int | None) -> None:
    if then is None:
        with pytest.raises(ValueError):
            Settings.model_validate({"quiet_hours": quiet})
        return
    midnight = datetime(2026, 11, 26, tzinfo=ZONES["WIB"])
    assert not_in(quiet, midnight + timedelta(hours=hour)) == midnight + timedelta(hours=then)


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 2_000_000_000))
def test_it_is_never_before_never_a_day_away_and_never_quiet(starts: int, ends: int, second: int) -> None:
    moment = datetime.fromtimestamp(second, UTC)
    found = not_in(f"{starts}-{ends}", moment)
    assert moment <= found < moment + timedelta(days=1)
    hour = found.astimezone(ZONES["WIB"]).hour
    assert not (starts <= hour < ends if starts <= ends else hour >= starts or hour < ends)
    assert not_in(f"{starts}-{ends}", found) == found


def test_at_night_a_message_waits_for_the_morning(engine: Engine, clock: Clock) -> None:
    clock.forward(hours=10)  # ten at night in Jakarta
    told(engine, SETTINGS, "ani@contoh.test")
    with writing(engine) as session:
        assert due(session, 9) == []
    clock.forward(hours=8)
    with writing(engine) as session:
        assert len(due(session, 9)) == 1


def test_nor_is_the_next_attempt_at_night(engine: Engine, clock: Clock) -> None:
    (number,) = told(engine, SETTINGS, "ani@contoh.test")
    clock.forward(hours=7, minutes=58)  # two minutes to eight
    with writing(engine) as session:
        letter = take(session, SETTINGS, number)
        assert letter
        note_problem(session, letter, Reason("mail_refused", {"status": "451"}), passes=True)
    assert messages(engine)[0].next_at == NOON + timedelta(hours=18)


# ── who is told how


@pytest.mark.parametrize("email, phone, settings, kind, wanted", [
    ("a@contoh.test", "+62811", SETTINGS, Topic.WAITS, Channel.MAIL),
    (None, "+62811", SETTINGS, Topic.WAITS, None),
    (None, "+62811", mailing(**PHONES), Topic.WAITS, Channel.GATEWAY),
    (None, "+62811", mailing(**PHONES), Topic.LINK, None),
    ("a@contoh.test", None, Settings.model_validate(PHONES), Topic.WAITS, None),
    ("a@contoh.test", "+62811", Settings.model_validate(PHONES), Topic.ALERT, Channel.GATEWAY),
    ("a@contoh.test", "+62811", NOTHING_SET, Topic.WAITS, None),
])  # fmt: skip
def test_mail_before_phone_and_a_link_by_mail_alone(
    engine: Engine, email: str | None, phone: str | None, settings: Settings, kind: Topic, wanted: Channel | None
) -> None:
    with writing(engine) as session:
        assert channel_of(session, settings, somebody(session, email, phone=phone), kind) is wanted


def test_half_a_channel_is_none() -> None:
    assert channels(SETTINGS) == {Channel.MAIL}
    for half in ({"smtp_url": "smtp://localhost"}, {"mail_from": "a@contoh.test"}, {"tell_secret": "s"}):
        assert channels(Settings.model_validate(half)) == frozenset()


# ── turns


def test_what_is_put_in_asks_for_the_job_in_the_same_transaction(engine: Engine, clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine) as session:
        put_in(session, SETTINGS, somebody(session, "ani@contoh.test"), news())
        raise ZeroDivisionError
    assert messages(engine) == []
    told(engine, SETTINGS, "ani@contoh.test", "budi@contoh.test")
    with writing(engine) as session:
        assert session.scalars(select(Job.kind)).all() == ["tell"]


def test_a_message_that_was_taken_is_nobody_elses_before_its_next_turn(engine: Engine, clock: Clock) -> None:
    (number,) = told(engine, SETTINGS, "ani@contoh.test")
    with writing(engine) as session:
        letter = take(session, SETTINGS, number)
        assert letter and letter.to == "ani@contoh.test"
    with writing(engine) as session:
        assert take(session, SETTINGS, number) is None and due(session, 9) == []
    clock.forward(minutes=5)
    with writing(engine) as session:
        second = take(session, SETTINGS, number)
        assert second and (second.attempts, second.uuid) == (2, letter.uuid)
        note_sent(session, letter)  # the first one comes back late
    assert states(engine) == [("waiting", None)], "it has gone to another"


def test_each_wait_is_twice_the_one_before_up_to_six_hours(engine: Engine, clock: Clock) -> None:
    settings = mailing(quiet_hours="0-0")
    (number,) = told(engine, settings, "ani@contoh.test")
    waits = []
    for _ in range(9):
        with writing(engine) as session:
            letter = take(session, settings, number)
            assert letter
            note_problem(session, letter, Reason("mail_refused", {"status": "451"}), passes=True)
        waits.append(messages(engine)[0].next_at - clock.moment)
        clock.moment = messages(engine)[0].next_at
    assert waits[:3] == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY] and waits[-2:] == [LAST_RETRY] * 2


def test_where_a_channel_was_taken_away_it_is_told_by_hand(engine: Engine, clock: Clock) -> None:
    (number,) = told(engine, SETTINGS, "ani@contoh.test")
    with writing(engine) as session:
        assert take(session, NOTHING_SET, number) is None
    assert states(engine) == [("by_hand", None)]


# ── by hand


def test_a_person_tells_it_or_has_it_sent_after_all_and_that_is_written_down(engine: Engine, clock: Clock) -> None:
    first, second = told(engine, NOTHING_SET, "ani@contoh.test", "budi@contoh.test")
    with writing(engine) as session:
        assert not again(session, NOTHING_SET, TESTER, first), "there is nothing to send it by"
        assert done_by_hand(session, TESTER, first) and not done_by_hand(session, TESTER, first)
        assert again(session, SETTINGS, TESTER, second)
        assert not again(session, SETTINGS, TESTER, first), "it was told"
        assert not again(session, SETTINGS, TESTER, 99) and not done_by_hand(session, TESTER, 99)
    assert [state for state, _ in states(engine)] == ["done", "waiting"]
    assert messages(engine)[0].ended_by == TESTER.label
    with writing(engine) as session:
        acts = session.execute(select(AuditEntry.act, AuditEntry.about).order_by(AuditEntry.id)).all()
    assert acts == [("message_by_hand", f"message:{first}"), ("message_again", f"message:{second}")]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OBSERVER, Role.INSPECTORATE, Role.DISTRICT])
def test_nobody_else_does(engine: Engine, clock: Clock, role: Role) -> None:
    (number,) = told(engine, NOTHING_SET, "ani@contoh.test")
    by = Account("person:9", (Held(role),))
    with writing(engine) as session:
        with pytest.raises(Forbidden):
            done_by_hand(session, by, number)
        with pytest.raises(Forbidden):
            again(session, SETTINGS, by, number)
    assert [state for state, _ in states(engine)] == ["by_hand"]


def test_what_was_told_is_forgotten_after_a_quarter_and_what_waits_is_not(engine: Engine, clock: Clock) -> None:
    numbers = told(engine, SETTINGS, *(f"a{number}@contoh.test" for number in range(5)))
    with writing(engine) as session:
        for number, state in zip(numbers, ("sent", "failed", "done", "waiting", "by_hand"), strict=True):
            one = session.get_one(Message, number)
            one.state, one.ended_at = state, None if number > numbers[2] else NOON
    clock.forward(days=KEPT.days)
    with writing(engine) as session:
        assert forget_old(session) == 0
    clock.forward(seconds=1)
    with writing(engine) as session:
        assert forget_old(session) == 3
    assert [state for state, _ in states(engine)] == ["waiting", "by_hand"]


def test_the_clock_of_the_tests_is_the_outboxs(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    put_clock(monkeypatch)
    told(engine, SETTINGS, "ani@contoh.test")
    assert messages(engine)[0].asked_at == NOON
