"""What was kept, and then something else was kept in its place: a trace of it stays, marked and dated.

A repair writes a version anew; a submission that was purged, or whose form was deleted, is sent again under its id.
Whoever shows what counts never meets this; a lawful removal takes it too.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from server.db import among, now
from server.submissions.files import recheck
from server.submissions.keeping import read_again
from server.submissions.tables import (
    Attachment,
    ReplacedVersion,
    Submission,
    SubmissionChange,
    SubmissionComment,
    SubmissionState,
)
from server.told.tables import ToldAtClosing, WhatWasTold
from server.visits.tables import Visit


class Replacing(StrEnum):
    """Why something else was kept in a version's place; each has its sentence."""

    REPAIRED = "repaired"
    SENT_ANEW = "sent_anew"


def keep_replaced(session: Session, versions: Sequence[Submission], cause: Replacing) -> None:
    """Keep versions as they are, before they are written anew or let go, and forget what was read from them."""
    moment = now()
    for kept in versions:
        session.add(ReplacedVersion(
            form_pk=kept.form_pk, root_id=kept.root_id, instance_id=kept.instance_id, number=kept.number,
            digest=kept.digest, source=kept.source, form_version=kept.form_version, answers=kept.answers,
            replaced_at=moment, cause=cause,
        ))  # fmt: skip
    numbers = [kept.id for kept in versions]
    for table in (Visit, WhatWasTold, SubmissionChange):
        session.execute(delete(table).where(among(session, table.submission_id, numbers)))


def make_room(session: Session, form_pk: int, submitted: dict[str, str]) -> None:
    """Let go of the submissions that were kept under ids (mapped to their moment of arrival) which came anew since.

    Central never changes that moment: another one is another submission, whatever its id.
    """
    state = SubmissionState
    query = select(state.root_id, state.submitted_at)
    known = session.execute(query.where(state.form_pk == form_pk, among(session, state.root_id, submitted)))
    anew = [root for root, moment in known if moment != submitted[root]]
    if not anew:
        return
    versions = session.scalars(select(Submission).where(*_of(session, Submission, form_pk, anew))).all()
    keep_replaced(session, versions, Replacing.SENT_ANEW)
    session.flush()
    numbers = [kept.id for kept in versions]
    session.execute(delete(ToldAtClosing).where(among(session, ToldAtClosing.submission_id, numbers)))
    session.execute(delete(Submission).where(*_of(session, Submission, form_pk, anew)))
    files = (*_of(session, Attachment, form_pk, anew), Attachment.replaced_at.is_(None))
    session.execute(update(Attachment).where(*files).values(replaced_at=now()))
    comments = (*_of(session, SubmissionComment, form_pk, anew), SubmissionComment.number > 0)
    session.execute(update(SubmissionComment).where(*comments).values(number=-SubmissionComment.id))
    recheck(session, form_pk, anew)
    mine = _of(session, state, form_pk, anew)
    session.execute(update(state).where(*mine).values(version_id=None))  # SQLite gives its number to another version
    read_again(session, *mine)


def _of(
    session: Session, table: type[Submission | SubmissionState | Attachment | SubmissionComment], form_pk: int,
    roots: Collection[str],
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:  # fmt: skip
    return table.form_pk == form_pk, among(session, table.root_id, roots)


def replaced_versions(session: Session, form_pk: int, root_id: str) -> Sequence[ReplacedVersion]:
    """List what was kept of a submission's versions before something else was, oldest first."""
    query = select(ReplacedVersion).filter_by(form_pk=form_pk, root_id=root_id)
    return session.scalars(query.order_by(ReplacedVersion.id)).all()
