"""Queries over the files that submissions name: which have not come yet, and where those that came are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, literal, or_, select, update
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import among, now
from server.store.interface import Stored
from server.submissions.keeping import note_photographs
from server.submissions.standing import is_living
from server.submissions.tables import Attachment, FileList, Form, SubmissionState
from verification.reason import Reason

STORED, EXPECTED, REFUSED, GIVEN_UP, REMOVED = "stored", "expected", "refused", "given_up", "removed"
SETTLED = frozenset({STORED, REFUSED, GIVEN_UP, REMOVED})
LACKING = (EXPECTED, REFUSED, GIVEN_UP)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


class Asked(NamedTuple):
    """A version whose files are asked for."""

    list_id: int
    root_id: str
    instance_id: str
    recheck: bool
    attempts: int


def due(session: Session, form_pk: int) -> Sequence[Asked]:
    """List the versions of a form whose files are to be asked for now, oldest first.

    A moment farther ahead than we ever wait was written by a clock that was wrong.
    """
    moment = now()
    query = (
        select(FileList.id, FileList.root_id, FileList.instance_id, FileList.recheck, FileList.attempts)
        .join(SubmissionState, (SubmissionState.form_pk == FileList.form_pk)
              & (SubmissionState.root_id == FileList.root_id))
        .where(FileList.form_pk == form_pk, FileList.settled.is_(False),
               or_(FileList.next_ask_at <= moment, FileList.next_ask_at > moment + LONGEST_WAIT),
               is_living())
        .order_by(FileList.id)
    )  # fmt: skip
    return [Asked(*row) for row in session.execute(query)]


def recheck(session: Session, form_pk: int, roots: Sequence[str]) -> None:
    """Ask anew for all files of some of a form's submissions, and compare those that have come."""
    query = update(FileList).where(FileList.form_pk == form_pk, among(session, FileList.root_id, roots))
    session.execute(query.values(settled=False, recheck=True, next_ask_at=now()))


def settle(session: Session, asked: Asked, names: Sequence[str], form_pk: int) -> None:
    """Note that a version's files were asked for: done with, or asked for again, each time later."""
    current = current_files(session, form_pk, asked.instance_id)
    settled = all(name in current and current[name].state in SETTLED for name in names)
    wait = min(FIRST_WAIT * 2 ** min(asked.attempts, 20), LONGEST_WAIT)
    values: dict[str, Any] = {"settled": settled, "recheck": False, "attempts": asked.attempts + 1}
    session.execute(update(FileList).filter_by(id=asked.list_id).values(**values, next_ask_at=now() + wait))


def ask_later(session: Session, asked: Asked) -> None:
    """Note that a version's files could not be asked for."""
    wait = min(FIRST_WAIT * 2 ** min(asked.attempts, 20), LONGEST_WAIT)
    values = {"attempts": asked.attempts + 1, "next_ask_at": now() + wait}
    session.execute(update(FileList).filter_by(id=asked.list_id).values(**values))


def current_files(session: Session, form_pk: int, instance_id: str) -> dict[str, Attachment]:
    """Give the files of a version by name, as Central has them now."""
    query = select(Attachment).filter_by(form_pk=form_pk, instance_id=instance_id, replaced_at=None)
    return {attachment.name: attachment for attachment in session.scalars(query)}


def note(session: Session, form_pk: int, asked: Asked, name: str, **values: Any) -> bool:
    """Note what is known of a file; tells whether its content is another now.

    Content that Central has no longer stays, as what it had before.
    """
    known = current_files(session, form_pk, asked.instance_id).get(name)
    is_other = (known.digest if known else None) != values.get("digest")
    if known and known.state == STORED and values.get("digest") != known.digest:
        known.replaced_at = now()
        note_photographs(session, SubmissionState.form_pk == form_pk, SubmissionState.root_id == asked.root_id)
        session.flush()
        known = None
    if known is None:
        known = Attachment(form_pk=form_pk, root_id=asked.root_id, instance_id=asked.instance_id, name=name)
        session.add(known)
    for key, value in values.items():
        setattr(known, key, value)
    return is_other


def keep_damaged(session: Session, digest: str, found: Stored) -> None:
    """Keep what a file's bytes have become as what it was before, wherever it is named: its own are asked for anew."""
    named = select(Attachment).filter_by(digest=digest, state=STORED, replaced_at=None)
    for file in session.scalars(named).all():
        session.add(Attachment(
            form_pk=file.form_pk, root_id=file.root_id, instance_id=file.instance_id, name=file.name, state=STORED,
            digest=found.digest, size=found.size, media_type=file.media_type, replaced_at=now(),
            problem=Reason("file_was_damaged"),
        ))  # fmt: skip


def replaced_files(session: Session, form_pk: int, root_id: str) -> Sequence[Attachment]:
    """List the files of a submission as they were before something else came in their place."""
    mine = select(Attachment).filter_by(form_pk=form_pk, root_id=root_id).where(Attachment.replaced_at.is_not(None))
    return session.scalars(mine.order_by(Attachment.id)).all()


def is_lacking() -> ColumnElement[bool]:
    """Write "named by a submission, and not here" as SQL over `Attachment`; what was removed is not missed."""
    come = literal(STORED, literal_execute=True)  # as its index has it: a parameter would keep SQLite from it
    return (Attachment.state != come) & Attachment.state.in_(LACKING) & Attachment.replaced_at.is_(None)


def is_not_looked_at() -> ColumnElement[bool]:
    """Write "has come, and nobody has looked what it shows of itself" as SQL over `Attachment`, as its index has it."""
    come = literal(STORED, literal_execute=True)
    return Attachment.traits.is_(None) & (Attachment.state == come) & Attachment.replaced_at.is_(None)


class Late(NamedTuple):
    """A file that a submission names and that has not come."""

    form_id: str
    root_id: str
    name: str
    submitted_at: str
    attempts: int
    next_ask_at: datetime


def late_files(session: Session, project: int) -> list[Late]:
    """List the files that have not come, those waited for longest first."""
    query = (
        select(Form.form_id, Attachment.root_id, Attachment.name, SubmissionState.submitted_at, FileList.attempts,
               FileList.next_ask_at)
        .join(Form, Form.id == Attachment.form_pk)
        .join(FileList, (FileList.form_pk == Attachment.form_pk) & (FileList.instance_id == Attachment.instance_id))
        .join(SubmissionState, (SubmissionState.form_pk == Attachment.form_pk)
              & (SubmissionState.root_id == Attachment.root_id))
        .where(Form.project == project, is_lacking(), Attachment.state == EXPECTED, FileList.settled.is_(False),
               is_living())
        .order_by(SubmissionState.submitted_at, Attachment.name)
    )  # fmt: skip
    return [Late(*row) for row in session.execute(query)]


def give_up(session: Session, form_pk: int, root_id: str, by: str) -> int:
    """Stop asking for a submission's files that have not come; returns how many. A recheck asks once more."""
    query = update(Attachment).filter_by(form_pk=form_pk, root_id=root_id, state=EXPECTED, replaced_at=None)
    count = session.connection().execute(query.values(state=GIVEN_UP)).rowcount
    lists = update(FileList).filter_by(form_pk=form_pk, root_id=root_id)
    session.execute(lists.values(settled=True))
    if count:
        number = session.scalar(select(SubmissionState.id).filter_by(form_pk=form_pk, root_id=root_id))
        write_down(session, Act(by, "files_given_up", f"submission:{number}" if number else f"form:{form_pk}"))
    return count
