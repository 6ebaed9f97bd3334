"""What is due is sent once, noted, tried again later; nothing of what waits is in any byte that leaves."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.messages import outbox
from server.messages.links import send_link
from server.messages.outbox import LAST_RETRY, MOST_ATTEMPTS, due
from server.messages.waiting import tell_what_waits
from server.people.inviting import end_account
from server.people.links import RESET, LinkGone, look_at, make_link, use
from server.people.tables import Mark, OneTimeLink
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.work.kinds import Tell
from server.work.tables import Job
from tests.support.mail import Post, gateway, mail_server
from tests.support.telling import (
    DISTRICT,
    NOON,
    Clock,
    a_decision,
    mailing,
    messages,
    news,
    put_clock,
    set_aside,
    somebody,
    states,
    told,
)  # fmt: skip
from tests.support.web import TESTER
from workers.queue.context import Context
from workers.queue.draining import drain
from workers.telling import telling
from workers.telling.problems import ChannelProblem
from workers.telling.telling import A_HANDFUL, tell_due


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return put_clock(monkeypatch)


def ours() -> None:
    """Be nobody else's."""


def send(engine: Engine, settings: Settings) -> None:
    tell_due(engine, settings, ours)


def to(post: Post) -> list[str]:
    return [address for envelope in post.received for address in envelope.rcpt_tos]


def test_what_is_due_is_sent_once_and_noted(engine: Engine, clock: Clock) -> None:
    with mail_server() as post:
        settings = mailing(post.port)
        told(engine, settings, "ani@contoh.test", "budi@contoh.test")
        for _ in range(3):
            send(engine, settings)
            clock.forward(hours=7)
    assert to(post) == ["ani@contoh.test", "budi@contoh.test"]
    assert states(engine) == [("sent", None)] * 2
    assert [(one.channel, one.ended_at) for one in messages(engine)] == [("mail", NOON)] * 2


def test_a_code_of_4_is_tried_again_later_with_the_same_id(engine: Engine, clock: Clock) -> None:
    with mail_server() as post:
        settings = mailing(post.port)
        told(engine, settings, "ani@contoh.test")
        post.at_data += ["451 later", "450 later"]
        send(engine, settings)
        assert states(engine) == [("waiting", "mail_refused")]
        send(engine, settings)
        assert post.at_data == ["450 later"], "not before its time"
        for minutes in (5, 10):
            clock.forward(minutes=minutes)
            send(engine, settings)
    assert states(engine) == [("sent", None)] and len(post.received) == 1
    ids = {line for line in bytes(post.wire).split(b"\r\n") if line.startswith(b"Message-ID")}
    assert len(ids) == 1 and bytes(post.wire).count(b"Message-ID") == 3


def test_a_code_of_5_is_given_up_and_the_others_go(engine: Engine, clock: Clock) -> None:
    with mail_server() as post:
        settings = mailing(post.port)
        told(engine, settings, "ani@contoh.test", "budi@contoh.test")
        post.answers.append("550 unknown")
        send(engine, settings)
    assert states(engine) == [("failed", "mail_refused"), ("sent", None)]


def test_what_never_gets_out_is_given_up_after_a_day_and_a_half(engine: Engine, clock: Clock) -> None:
    settings = mailing(1)  # nobody is there
    told(engine, settings, "ani@contoh.test")
    for _ in range(MOST_ATTEMPTS):
        assert states(engine)[0][0] == "waiting"
        with pytest.raises(ChannelProblem):
            send(engine, settings)
        clock.forward(hours=18)  # the last wait, and a night
    assert states(engine) == [("failed", "mail_unreachable")]
    assert messages(engine)[0].attempts == MOST_ATTEMPTS and LAST_RETRY.total_seconds() == 6 * 3600


def test_where_mail_does_not_work_phones_are_told_and_nobody_else_is_tried(engine: Engine, clock: Clock) -> None:
    with gateway() as phones:
        settings = mailing(1, tell_url=f"http://127.0.0.1:{phones.port}/", tell_secret="s")
        told(engine, settings, "ani@contoh.test", "budi@contoh.test")
        with writing(engine) as session:
            outbox.put_in(session, settings, somebody(session, None, phone="+6281234567890"), news())
        with pytest.raises(ChannelProblem):
            send(engine, settings)
    assert len(phones.asked) == 1
    assert states(engine) == [("waiting", "mail_unreachable"), ("waiting", None), ("sent", None)]
    assert [one.attempts for one in messages(engine)] == [1, 0, 1], "who was not tried has not used an attempt up"


def test_the_job_is_tried_again_by_itself(engine: Engine, clock: Clock) -> None:
    settings = mailing(1)
    told(engine, settings, "ani@contoh.test")
    assert drain(Context(engine, settings), [Tell.kind]) == 1
    with snapshot(engine) as session:
        (job,) = session.scalars(select(Job).filter_by(kind=Tell.kind))
    assert job.state == "waiting" and job.problem and job.problem.code == "mail_unreachable"


def test_more_than_a_handful_takes_another_turn(engine: Engine, clock: Clock) -> None:
    with mail_server() as post:
        settings = mailing(post.port)
        told(engine, settings, *(f"a{number}@contoh.test" for number in range(A_HANDFUL + 1)))
        send(engine, settings)
        assert len(post.received) == A_HANDFUL
        assert drain(Context(engine, settings), [Tell.kind]) >= 1
    assert len(post.received) == A_HANDFUL + 1


def test_before_each_message_the_job_must_still_be_ours(engine: Engine, clock: Clock) -> None:
    class Gone(Exception):
        """Somebody else has the job."""

    def gone_at_the_second() -> None:
        if post.received:
            raise Gone

    with mail_server() as post:
        settings = mailing(post.port)
        told(engine, settings, "ani@contoh.test", "budi@contoh.test")
        with pytest.raises(Gone):
            tell_due(engine, settings, gone_at_the_second)
    assert to(post) == ["ani@contoh.test"]
    assert states(engine) == [("sent", None), ("waiting", None)]


def test_killed_between_sending_and_noting_it_is_sent_again_under_the_same_id(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The machine went off."""

    def killed(*_: Any) -> None:
        raise Killed

    with mail_server() as post:
        settings = mailing(post.port)
        told(engine, settings, "ani@contoh.test")
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(telling, "note_sent", killed)
            send(engine, settings)
        send(engine, settings)
        assert len(post.received) == 1, "not at once: whoever else looks leaves it for a while"
        clock.forward(minutes=5)
        send(engine, settings)
    first, second = post.messages()
    assert first["Message-ID"] == second["Message-ID"]
    assert states(engine) == [("sent", None)]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_two_workers_at_once_send_each_message_once(engine: Engine) -> None:
    emails = [f"a{number}@contoh.test" for number in range(2 * A_HANDFUL)]
    with mail_server() as post:
        settings = mailing(post.port, quiet_hours="0-0")
        told(engine, settings, *emails)
        together = threading.Barrier(4)

        def work(number: int) -> None:
            together.wait()
            if number % 2:
                drain(Context(engine, settings), [Tell.kind])
            else:
                send(engine, settings)  # also one whose lease has run out

        with ThreadPoolExecutor(4) as workers:
            list(workers.map(work, range(4)))
        drain(Context(engine, settings), [Tell.kind])
    assert sorted(to(post)) == sorted(emails)
    assert {state for state, _ in states(engine)} == {"sent"}


def test_who_no_longer_wants_it_or_has_gone_is_not_told(engine: Engine, clock: Clock) -> None:
    with mail_server() as post:
        settings = mailing(post.port)
        told(engine, settings, "ani@contoh.test", "budi@contoh.test")
        with writing(engine) as session:
            first, second = (one.person_id for one in messages(engine))
            session.get_one(outbox.Person, first).untold_since = NOON
            end_account(session, TESTER, second)
        send(engine, settings)
    assert (post.received, messages(engine)) == ([], [])


def test_nothing_leaves_a_demo(engine: Engine, clock: Clock) -> None:
    with mail_server() as post:
        settings = mailing(post.port)
        told(engine, settings, "ani@contoh.test")
        with writing(engine) as session:
            session.add(Mark(name="demo", made_at=NOON))
        send(engine, settings)
    assert not post.wire and states(engine) == [("by_hand", None)]


# ── what is said

PLANTED = (
    "Kunciorang",
    DISTRICT,
    "Kuncitanya",
    "visit_sekolah",
    "uuid:",
    "decision",
    "aside",
    "2026",
    "rahasia-penjaga",
)


def test_no_word_of_what_waits_for_whom_and_where_is_in_any_byte(engine: Engine, clock: Clock) -> None:
    with mail_server() as post, gateway() as phones:
        settings = mailing(post.port, tell_url=f"http://127.0.0.1:{phones.port}/", tell_secret="kunci-gerbang",
                           secret_key="rahasia-penjaga", central_user="Kunciakun@contoh.test")  # fmt: skip
        with writing(engine) as session:
            lead = (Held(Role.SUPERVISOR, DISTRICT),)
            by_mail = somebody(session, "ani@contoh.test", *lead, name="Kunciorang Satu", language="en")
            by_phone = somebody(session, None, *lead, name="Kunciorang Dua", phone="+6281234567890")
            for one in (by_mail, by_phone):
                a_decision(session, f"person:{one.id}", problem=None, sent_at=None)
            set_aside(session, DISTRICT)
            clock.forward(hours=2)
            assert tell_what_waits(session, settings) == 2
        send(engine, settings)
    assert states(engine) == [("sent", None)] * 2
    lines = [line for line in bytes(post.wire).decode().splitlines() if not line.startswith("Date: ")]
    left = "\n".join([*lines, *(str(asked.headers) + asked.body.decode() for asked in phones.asked)])
    assert "Something waits in Tilik. Log in at https://tilik.contoh.test" in left
    assert [word for word in PLANTED if word in left] == []


def test_a_link_goes_by_mail_alone_and_its_secret_stands_nowhere_else(engine: Engine, clock: Clock) -> None:
    with mail_server() as post, gateway() as phones:
        settings = mailing(post.port, tell_url=f"http://127.0.0.1:{phones.port}/", tell_secret="s")
        with writing(engine) as session:
            person = somebody(session, "ani@contoh.test", phone="+6281234567890", name="Kunciorang Satu")
            made = make_link(session, person.id, RESET, "tester", with_code=True)
            person_id = person.id
            assert send_link(session, settings, person_id) == "ani@contoh.test"
        send(engine, settings)
    assert phones.asked == []
    (text,) = post.texts()
    token = text.partition("/masuk/tautan/")[2].split()[0]
    assert made.code and made.code not in text and "Kunciorang" not in text and token != made.token
    with writing(engine) as session:
        for table in outbox.Message.metadata.sorted_tables:
            assert not any(
                secret in str(row) for row in session.execute(select(table)) for secret in (token, made.token)
            )
        with pytest.raises(LinkGone):
            look_at(session, made.token)
        assert use(session, token, made.code).person_id == person_id


def test_a_link_that_was_used_or_has_run_out_is_not_sent(engine: Engine, clock: Clock) -> None:
    with mail_server() as post:
        settings = mailing(post.port)
        with writing(engine) as session:
            person = somebody(session, "ani@contoh.test")
            make_link(session, person.id, RESET, "tester")
            send_link(session, settings, person.id)
            session.scalars(select(OneTimeLink)).one().used_at = NOON
        send(engine, settings)
    assert (post.received, states(engine)) == ([], [("failed", "message_link_gone")])


def test_a_number_that_has_gone_to_anothers_link_opens_nothing_of_theirs(engine: Engine, clock: Clock) -> None:
    """Links are in no backup: after a restore their numbers begin anew."""
    with mail_server() as post:
        settings = mailing(post.port)
        with writing(engine) as session:
            ani, budi = somebody(session, "ani@contoh.test"), somebody(session, "budi@contoh.test")
            make_link(session, ani.id, RESET, "tester")
            send_link(session, settings, ani.id)
            session.flush()
            session.scalars(select(OneTimeLink)).one().person_id = budi.id
        send(engine, settings)
    assert (post.received, states(engine)) == ([], [("failed", "message_link_gone")])


def test_a_link_does_not_wait_for_the_morning_and_another_is_another_message(engine: Engine, clock: Clock) -> None:
    clock.forward(hours=12)  # midnight
    with mail_server() as post:
        settings = mailing(post.port)
        with writing(engine) as session:
            person = somebody(session, "ani@contoh.test", untold_since=NOON)
            for _ in range(2):
                make_link(session, person.id, RESET, "tester")
                assert send_link(session, settings, person.id)
                assert not send_link(session, settings, person.id), "once for each link"
        send(engine, settings)
    assert states(engine) == [("failed", "message_link_gone"), ("sent", None)]
    assert len(post.received) == 1


@pytest.mark.parametrize("email, smtp", [(None, True), ("ani@contoh.test", False)])
def test_without_mail_or_an_address_the_link_is_left_for_who_made_it(
    engine: Engine, clock: Clock, email: str | None, smtp: bool
) -> None:
    with writing(engine) as session:
        person_id = somebody(session, email, phone="+6281234567890").id
        made = make_link(session, person_id, RESET, "tester")
        assert send_link(session, mailing() if smtp else Settings.model_validate({}), person_id) is None
    with snapshot(engine) as session:
        assert look_at(session, made.token).person_id == person_id and due(session, 1) == []
