"""One-time links: nobody guesses one, it opens the door once, not for long, and never becomes a password."""

import re
import secrets
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from server.db import now, writing
from server.login.entering import by_link, by_password, carried_by
from server.people import links
from server.people.links import (
    HAND_OVER,
    INVITE,
    LASTS,
    RESET,
    LinkGone,
    NewLink,
    WrongCode,
    count_wrong_code,
    make_link,
    use,
)
from server.people.passwords import hashed
from server.people.tables import OneTimeLink, Person
from server.roles.account import Held
from server.roles.table import Role
from tests.support.web import person as a_person


@pytest.fixture
def somebody(engine: Engine) -> int:
    with writing(engine) as session:
        return a_person(session, Held(Role.OBSERVER), email="bu@example.id")


def a_link(engine: Engine, somebody: int, purpose: str = INVITE, *, with_code: bool = False) -> NewLink:
    with writing(engine) as session:
        return make_link(session, somebody, purpose, "terminal:test", with_code=with_code)


def used(engine: Engine, link: NewLink, code: str = "") -> str:
    """Use a link; says why not, or nothing."""
    try:
        with writing(engine) as session:
            use(session, link.token, code)
    except LinkGone as gone:
        return gone.reason.code
    except WrongCode as wrong:
        with writing(engine) as session:
            count_wrong_code(session, wrong.link_id)
        return wrong.reason.code
    return ""


def columns(engine: Engine) -> str:
    with writing(engine) as session:
        return str([tuple(row) for row in session.execute(select(*OneTimeLink.__table__.columns))])


def test_it_is_drawn_from_the_systems_chance(engine: Engine, somebody: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = {a_link(engine, somebody).token for _ in range(50)}
    assert len(drawn) == 50 and all(re.fullmatch(r"[\w-]{43}", token) for token in drawn), "256 bits"
    monkeypatch.setattr(secrets, "token_bytes", lambda count=None: b"x" * (count or 0))
    monkeypatch.setattr(secrets, "choice", lambda signs: signs[0])
    link = a_link(engine, somebody, with_code=True)
    assert (link.token, link.code) == ("eHh4" * 10 + "eHg", "AAAA-AAAA-AAAA"), "both are the system's"


def test_neither_it_nor_its_code_is_kept(engine: Engine, somebody: int) -> None:
    link = a_link(engine, somebody, with_code=True)
    assert link.code and link.token not in columns(engine) and link.code not in columns(engine)
    assert link.code.replace("-", "") not in columns(engine) and "$argon2id$" in columns(engine)


def test_it_opens_once(engine: Engine, somebody: int) -> None:
    link = a_link(engine, somebody)
    assert [used(engine, link), used(engine, link)] == ["", "link_used"]
    assert used(engine, NewLink(secrets.token_urlsafe(32), None)) == "link_unknown"


def test_of_two_who_use_it_at_once_one_gets_in(engine: Engine, somebody: int) -> None:
    link, found = a_link(engine, somebody), list[str]()
    start = threading.Barrier(4)

    def come() -> None:
        start.wait()
        found.append(used(engine, link))

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["", "link_used", "link_used", "link_used"]


@pytest.mark.parametrize("purpose, days", [(INVITE, 7), (RESET, 1), (HAND_OVER, 14)])
def test_it_runs_out(engine: Engine, somebody: int, monkeypatch: pytest.MonkeyPatch, purpose: str, days: int) -> None:
    assert LASTS[purpose] == timedelta(days=days)
    kept, late = a_link(engine, somebody, purpose), now() + timedelta(days=days, seconds=1)
    monkeypatch.setattr(links, "now", lambda: late)
    assert used(engine, kept) == "link_run_out"


def test_a_new_one_takes_the_place_of_those_before(engine: Engine, somebody: int) -> None:
    older, newer = a_link(engine, somebody), a_link(engine, somebody)
    assert [used(engine, older), used(engine, newer)] == ["link_unknown", ""]


def test_a_printed_code_is_typed_as_people_type_and_five_wrong_ones_end_it(engine: Engine, somebody: int) -> None:
    first = a_link(engine, somebody, HAND_OVER, with_code=True)
    assert first.code and used(engine, first, f" {first.code.lower().replace('-', ' ')} ") == ""
    second = a_link(engine, somebody, HAND_OVER, with_code=True)
    assert [used(engine, second, "AAAA-AAAA-AAAA") for _ in range(5)] == ["link_code_wrong"] * 5
    assert second.code and used(engine, second, second.code) == "link_unknown"


def test_whose_account_has_ended_has_none(engine: Engine, somebody: int) -> None:
    link = a_link(engine, somebody)
    with writing(engine) as session:
        session.get_one(Person, somebody).ended_at = now()
    assert used(engine, link) == "link_run_out"


@pytest.mark.parametrize("secret_of", [lambda link: link.token, lambda link: link.code], ids=["the link", "its code"])
def test_it_never_becomes_the_password(engine: Engine, somebody: int, secret_of: Callable[[NewLink], str]) -> None:
    """It ends the password there was, opens no second time, and nothing but a new password comes after it."""
    with writing(engine) as session:
        person = session.get_one(Person, somebody)
        person.password, person.totp_secret = hashed("kuda hijau menyanyi pelan"), None
    link = a_link(engine, somebody, RESET, with_code=True)
    with writing(engine) as session:
        kept = carried_by(session, by_link(session, link.token, link.code or "", "a test"))
        assert kept and kept[1].missing == "set_password"
    with writing(engine) as session:
        assert by_password(session, "bu@example.id", "kuda hijau menyanyi pelan", "a test") is None
        assert by_password(session, "bu@example.id", secret_of(link), "a test") is None


def test_it_does_not_go_round_the_second_step(engine: Engine, somebody: int) -> None:
    """Whoever has one shows it before a new password can be set."""
    link = a_link(engine, somebody, RESET)
    with writing(engine) as session:
        assert session.get_one(Person, somebody).totp_secret
        kept = carried_by(session, by_link(session, link.token, "", "a test"))
        assert kept and kept[1].missing == "show_factor"


def test_it_is_forgotten_thirty_days_after_it_opened_something_last(
    engine: Engine, somebody: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = now()
    with writing(engine) as session:
        used, other = (a_person(session, Held(Role.OBSERVER)) for _ in range(2))
        make_link(session, somebody, INVITE, "terminal:test")
        make_link(session, other, RESET, "terminal:test")
        use(session, make_link(session, used, INVITE, "terminal:test").token)
    for days, left in ((29, 3), (30.5, 2), (31.5, 1), (37.5, 0)):
        monkeypatch.setattr(links, "now", lambda days=days: begun + timedelta(days=days))
        with writing(engine) as session:
            links.forget_old(session)
            assert len(session.scalars(select(OneTimeLink)).all()) == left, days
