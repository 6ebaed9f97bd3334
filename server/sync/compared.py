"""What deep certificates have compared: it stays so until it changes, and one that was stopped goes on from there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from server.db import among, now
from server.submissions.files import STORED
from server.submissions.looking import AsShown, mark, shown
from server.submissions.standing import is_living
from server.submissions.tables import Attachment, Form, Submission, SubmissionState


class Left(NamedTuple):
    """How much of a project is not compared yet.

    Each file takes one request; each submission one for its comments, and one for each version that no feed shows.
    """

    files: int
    submissions: int


def left_to_compare(session: Session, project: int) -> Left:
    """Count what the next deep certificate has to ask for."""
    mine = select(Form.id).where(Form.project == project, Form.absent_since.is_(None))
    files = select(func.count()).where(_stored(), Attachment.form_pk.in_(mine), Attachment.compared_at.is_(None))
    states = select(func.count()).where(is_living(), SubmissionState.form_pk.in_(mine), ~_is_compared())
    return Left(session.scalar(files) or 0, session.scalar(states) or 0)


def forget_compared(session: Session, project: int) -> None:
    """Have everything of a project compared anew."""
    mine = select(Form.id).filter_by(project=project)
    session.execute(update(Attachment).where(Attachment.form_pk.in_(mine)).values(compared_at=None))
    session.execute(update(SubmissionState).where(SubmissionState.form_pk.in_(mine)).values(compared=None))


def forget_one(session: Session, form_pk: int, root_id: str) -> None:
    """Have a submission compared anew: what is kept of it was changed."""
    session.execute(update(SubmissionState).filter_by(form_pk=form_pk, root_id=root_id).values(compared=None))


def stored_files(session: Session, form_pk: int, after: int = 0, limit: int | None = None) -> Sequence[Any]:
    """List the files of a form that are in the store, with their version, Central's mark, and whether compared.

    `after` is the number of the last one that was listed before.
    """
    file = Attachment
    columns = (file.id, file.root_id, file.instance_id, file.name, file.digest, file.etag, file.compared_at)
    query = select(*columns).where(_stored(), file.form_pk == form_pk, file.id > after).order_by(file.id)
    return session.execute(query.limit(limit)).all()


class CountedFiles(NamedTuple):
    """The files of a form that are in the store, how many of them were compared, and between which moments."""

    stored: int
    compared: int
    since: datetime | None
    until: datetime | None


def count_files(session: Session, form_pk: int) -> CountedFiles:
    """Count the files of a form."""
    at = Attachment.compared_at
    query = select(func.count(), func.count(at), func.min(at), func.max(at))
    return CountedFiles(*session.execute(query.where(_stored(), Attachment.form_pk == form_pk)).one())


def count_compared(session: Session, form_pk: int) -> int:
    """Count the living submissions of a form that were compared."""
    states = select(func.count()).where(is_living(), SubmissionState.form_pk == form_pk, _is_compared())
    return session.scalar(states) or 0


def kept_versions(session: Session, form_pk: int, roots: Sequence[str]) -> dict[str, list[Any]]:
    """Give what is kept of each of these submissions: every version, the oldest first."""
    version = Submission
    columns = (version.root_id, version.instance_id, version.source, version.form_version, version.answers)
    query = select(*columns).where(version.form_pk == form_pk, among(session, version.root_id, roots))
    found: dict[str, list[Any]] = {root: [] for root in roots}
    for row in session.execute(query.order_by(version.number)):
        found[row.root_id].append(row)
    return found


def note_compared_files(session: Session, files: Sequence[int]) -> None:
    """Note that files are Central's."""
    session.execute(update(Attachment).where(among(session, Attachment.id, files)).values(compared_at=now()))


def note_compared(session: Session, form_pk: int, submissions: Sequence[AsShown]) -> None:
    """Note that submissions have Central's comments and answers, as they were shown then."""
    mark(session, form_pk, submissions, "compared")


def _stored() -> ColumnElement[bool]:
    return (Attachment.state == STORED) & Attachment.replaced_at.is_(None)


def _is_compared() -> ColumnElement[bool]:
    return SubmissionState.compared.is_not_distinct_from(shown())
