"""Lawful removal: withdrawn consent, expiry, what was never to be stored (UU 27/2022).

What is removed here leaves a tombstone, which pull, slow pass, certificate and repair respect. A job takes it away at
Central too. Copies in backups expire with them, and a restore buries again what was removed since: server/backup/.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.assignments.changing import forget
from server.audit.entries import Act, forget_salts, write_down
from server.db import now
from server.decisions.tables import Decision
from server.facts.forgetting import forget_in_facts
from server.removals.tables import Removal
from server.removals.tombstones import Tombstone, remove_again
from server.store.interface import Store
from server.submissions.files import REMOVED
from server.submissions.forms import form_of
from server.submissions.keeping import lock_form, note_photographs
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
from server.told.tables import ToldAtClosing, WhatWasTold
from server.traces.tables import TracesGone
from server.visits.tables import PhotoPart, Visit
from server.work.kinds import PutApart, Remove, Verify
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
    state = session.scalars(select(SubmissionState).filter_by(**mine)).one_or_none()
    if state is None:
        return _asked_again(session, form, root_id, by)
    versions, files = _take_submission(session, mine)
    content = hashlib.sha256(" ".join(versions).encode()).hexdigest()
    removal = _leave_tombstone(session, mine, "", purpose, by, content)
    forget_salts(session, f"submission:{state.id}")
    _write_down(session, by, "submission_removed", state, [removal])
    ask(session, Remove(removal.id))
    return Removed(len(versions), _unnamed(session, files))


def remove_file(session: Session, form: Form, root_id: str, name: str, purpose: str, by: str) -> Removed:
    """Remove a file of a submission in all its versions, and ask for its removal at Central. Raises NothingToRemove."""
    lock_form(session, form.id)
    mine = {"form_pk": form.id, "root_id": root_id}
    states = session.scalars(select(Attachment.state).filter_by(**mine, name=name)).all()
    if all(state == REMOVED for state in states):
        return _asked_again(session, form, root_id, by, name)
    digests = _take_file(session, mine, name)
    tombstones = [_leave_tombstone(session, mine, name, purpose, by, digest) for digest in digests]
    state = session.scalars(select(SubmissionState).filter_by(**mine)).one_or_none()
    _write_down(session, by, "file_removed", state, tombstones)
    ask(session, Remove(tombstones[0].id))
    return Removed(0, _unnamed(session, digests))


def bury_again(session: Session, stone: Tombstone) -> Removed | None:
    """Carry out a removal that was made before, with its own tombstone; None where that is here.

    So what a restored backup still has goes once more. It is asked for at Central again, which costs nothing there.
    """
    form = form_of(session, stone.project, stone.form_id) or Form(project=stone.project, form_id=stone.form_id)
    session.add(form)
    session.flush()
    lock_form(session, form.id)
    mine = {"form_pk": form.id, "root_id": stone.root_id}
    if session.scalar(select(Removal.id).filter_by(**mine, name=stone.name, digest=stone.digest)) is not None:
        return None
    if not stone.name and (number := session.scalar(select(SubmissionState.id).filter_by(**mine))) is not None:
        forget_salts(session, f"submission:{number}")
    versions, files = ([], _take_file(session, mine, stone.name)) if stone.name else _take_submission(session, mine)
    removal = _leave_tombstone(session, mine, stone.name, stone.purpose, stone.removed_by, stone.digest)
    removal.removed_at = stone.removed_at
    ask(session, Remove(removal.id))
    return Removed(len(versions), _unnamed(session, files))


def _take_submission(session: Session, mine: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Take away all that is or was kept of a submission; gives the digests of its versions and of its files."""
    parts = _parts_of(session, mine)
    versions = session.execute(
        select(Submission.id, Submission.digest).filter_by(**mine).order_by(Submission.number)
    ).all()
    files = session.scalars(select(Attachment.digest).filter_by(**mine)).all()
    numbers = [number for number, _ in versions]
    told = select(WhatWasTold.round_id, WhatWasTold.area).where(WhatWasTold.submission_id.in_(numbers)).distinct()
    parts += [(round_id, area) for round_id, area in session.execute(told)]
    for table in (Visit, ToldAtClosing, WhatWasTold, SubmissionChange):
        session.execute(delete(table).where(table.submission_id.in_(numbers)))
    forget_in_facts(session, **mine)
    for model in (Attachment, FileList, SubmissionComment, SubmissionState, ReplacedVersion, Submission):
        session.execute(delete(model).filter_by(**mine))
    session.execute(update(Decision).filter_by(**mine).values(text=None, why=None))
    forget(session, session.scalars(select(Decision.id).filter_by(**mine)).all())
    session.execute(update(TracesGone).filter_by(**mine).values(frozen=None))
    _verify_again(session, parts)
    return [digest for _, digest in versions], [digest for digest in files if digest]


def _take_file(session: Session, mine: dict[str, Any], name: str) -> list[str]:
    """Take a file away from all versions of a submission; gives every content it had, "" where none had come."""
    named = mine | {"name": name}
    digests = {digest or "" for digest in session.scalars(select(Attachment.digest).filter_by(**named))}
    _verify_again(session, _parts_of(session, mine))  # what it looked like may have been a sign at other visits too
    forget_in_facts(session, **mine, name=name)
    gone = {"state": REMOVED, "digest": None, "size": None, "etag": None, "problem": None, "traits": None}
    session.execute(update(Attachment).filter_by(**named).values(**gone))
    note_photographs(session, SubmissionState.form_pk == mine["form_pk"], SubmissionState.root_id == mine["root_id"])
    files = select(Attachment.id).filter_by(**named)
    session.execute(delete(PhotoPart).where(PhotoPart.file_id.in_(files)))  # after it: who looks just now has written
    return sorted(digests)


def _parts_of(session: Session, mine: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    """Give the round and the district in which a submission counts, as far as they are known."""
    where = select(SubmissionState.round_id, SubmissionState.district).filter_by(**mine)
    return [(round_id, district) for round_id, district in session.execute(where)]


def _verify_again(session: Session, parts: Iterable[tuple[str | None, str | None]]) -> None:
    """Have parts verified without what goes."""
    for round_id, district in parts:
        if round_id and district:
            ask(session, Verify(round_id, district))


def _asked_again(session: Session, form: Form, root_id: str, by: str, name: str = "") -> Removed:
    if not remove_again(session, form.id, [root_id], name):
        raise NothingToRemove
    write_down(session, Act(by, "removal_repeated", f"form:{form.id}"))
    return Removed(0, (), again=True)


def _write_down(
    session: Session, by: str, act: str, state: SubmissionState | None, tombstones: Sequence[Removal]
) -> None:
    about = [f"submission:{state.id}"] if state else []
    about += [f"removal:{removal.id}" for removal in tombstones]
    where = (state.district, state.round_id) if state else (None, None)
    write_down(session, Act(by, act, " ".join(about), *where))


def _leave_tombstone(session: Session, mine: dict[str, Any], name: str, purpose: str, by: str, digest: str) -> Removal:
    """Of a file, every content it had has its own, so that it is known again under any name.

    It is to be put beside the backups too: a restore has to know it.
    """
    ask(session, PutApart())
    removal = Removal(**mine, name=name, purpose=purpose, digest=digest, removed_by=by, removed_at=now())
    session.add(removal)
    session.flush()
    return removal


def _unnamed(session: Session, digests: Any) -> tuple[str, ...]:
    """Give those of these files that no attachment names any more."""
    named = set(session.scalars(select(Attachment.digest).where(Attachment.digest.in_(list(digests)))))
    return tuple(sorted(set(filter(None, digests)) - named))


def empty_store(store: Store, removed: Removed) -> None:
    """Take the removed files out of the store, once the removal is committed."""
    for digest in removed.files:
        store.remove(digest)
