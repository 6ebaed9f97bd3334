"""Showing again that it is oneself, before how one logs in is changed: all that was asked when logging in."""

from sqlalchemy.orm import Session

from server.login.entering import APP, PASSKEY, make_whole, passes_code, refuse_proof
from server.login.passkeys import Challenge, RelyingParty, passes_passkey
from server.login.tables import LoginSession
from server.people.factors import ways_of
from server.people.passwords import fits
from server.people.tables import Person

PASSWORD_ALONE = "password"  # noqa: S105 - a way, not one


def proofs_of(session: Session, person: Person) -> tuple[str, ...]:
    """Name the ways in which somebody can show again that it is them; none where another service vouches for them."""
    return ways_of(session, person) or ((PASSWORD_ALONE,) if person.password else ())


def prove(session: Session, session_id: int, way: str, password: str, code: str, number: int = 0) -> str | None:
    """Take a password, and a code where there is a second factor; gives the token that the session goes on under.

    None where either is wrong; after the fifth time the session has ended.
    """
    person = session.get_one(Person, session.get_one(LoginSession, session_id).person_id)
    if _shown(session, person, way, password, code, number):
        return make_whole(session, session_id, way)
    refuse_proof(session, session_id, way if way in (PASSWORD_ALONE, APP) else "printed")
    return None


def prove_by_passkey(session: Session, session_id: int, here: RelyingParty, asked: Challenge, answer: str) -> str:
    """Take a passkey, which is enough by itself. Raises NoPasskey."""
    passes_passkey(session, session.get_one(LoginSession, session_id).person_id, here, asked, answer)
    return make_whole(session, session_id, PASSKEY)


def _shown(session: Session, person: Person, way: str, password: str, code: str, number: int) -> bool:
    if way not in proofs_of(session, person) or way == PASSKEY:
        return False
    if person.password is not None and not fits(person.password, password):
        return False  # before a code is used up
    return way == PASSWORD_ALONE or passes_code(session, person, way, code, number)
