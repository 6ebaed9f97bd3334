"""One-time links: made, looked at, used. A link alone shows a page; only its button opens the door.

So a chat's preview, which fetches what it finds, uses none up. The link has 32 random bytes; the database their digest.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server.db import now
from server.legible import LEGIBLE
from server.login.sessions import digest_of
from server.people.passwords import fits, hashed
from server.people.tables import Mark, OneTimeLink, Person
from verification.reason import WithReason

INVITE, RESET, HAND_OVER, DEMO = "invite", "reset", "hand_over", "demo"
LASTS = {INVITE: timedelta(days=7), RESET: timedelta(days=1), HAND_OVER: timedelta(days=14), DEMO: timedelta(days=1)}
KEPT = timedelta(days=30)  # after they could open something: docs/data.md
MOST_WRONG_CODES = 5
_CODE_SIGNS = 12


class LinkGone(WithReason):
    """A link that opens nothing: unknown, used, run out, or its printed code was wrong."""


class WrongCode(WithReason):
    """The printed code does not go with the link; to be counted in a transaction of its own."""

    def __init__(self, link_id: int) -> None:
        super().__init__("link_code_wrong")
        self.link_id = link_id


@dataclass(frozen=True)
class NewLink:
    """What is handed out once and kept nowhere: the link's token, and the code to print where it asks for one."""

    token: str
    code: str | None


def new_code() -> str:
    """Draw a code for paper: 60 bits, in three groups."""
    signs = "".join(secrets.choice(LEGIBLE) for _ in range(_CODE_SIGNS))
    return "-".join(signs[start : start + 4] for start in range(0, _CODE_SIGNS, 4))


def as_typed(code: str) -> str:
    """Read a code as people type it: small letters, blanks and other strokes."""
    return "".join(sign for sign in code.upper() if sign in LEGIBLE)


def make_link(session: Session, person_id: int, purpose: str, by: str, *, with_code: bool = False) -> NewLink:
    """Make a link for a person; those made before for them open nothing any more."""
    moment, token, code = now(), secrets.token_urlsafe(32), new_code() if with_code else None
    older = update(OneTimeLink).filter_by(person_id=person_id, used_at=None, ended_at=None)
    session.execute(older.values(ended_at=moment))
    session.add(OneTimeLink(
        person_id=person_id, digest=digest_of(token), purpose=purpose, code=hashed(as_typed(code)) if code else None,
        made_by=by, made_at=moment, expires_at=moment + LASTS[purpose],
    ))  # fmt: skip
    return NewLink(token, code)


def is_demo(session: Session) -> bool:
    """Tell whether the demo made this database."""
    return session.get(Mark, DEMO) is not None


def draw_again(session: Session, link_id: int, person_id: int) -> str | None:
    """Draw another token for a person's link, in place of the one before; None where it opens nothing any more.

    Its printed code, where it asks for one, stays. A number may have gone to another's link since: that is none of it.
    """
    found = session.get(OneTimeLink, link_id, with_for_update=True)
    if found is None or found.person_id != person_id or found.used_at or found.ended_at or found.expires_at < now():
        return None
    token = secrets.token_urlsafe(32)
    found.digest = digest_of(token)
    return token


def look_at(session: Session, token: str, *, from_here: bool = False) -> OneTimeLink:
    """Find a link that still opens something; the demo's do so only `from_here`, this machine. Raises LinkGone."""
    found = session.scalars(select(OneTimeLink).filter_by(digest=digest_of(token))).one_or_none()
    if found is None or found.ended_at is not None:
        raise LinkGone("link_unknown")
    if found.used_at is not None:
        raise LinkGone("link_used")
    person = session.get_one(Person, found.person_id)
    if found.expires_at < now() or person.ended_at is not None:
        raise LinkGone("link_run_out")
    if found.purpose == DEMO and not (from_here and is_demo(session)):
        raise LinkGone("link_unknown")
    return found


def use(session: Session, token: str, code: str = "", *, from_here: bool = False) -> OneTimeLink:
    """Use a link up. Of two who try at once, one does. Raises LinkGone, and WrongCode for a wrong code."""
    found = look_at(session, token, from_here=from_here)
    if found.code and not fits(found.code, as_typed(code)):
        raise WrongCode(found.id)
    query = update(OneTimeLink).where(OneTimeLink.id == found.id, OneTimeLink.used_at.is_(None))
    if not session.execute(query.values(used_at=now())).rowcount:  # type: ignore[attr-defined]
        raise LinkGone("link_used")
    session.refresh(found)
    return found


def count_wrong_code(session: Session, link_id: int) -> None:
    """Count a wrong code; after the fifth the link opens nothing any more."""
    found = session.get_one(OneTimeLink, link_id, with_for_update=True)
    found.wrong_codes += 1
    if found.wrong_codes >= MOST_WRONG_CODES:
        found.ended_at = now()


def forget_old(session: Session) -> None:
    """Forget the links that have opened nothing for long."""
    over = func.coalesce(OneTimeLink.used_at, OneTimeLink.ended_at, OneTimeLink.expires_at) < now() - KEPT
    session.execute(delete(OneTimeLink).where(over))
