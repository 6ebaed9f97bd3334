"""Queries over the files that submissions name: which have not come yet, and where those that came are kept."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from server.db import now
from server.tables import Attachment, Json, SubmissionState

STORED, EXPECTED, REFUSED, GIVEN_UP = "stored", "expected", "refused", "given_up"
_SETTLED = (STORED, REFUSED, GIVEN_UP)


class Incomplete(NamedTuple):
    """A submission whose current version names more files than are settled."""

    root_id: str
    instance_id: str


def incomplete(session: Session, form_pk: int) -> Sequence[Incomplete]:
    """List the submissions of a form that still miss files, oldest first."""
    settled = (
        select(func.count())
        .where(Attachment.form_pk == SubmissionState.form_pk, Attachment.instance_id == SubmissionState.instance_id,
               Attachment.state.in_(_SETTLED))
        .correlate(SubmissionState)
        .scalar_subquery()
    )  # fmt: skip
    query = (
        select(SubmissionState.root_id, SubmissionState.instance_id)
        .where(SubmissionState.form_pk == form_pk, SubmissionState.deleted_at.is_(None),
               SubmissionState.attachments_expected > settled)
        .order_by(SubmissionState.id)
    )  # fmt: skip
    return [Incomplete(*row) for row in session.execute(query)]


def settled_names(session: Session, form_pk: int, instance_id: str) -> set[str]:
    """Name the files of a version that have come, were refused or given up."""
    query = select(Attachment.name).where(
        Attachment.form_pk == form_pk, Attachment.instance_id == instance_id, Attachment.state.in_(_SETTLED)
    )
    return set(session.scalars(query))


def note(session: Session, form_pk: int, version: Incomplete, name: str, **values: object) -> None:
    """Note what is known of a file."""
    query = select(Attachment).where(
        and_(Attachment.form_pk == form_pk, Attachment.instance_id == version.instance_id, Attachment.name == name)
    )
    attachment = session.scalar(query)
    if attachment is None:
        attachment = Attachment(
            form_pk=form_pk, root_id=version.root_id, instance_id=version.instance_id, name=name, state=EXPECTED
        )
        session.add(attachment)
    attachment.asked_at = now()
    for key, value in values.items():
        setattr(attachment, key, value)


def problem_of(code: str, **values: object) -> Json:
    """Write a reason for the problem column."""
    return {"code": code, "values": values}
