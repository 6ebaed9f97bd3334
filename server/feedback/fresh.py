"""Fresh answers: each one that comes has all of its session written anew, shuffled, under other keys and another seal.

So at no moment do the database's files, its log, dead rows or a copy tell which came when (`server.feedback.keys`).
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.children.tables import ChildCode, ChildSession
from server.db import Json, snapshot, writing
from server.feedback.keys import Keys, seal, unseal
from server.feedback.opened import asked_answers, longest_answers, opened_by, page_of
from server.feedback.tables import FreshAnswer

log = logging.getLogger(__name__)
shuffle = secrets.SystemRandom().shuffle


@dataclass
class Fresh:
    """The fresh answers of a session: version and answers of each that opens, and how many do not."""

    answers: list[tuple[str, Json]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    lost: int = 0


@dataclass(frozen=True)
class Typed:
    """What came in: a code's digest, the version of the page, and what was answered there."""

    digest: str
    version: str
    answers: Json


def fresh_of(session: Session, session_id: int, keys: Sequence[str]) -> Fresh:
    """Open the fresh answers of a session, in an order that is drawn."""
    rows = session.execute(select(FreshAnswer.key, FreshAnswer.version, FreshAnswer.answers)
                           .filter_by(session_id=session_id)).all()  # fmt: skip
    found = Fresh()
    for key, version, sealed in rows:
        opened = unseal(sealed, keys)
        if opened is None:
            found.lost += 1
        else:
            found.answers.append((version, opened))
            found.keys.append(key)
    shuffle(found.answers)
    return found


def add_answer(
    engine: Engine, keys: Keys, typed: Typed, moment: datetime, uses: Callable[[str], None] = lambda _digest: None
) -> None:
    """Store what a child answered among all of its session. Raises CodeRefused, DBAPIError.

    `uses` is told its code while nobody else can settle the session: whoever settles it next knows that it was used.
    """
    session_id = key = None
    try:
        with writing(engine) as session:
            session_id = _locked(session, typed.digest)
            opened = opened_by(session, typed.digest, moment)
            page = page_of(session, typed.version)
            answers = asked_answers(page, opened.place_kind, typed.answers)
            fresh = fresh_of(session, opened.session_id, keys.of(opened.session_id))
            key = keys.draw(opened.session_id)
            _write_anew(session, opened.session_id, fresh, (typed.version, answers), key)
            uses(typed.digest)
    except DBAPIError:
        if session_id is None or key is None or not _is_stored(engine, session_id, key):
            raise
    _throw_away(keys, session_id, key)


def _locked(session: Session, digest: str) -> int | None:
    """Let nobody else write this session's answers, or settle it, meanwhile."""
    query = select(ChildSession.id).join(ChildCode, ChildCode.session_id == ChildSession.id)
    return session.scalar(query.where(ChildCode.digest == digest).with_for_update(of=ChildSession))


def _write_anew(session: Session, session_id: int, fresh: Fresh, new: tuple[str, Json], key: str) -> None:
    session.execute(delete(FreshAnswer).where(FreshAnswer.key.in_(fresh.keys)))
    answers = [*fresh.answers, new]
    shuffle(answers)
    lengths = {version: longest_answers(page_of(session, version)) for version in {version for version, _ in answers}}
    rows = [{"key": new_key(), "session_id": session_id, "version": version,
             "answers": seal(found, key, lengths[version])} for version, found in answers]  # fmt: skip
    session.execute(insert(FreshAnswer), rows)


def _is_stored(engine: Engine, session_id: int, key: str) -> bool:
    """Tell, where the database was gone just when it had to keep all of this, whether it did."""
    with snapshot(engine) as session:
        return bool(fresh_of(session, session_id, [key]).answers)


def _throw_away(keys: Keys, session_id: int | None, key: str | None) -> None:
    if session_id is None:
        return
    try:
        keys.keep_only(session_id, key)
    except OSError as error:  # the answer is stored: the next one has them thrown away
        log.error("keys that were to go are still there: %s", type(error).__name__)


def new_key() -> str:
    """Draw the key of a row: 128 bits."""
    return secrets.token_hex(16)
