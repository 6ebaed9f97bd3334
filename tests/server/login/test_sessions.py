"""Sessions: what the browser carries, how long it is believed, and how it ends."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from server.db import writing
from server.login import sessions
from server.login.sessions import WHOLE, Beginning, begin, digest_of, end, find, proved_lately, renew, sessions_of
from server.login.tables import LoginSession, UsedChallenge
from server.people.tables import Person
from server.settings import CHECKOUT
from tests.support.door import OURS, STRICT, Clock, app_code, come_in, member
from tests.support.web import Browser, browser


def carried(found: Browser) -> str:
    with found.session_transaction() as cookie:
        return str(cookie.get("_user_id"))


def test_a_token_is_drawn_from_the_systems_chance(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(engine) as session:
        person_id = member(session)
        tokens = {begin(session, Beginning(person_id, WHOLE, "password", "x")) for _ in range(200)}
        assert len(tokens) == 200 and all(len(token) == 43 for token in tokens)
        monkeypatch.setattr(secrets, "token_urlsafe", lambda size: "x" * size)
        assert begin(session, Beginning(person_id, WHOLE, "password", "x")) == "x" * 32


def test_the_table_does_not_hold_the_token(engine: Engine) -> None:
    with writing(engine) as session:
        token = begin(session, Beginning(member(session), WHOLE, "password", "x"))
        row = session.execute(select(LoginSession.__table__)).one()
        assert token not in str(row) and digest_of(token) in str(row)


@pytest.mark.parametrize("made_up", ["", "1", "x" * 43, "person:1", "\0", "é" * 50, "x" * 3000])
def test_a_token_that_the_table_does_not_know_is_nobody(app: Flask, engine: Engine, made_up: str) -> None:
    with writing(engine) as session:
        member(session)
    assert browser(app, made_up).get("/akun").status_code == 303


def test_who_logs_in_gets_a_new_token_and_the_old_one_is_dead(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session, STRICT, app=True)
    found = browser(app)
    with found.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
    come_in(app, where=found)
    tokens = ["planted", carried(found)]
    found.post("/masuk/langkah-kedua", data={"code": app_code()}, headers=OURS)
    tokens.append(carried(found))
    data = {"way": "app", "password": "kuda hijau menyanyi pelan", "code": app_code(1)}
    assert found.post("/masuk/buktikan", data=data, headers=OURS).status_code == 303
    tokens.append(carried(found))
    assert len(set(tokens)) == 4
    assert [browser(app, token).get("/akun").status_code for token in tokens] == [303, 303, 303, 200]


@pytest.mark.parametrize("passed, lives", [(timedelta(minutes=59), True), (timedelta(minutes=60), False)])
def test_a_session_that_is_not_used_ends(app: Flask, engine: Engine, clock: Clock, passed: timedelta,
                                         lives: bool) -> None:  # fmt: skip
    with writing(engine) as session:
        member(session)
    found = come_in(app)
    clock.passed = passed
    assert (found.get("/akun").status_code == 200) is lives


def test_a_session_ends_after_twelve_hours_whatever_is_done(app: Flask, engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        member(session)
    found = come_in(app)
    lived = []
    for half_hours in range(1, 25):
        clock.passed = timedelta(minutes=30 * half_hours)
        lived.append(found.get("/akun").status_code == 200)
    assert lived == [True] * 23 + [False]


def test_half_a_login_lasts_ten_minutes(app: Flask, engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        member(session, STRICT, app=True)
    found = come_in(app)
    clock.passed = timedelta(minutes=10)
    assert "/masuk?" in found.get("/masuk/langkah-kedua").headers["Location"]


@pytest.mark.parametrize("what", ["ended", "deleted", "account"])
def test_a_session_that_was_ended_is_refused_at_once(app: Flask, engine: Engine, what: str) -> None:
    with writing(engine) as session:
        person_id = member(session)
    found = come_in(app)
    assert found.get("/akun").status_code == 200
    with writing(engine) as session:
        if what == "ended":
            end(session, person_id)
        elif what == "deleted":
            session.delete(session.scalars(select(LoginSession)).one())
        else:
            session.get_one(Person, person_id).ended_at = session.get_one(Person, person_id).made_at
    assert found.get("/akun").status_code == 303


def test_one_may_be_logged_in_as_often_as_one_likes_and_sees_all_of_it(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        person_id = member(session)
    for _ in range(30):
        come_in(app)
    with writing(engine) as session:
        assert len(sessions_of(session, person_id)) == 30


def test_a_renewed_session_goes_on_under_another_token_only(engine: Engine) -> None:
    with writing(engine) as session:
        token = begin(session, Beginning(member(session), WHOLE, "password", "x"))
        found = find(session, token)
        assert found
        other = renew(session, found.id)
        assert find(session, token) is None and find(session, other) is found


def test_a_proof_is_good_for_ten_minutes(engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        begin(session, Beginning(member(session), WHOLE, "password", "x"))
        found = session.scalars(select(LoginSession)).one()
        clock.passed = timedelta(minutes=9, seconds=58)
        assert proved_lately(found)
        clock.passed = timedelta(minutes=10)
        assert not proved_lately(found)


def test_every_cookie_is_for_no_script_and_for_our_own_pages(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session)
    found = browser(app)
    answers: list[Any] = [found.get("/masuk"), found.post("/masuk", data={"email": "bu.rekaan@example.id",
                          "password": "kuda hijau menyanyi pelan"}, headers=OURS), found.get("/akun")]  # fmt: skip
    said = [text for answer in answers for text in answer.headers.getlist("Set-Cookie")]
    assert len(said) >= 3
    for text in said:
        assert "HttpOnly" in text and "SameSite=Lax" in text and "Path=/" in text and "Domain" not in text
    assert carried(found) not in answers[2].text


def test_the_times_that_are_told_are_those_of_the_code() -> None:
    told = (CHECKOUT / "docs/security.md").read_text(encoding="utf-8")
    assert (timedelta(minutes=60), timedelta(hours=12)) == (sessions.IDLE, sessions.LONGEST)
    assert (timedelta(minutes=10), timedelta(minutes=10)) == (sessions.BETWEEN_STEPS, sessions.PROVED)
    for text in ("60 minutes without use", "12 hours in all", "10 minutes between password and second step",
                 "10 minutes after a proof"):  # fmt: skip
        assert text in told


def test_a_session_is_forgotten_ninety_days_after_it_was_last_of_use(engine: Engine, clock: Clock) -> None:
    with writing(engine) as session:
        person_id = member(session)
        ended, left = (begin(session, Beginning(person_id, WHOLE, "password", "x")) for _ in range(2))
        end(session, person_id, find(session, ended).id)  # type: ignore[union-attr]
        session.add(UsedChallenge(digest="d", used_at=sessions.now()))
    for days, kept in ((89, 2), (2, 0)):
        clock.passed += timedelta(days=days)
        with writing(engine) as session:
            sessions.forget_old(session)
            assert len(session.scalars(select(LoginSession)).all()) == kept
    with writing(engine) as session:
        assert session.scalars(select(UsedChallenge)).all() == [] and find(session, left) is None
