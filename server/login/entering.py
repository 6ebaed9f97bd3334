"""Getting in, step by step: who somebody is, and whether what they showed is enough for what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, true
from sqlalchemy.orm import Session

from server.audit.entries import NOBODY, Act, write_down
from server.db import now
from server.login.passkeys import Challenge, NoPasskey, RelyingParty, keep_passkey, passes_passkey
from server.login.sessions import (
    FIRST,
    WHOLE,
    Beginning,
    begin,
    count_wrong_proof,
    digest_of,
    end,
    lasts,
    proved_lately,
    renew,
)
from server.login.tables import LoginSession
from server.people.factors import codes_made_at, has_a_way, keep_codes, keep_secret, passes_app, passes_printed
from server.people.links import DEMO, use
from server.people.passwords import check_strength, fits, hashed, is_outdated
from server.people.tables import Person
from server.roles.account import Account
from server.roles.queries import account_from, account_of, held_parts, label_of, order_of

PASSWORD, LINK, OIDC = "password", "link", "oidc"  # the ways in; and by a link of the demo, which asks no more
APP, PASSKEY, PRINTED = "app", "passkey", "printed"
SET_PASSWORD, SHOW_FACTOR, GET_FACTOR = "set_password", "show_factor", "get_factor"  # what is still missing


@dataclass(frozen=True)
class LoggedIn:
    """Who is logged in: their session, account and name; `missing` is what has to be done before all else."""

    session_id: int
    account: Account
    name: str
    language: str
    missing: str | None
    way: str
    proved: bool  # only just now, so that they may change how they log in


def by_password(session: Session, email: str, password: str, device: str) -> str | None:
    """Begin a session by e-mail and password; None where they do not go together. Takes as long for nobody's."""
    person = person_called(session, email)
    if not fits(person.password if person else None, password) or person is None:
        write_down(session, Act(NOBODY, "login_failed", label_of(person.id) if person else ""))
        return None
    if person.password and is_outdated(person.password):
        person.password = hashed(password)
    return _begin(session, person, PASSWORD, device)


def person_called(session: Session, email: str) -> Person | None:
    """Find who logs in by an e-mail address, as people type it."""
    query = select(Person).filter_by(email=email.strip().lower()[:254], ended_at=None)
    return session.scalars(query).one_or_none()


def by_passkey(session: Session, here: RelyingParty, asked: Challenge, answer: str, device: str) -> str:
    """Begin a session by a passkey, which is two factors in one. Raises NoPasskey."""
    person = session.get_one(Person, passes_passkey(session, None, here, asked, answer))
    if person.ended_at is not None:
        raise NoPasskey("passkey_wrong")
    return _begin(session, person, PASSKEY, device, step=WHOLE)


def by_link(session: Session, token: str, code: str, device: str, *, from_here: bool = False) -> str:
    """Begin a session by a one-time link; `from_here`: by a browser on this machine. Raises LinkGone, WrongCode."""
    link = use(session, token, code, from_here=from_here)
    person = session.get_one(Person, link.person_id)
    if link.purpose == DEMO:
        return _begin(session, person, DEMO, device, step=WHOLE)
    person.password, person.password_set_at = None, None  # the link stands in for it: a new one is asked for
    return _begin(session, person, LINK, device)


def by_oidc(session: Session, person: Person, device: str, *, whole: bool) -> str:
    """Begin a session for whom another service vouches; `whole` where it asked for a second factor itself."""
    return _begin(session, person, OIDC, device, step=WHOLE if whole else None)


def _begin(session: Session, person: Person, way: str, device: str, step: str | None = None) -> str:
    account = account_of(session, person.id)
    assert account is not None  # noqa: S101 - it was found, not ended, in this transaction
    needs_more = account.asks_second_factor or has_a_way(session, person)
    write_down(session, Act(label_of(person.id), f"login_{way}", label_of(person.id)))
    return begin(session, Beginning(person.id, step or (FIRST if needs_more else WHOLE), way, device))


def carried_by(session: Session, token: str) -> tuple[LoginSession, LoggedIn] | None:
    """Tell which session a browser carries and who that is, if it still lasts; in one statement, asked of every page.

    None where it has run out, or the account has ended.
    """
    rows = session.execute(_who_carries(), {"token": digest_of(token)}).all()
    if not rows or not lasts(rows[0][0]):
        return None
    found, person = rows[0][:2]
    account = account_from(person, [tuple(row[2:]) for row in rows])
    return (found, _as_who(session, found, person, account)) if account else None


@cache  # putting it together took every page longer than asking it
def _who_carries() -> Select[Any]:
    """Ask for the session of a `token`'s digest, its person and what they hold."""
    is_it = (LoginSession.digest == bindparam("token"), LoginSession.ended_at.is_(None))
    parts = held_parts(select(LoginSession.person_id).where(*is_it).scalar_subquery())
    query = select(LoginSession, Person, *parts.c).join(Person, Person.id == LoginSession.person_id)
    return query.outerjoin(parts, true()).where(*is_it).order_by(*order_of(parts))


def _as_who(session: Session, found: LoginSession, person: Person, account: Account) -> LoggedIn:
    missing = _missing(session, found, person, account)
    return LoggedIn(found.id, account, person.name, person.language, missing, found.way, proved_lately(found))


def _missing(session: Session, found: LoginSession, person: Person, account: Account) -> str | None:
    """Name the next thing to do; a factor that somebody has is asked for before a password can be set anew."""
    if found.step == FIRST and has_a_way(session, person):
        return SHOW_FACTOR
    if found.way == LINK and person.password is None:
        return SET_PASSWORD
    if found.step == FIRST:
        return GET_FACTOR
    asked_since = account.asks_second_factor and found.way in (PASSWORD, LINK)  # by what they hold, perhaps only since
    return GET_FACTOR if asked_since and not has_a_way(session, person) else None


def set_password(session: Session, person: Person, password: str, session_id: int) -> None:
    """Set a password; whoever is logged in elsewhere is out. Raises BadPassword."""
    check_strength(password, person.name, person.email or "")
    person.password, person.password_set_at = hashed(password), now()
    end(session, person.id, but=session_id)
    write_down(session, Act(label_of(person.id), "password_set", label_of(person.id)))


def show_factor(session: Session, session_id: int, way: str, code: str, number: int = 0) -> str | None:
    """Take a code of the app or of the printed list; the session is whole then, and goes on under the token given.

    None for a wrong one; after the fifth the session has ended.
    """
    person = session.get_one(Person, session.get_one(LoginSession, session_id).person_id)
    if passes_code(session, person, way, code, number):
        return make_whole(session, session_id, way)
    refuse_proof(session, session_id, way)
    return None


def show_passkey(session: Session, session_id: int, here: RelyingParty, asked: Challenge, answer: str) -> str:
    """Take a passkey as second factor; the session is whole then. Raises NoPasskey."""
    passes_passkey(session, session.get_one(LoginSession, session_id).person_id, here, asked, answer)
    return make_whole(session, session_id, PASSKEY)


def get_app(session: Session, session_id: int, secret: str, code: str) -> str | None:
    """Keep an app's secret once it has shown a right code; None for a wrong one."""
    person = session.get_one(Person, session.get_one(LoginSession, session_id).person_id)
    if not keep_secret(session, person, secret, code):
        return None
    write_down(session, Act(label_of(person.id), "factor_app_added", label_of(person.id)))
    return _with_new_factor(session, session_id, APP)


def get_passkey(session: Session, session_id: int, here: RelyingParty, asked: Challenge, answer: str, name: str) -> str:
    """Keep the passkey that a device made. Raises NoPasskey."""
    keep_passkey(session, session.get_one(LoginSession, session_id).person_id, here, asked, answer, name)
    return _with_new_factor(session, session_id, PASSKEY)


def get_codes(session: Session, session_id: int, codes: Sequence[str], drawn_at: datetime) -> str | None:
    """Keep a printed list once its owner has it on paper; None where a newer one counts already."""
    person_id = session.get_one(LoginSession, session_id).person_id
    kept = codes_made_at(session, person_id)
    if kept is not None and kept >= drawn_at:
        return None
    keep_codes(session, person_id, codes)
    write_down(session, Act(label_of(person_id), "factor_printed_added", label_of(person_id)))
    return _with_new_factor(session, session_id, PRINTED)


def passes_code(session: Session, person: Person, way: str, code: str, number: int) -> bool:
    """Tell whether a code of the app or of the printed list is right; it is used up then."""
    if way == APP:
        return passes_app(session, person, code)
    return way == PRINTED and passes_printed(session, person.id, number, code)


def refuse_proof(session: Session, session_id: int, way: str) -> None:
    """Count a wrong proof, and write it down; after the fifth the session ends."""
    ended = count_wrong_proof(session, session_id)
    label = label_of(session.get_one(LoginSession, session_id).person_id)
    write_down(session, Act(label, "proofs_failed" if ended else f"proof_failed_{way}", label))


def make_whole(session: Session, session_id: int, way: str) -> str:
    """Note that a session has shown all that is asked; it goes on under another token."""
    found = session.get_one(LoginSession, session_id)
    found.step, found.proved_at, found.seen_at, found.wrong_proofs = WHOLE, now(), now(), 0
    write_down(session, Act(label_of(found.person_id), f"factor_{way}", label_of(found.person_id)))
    return renew(session, session_id)


def _with_new_factor(session: Session, session_id: int, way: str) -> str:
    """Go on with one more way to show oneself; whoever is logged in elsewhere is out."""
    end(session, session.get_one(LoginSession, session_id).person_id, but=session_id)
    return make_whole(session, session_id, way)
