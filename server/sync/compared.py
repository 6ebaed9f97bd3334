"""What deep certificates have compared: it stays so until it changes, and one that was stopped goes on from there."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from server.db import among, now
from server.submissions.files import STORED
from server.submissions.looking import AsShown, living, mark, shown
from server.submissions.standing import is_living
from server.submissions.tables import Attachment, Form, SubmissionState


class Left(NamedTuple):
    """How much of a project is not compared yet; each file and each submission's comments take one request."""

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


def stored_files(session: Session, form_pk: int) -> Sequence[Any]:
    """List the files of a form that are in the store, with their version, Central's mark, and whether compared."""
    file = Attachment
    columns = (file.id, file.root_id, file.instance_id, file.name, file.digest, file.etag, file.compared_at)
    return session.execute(select(*columns).where(_stored(), file.form_pk == form_pk).order_by(file.id)).all()


def to_compare(session: Session, form_pk: int) -> list[AsShown]:
    """List the living submissions of a form whose comments were not compared since they changed."""
    return living(session, form_pk, ~_is_compared())


def count_compared(session: Session, form_pk: int) -> tuple[int, int]:
    """Count the stored files and the living submissions of a form that were compared."""
    files = select(func.count()).where(_stored(), Attachment.form_pk == form_pk, Attachment.compared_at.is_not(None))
    states = select(func.count()).where(is_living(), SubmissionState.form_pk == form_pk, _is_compared())
    return session.scalar(files) or 0, session.scalar(states) or 0


def note_compared_files(session: Session, files: Sequence[int]) -> None:
    """Note that files are Central's."""
    session.execute(update(Attachment).where(among(session, Attachment.id, files)).values(compared_at=now()))


def note_compared(session: Session, form_pk: int, submissions: Sequence[AsShown]) -> None:
    """Note that submissions have Central's comments, as they were shown then."""
    mark(session, form_pk, submissions, "compared")


def _stored() -> ColumnElement[bool]:
    return (Attachment.state == STORED) & Attachment.replaced_at.is_(None)


def _is_compared() -> ColumnElement[bool]:
    return SubmissionState.compared.is_not_distinct_from(shown())
