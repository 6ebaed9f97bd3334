"""Who is logged in: begun, found again by what the browser carries, ended.

The browser carries 32 random bytes, the database their digest. How long: OWASP ASVS 5, 7.3; reasons in
docs/security.md.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server.db import now
from server.login.tables import LoginSession, UsedChallenge

FIRST, WHOLE = "first", "whole"
IDLE, LONGEST = timedelta(minutes=60), timedelta(hours=12)
BETWEEN_STEPS = timedelta(minutes=10)  # a password alone opens nothing, and not for long
MOST_WRONG_PROOFS = 5
PROVED = timedelta(minutes=10)  # who changes how they log in has just shown that it is them
KEPT = timedelta(days=90)  # docs/data.md
_NOTED = timedelta(minutes=1)  # how exactly it is known when somebody was last here


@dataclass(frozen=True)
class Beginning:
    """How a session begins: whose, how far, by which way, with what."""

    person_id: int
    step: str
    way: str
    device: str


def digest_of(token: str) -> str:
    """Write what is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, beginning: Beginning) -> str:
    """Begin a session; returns what the browser is to carry."""
    token, moment = secrets.token_urlsafe(32), now()
    session.add(LoginSession(
        person_id=beginning.person_id, digest=digest_of(token), step=beginning.step, way=beginning.way,
        device=beginning.device[:60], begun_at=moment, seen_at=moment, proved_at=moment,
    ))  # fmt: skip
    session.flush()
    return token


def renew(session: Session, session_id: int) -> str:
    """Give a session another token: what somebody carried before they showed more of themselves opens nothing."""
    token = secrets.token_urlsafe(32)
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(digest=digest_of(token)))
    return token


def count_wrong_proof(session: Session, session_id: int) -> bool:
    """Count a wrong proof; after the fifth the session ends. Tells whether it did."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id)
                    .values(wrong_proofs=LoginSession.wrong_proofs + 1))  # fmt: skip
    found = session.get_one(LoginSession, session_id, populate_existing=True)
    if found.wrong_proofs >= MOST_WRONG_PROOFS:
        found.ended_at = now()
    return found.ended_at is not None


def find(session: Session, token: str) -> LoginSession | None:
    """Find the session that a browser carries, if it still lasts."""
    found = session.scalars(select(LoginSession).filter_by(digest=digest_of(token), ended_at=None)).one_or_none()
    return found if found and lasts(found) else None


def lasts(found: LoginSession) -> bool:
    """Tell whether a session has neither ended nor run out."""
    moment, idle = now(), IDLE if found.step == WHOLE else BETWEEN_STEPS
    return found.ended_at is None and moment - found.seen_at < idle and moment - found.begun_at < LONGEST


def proved_lately(found: LoginSession) -> bool:
    """Tell whether somebody showed only just now that it is them."""
    return now() - found.proved_at < PROVED


def is_to_be_noted(found: LoginSession) -> bool:
    """Tell whether it is time to note that somebody is here."""
    return now() - found.seen_at > _NOTED


def note(session: Session, session_id: int) -> None:
    """Note that somebody is here."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now()))


def sessions_of(session: Session, person_id: int) -> Sequence[LoginSession]:
    """List where somebody is logged in, the newest first."""
    query = select(LoginSession).filter_by(person_id=person_id, ended_at=None).order_by(LoginSession.id.desc())
    return [found for found in session.scalars(query) if lasts(found)]


def forget_old(session: Session) -> None:
    """Forget the sessions that ended, or were last used, long ago; and challenges that nobody could answer still."""
    moment = now()
    over = func.coalesce(LoginSession.ended_at, LoginSession.seen_at) < moment - KEPT
    session.execute(delete(LoginSession).where(over))
    session.execute(delete(UsedChallenge).where(UsedChallenge.used_at < moment - LONGEST))


def end(session: Session, person_id: int, session_id: int | None = None, but: int | None = None) -> int:
    """End one of a person's sessions, or all, or all but one; returns how many."""
    query = update(LoginSession).filter_by(person_id=person_id, ended_at=None).values(ended_at=now())
    if session_id is not None:
        query = query.where(LoginSession.id == session_id)
    if but is not None:
        query = query.where(LoginSession.id != but)
    return int(session.execute(query).rowcount)  # type: ignore[attr-defined]


def end_all(session: Session) -> int:
    """End every session there is; returns how many."""
    return int(session.execute(update(LoginSession).filter_by(ended_at=None).values(ended_at=now())).rowcount)  # type: ignore[attr-defined]
