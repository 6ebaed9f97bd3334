"""Lawful removal: withdrawn consent, expiry, what was never to be stored (UU 27/2022).

What is removed here leaves a tombstone, which pull, slow pass, certificate and repair respect. A job takes it away at
Central too. Copies in backups expire with them: docs/operating.md.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.db import now
from server.decisions.tables import Decision
from server.removals.tables import Removal
from server.removals.tombstones import remove_again
from server.store import Store
from server.submissions.files import REMOVED
from server.submissions.keeping import lock_form
from server.submissions.tables import (
    Attachment,
    FileList,
    Form,
    ReplacedVersion,
    Submission,
    SubmissionChange,
    SubmissionComment,
    SubmissionState,
)
from server.visits.tables import Visit
from server.work.kinds import Remove, Verify
from server.work.queue import ask
from verification.reason import Reason

PURPOSES = ("withdrawn_consent", "expired", "never_to_be_stored", "ordered")


class NothingToRemove(Exception):
    """What was named is not here."""

    reason = Reason("nothing_to_remove")


@dataclass(frozen=True)
class Removed:
    """What a removal took away; `files` are the digests that nothing names any more.

    `again`: all of it was removed before, and is asked for at Central once more.
    """

    versions: int
    files: tuple[str, ...]
    again: bool = False


def remove_submission(session: Session, form: Form, root_id: str, purpose: str, by: str) -> Removed:
    """Remove all that is or was kept of a submission, and ask for its removal at Central. Raises NothingToRemove."""
    lock_form(session, form.id)
    mine = {"form_pk": form.id, "root_id": root_id}
    versions = session.scalars(select(Submission).filter_by(**mine).order_by(Submission.number)).all()
    state = session.scalars(select(SubmissionState).filter_by(**mine)).one_or_none()
    if state is None:
        return _asked_again(session, form, root_id)
    files = session.scalars(select(Attachment.digest).filter_by(**mine).where(Attachment.digest.is_not(None))).all()
    numbers = [version.id for version in versions]
    for table in (Visit, SubmissionChange):
        session.execute(delete(table).where(table.submission_id.in_(numbers)))
    for model in (Attachment, FileList, SubmissionComment, SubmissionState, ReplacedVersion, Submission):
        session.execute(delete(model).filter_by(**mine))
    session.execute(update(Decision).filter_by(**mine).values(text=None, why=None))
    content = hashlib.sha256(" ".join(version.digest for version in versions).encode()).hexdigest()
    removal = _leave_tombstone(session, mine, "", purpose, by, content)
    ask(session, Remove(removal.id))
    if state.round_id and state.district:
        ask(session, Verify(state.round_id, state.district))
    return Removed(len(versions), _unnamed(session, files))


def remove_file(session: Session, form: Form, root_id: str, name: str, purpose: str, by: str) -> Removed:
    """Remove a file of a submission in all its versions, and ask for its removal at Central. Raises NothingToRemove."""
    lock_form(session, form.id)
    mine = {"form_pk": form.id, "root_id": root_id}
    named = mine | {"name": name}
    found = session.execute(select(Attachment.digest, Attachment.state).filter_by(**named)).all()
    if all(state == REMOVED for _, state in found):
        return _asked_again(session, form, root_id, name)
    digests = sorted({digest or "" for digest, _ in found})
    gone = {"state": REMOVED, "digest": None, "size": None, "etag": None, "problem": None}
    session.execute(update(Attachment).filter_by(**named).values(**gone))
    tombstones = [_leave_tombstone(session, mine, name, purpose, by, digest) for digest in digests]
    ask(session, Remove(tombstones[0].id))
    return Removed(0, _unnamed(session, digests))


def _asked_again(session: Session, form: Form, root_id: str, name: str = "") -> Removed:
    if not remove_again(session, form.id, [root_id], name):
        raise NothingToRemove
    return Removed(0, (), again=True)


def _leave_tombstone(session: Session, mine: dict[str, Any], name: str, purpose: str, by: str, digest: str) -> Removal:
    """Of a file, every content it had has its own, so that it is known again under any name."""
    removal = Removal(**mine, name=name, purpose=purpose, digest=digest, removed_by=by, removed_at=now())
    session.add(removal)
    session.flush()
    return removal


def _unnamed(session: Session, digests: Any) -> tuple[str, ...]:
    """Give those of these files that no attachment names any more."""
    named = set(session.scalars(select(Attachment.digest).where(Attachment.digest.in_(list(digests)))))
    return tuple(sorted(set(digests) - named))


def empty_store(store: Store, removed: Removed) -> None:
    """Take the removed files out of the store, once the removal is committed."""
    for digest in removed.files:
        store.remove(digest)
