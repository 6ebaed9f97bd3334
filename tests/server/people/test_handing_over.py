"""Accounts that end or go over to another: who had one is out in the same transaction, with all that let them in."""

import pytest
from sqlalchemy import Engine, func, select

from server.db import now, writing
from server.login.entering import by_link
from server.login.sessions import WHOLE, Beginning, begin, find
from server.login.tables import LoginSession
from server.people.inviting import end_account, hand_over
from server.people.links import INVITE, LinkGone, make_link
from server.people.passwords import hashed
from server.people.tables import OneTimeLink, Passkey, Person, PrintedCode
from server.roles.account import Account, Held
from server.roles.queries import account_of, held_by
from server.roles.table import Role
from tests.support.web import person as a_person

BY = Account("terminal:test", (Held(Role.TERMINAL),))
HELD = (Held(Role.DISTRICT, "99.01"), Held(Role.OBSERVER))


@pytest.fixture
def officer(district: Engine) -> tuple[int, str, str]:
    """Give somebody with all that lets one in: their number, a session's token, a link's token."""
    with writing(district) as session:
        number = a_person(session, *HELD, email="kla@example.id")
        person = session.get_one(Person, number)
        person.password, person.oidc_subject = hashed("kuda hijau menyanyi pelan"), "https://sso.example.id 7"
        session.add(PrintedCode(person_id=number, number=1, digest="x", made_at=now()))
        session.add(
            Passkey(person_id=number, credential_id=b"1", public_key=b"2", sign_count=0, name="", made_at=now())
        )
        token = begin(session, Beginning(number, WHOLE, "password", "a test"))
        return number, token, make_link(session, number, INVITE, "terminal:test").token


def is_out(engine: Engine, officer: tuple[int, str, str]) -> bool:
    """Tell whether neither session, link, password, factor nor role of theirs opens anything."""
    number, token, link = officer
    with writing(engine) as session:
        person = session.get_one(Person, number)
        ways = person.password or person.totp_secret or person.oidc_subject or person.email
        factors = [session.scalar(select(func.count()).select_from(kind).filter_by(person_id=number))
                   for kind in (PrintedCode, Passkey)]  # fmt: skip
        inside = find(session, token) or account_of(session, number) or held_by(session, number)
    try:
        with writing(engine) as session:
            by_link(session, link, "", "a test")
    except LinkGone:
        return not (ways or inside or any(factors))
    return False


def test_whose_account_ends_is_out_at_once(district: Engine, officer: tuple[int, str, str]) -> None:
    with writing(district) as session:
        assert find(session, officer[1])
        end_account(session, BY, officer[0])
    assert is_out(district, officer)


def test_whose_post_is_handed_over_is_out_and_the_next_one_holds_it(
    district: Engine, officer: tuple[int, str, str]
) -> None:
    with writing(district) as session:
        invited = hand_over(session, BY, officer[0], "Pak Berikutnya", "kla@example.id")
    assert is_out(district, officer) and invited.link.code
    with writing(district) as session:
        found = account_of(session, invited.person_id)
        assert found and set(found.held) == set(HELD)
        assert session.get_one(Person, invited.person_id).email == "kla@example.id"


def everything(engine: Engine) -> list[tuple[object, ...]]:
    with writing(engine) as session:
        return [tuple(row) for kind in (Person, LoginSession, OneTimeLink, PrintedCode, Passkey)
                for row in session.execute(select(*kind.__table__.columns))]  # fmt: skip


def test_a_handing_over_that_fails_has_not_begun(district: Engine, officer: tuple[int, str, str]) -> None:
    before = everything(district)
    with pytest.raises(ZeroDivisionError), writing(district) as session:
        hand_over(session, BY, officer[0], "Pak Berikutnya", "kla@example.id")
        raise ZeroDivisionError
    assert everything(district) == before and not is_out(district, officer)
