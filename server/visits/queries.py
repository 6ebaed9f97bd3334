"""What is asked of the visits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from server.areas.queries import NEAR_DEGREES
from server.areas.tables import Area
from server.register.tables import Facility
from server.submissions.tables import Form, Submission, SubmissionState
from server.visits.tables import Visit
from verification import model
from verification.reading.visit import UnreadableSubmission, read_visit
from verification.reason import Reason

REJECTED = "rejected"  # by a person, at Central


def visits_of(session: Session, project: int, district: str) -> list[model.Visit]:
    """Give the visits that concern a district: to a facility of its register, or near it.

    Only a submission's current version counts, and none that was deleted or that a person rejected at Central.
    """
    rows = session.execute(_current(project).where(_concerns(session, district)))
    in_order = sorted(rows, key=lambda row: (row.submitted_at, row.root_id))  # as they came to Central, not to us
    return [
        read_visit(json.loads(row.answers), row.root_id, row.instance_id, datetime.fromisoformat(row.submitted_at))
        for row in in_order
    ]


def _current(project: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Submission.root_id, Submission.instance_id, Submission.answers, SubmissionState.submitted_at)
        .join(Visit, Visit.submission_id == Submission.id)
        .join(Form, Form.id == Submission.form_pk)
        .join(SubmissionState, and_(SubmissionState.form_pk == Submission.form_pk,
                                    SubmissionState.root_id == Submission.root_id,
                                    SubmissionState.instance_id == Submission.instance_id))
        .where(Form.project == project, Visit.problem.is_(None), SubmissionState.deleted_at.is_(None),
               or_(SubmissionState.review_state.is_(None), SubmissionState.review_state != REJECTED))
    )  # fmt: skip


def _concerns(session: Session, district: str) -> Any:
    inside = Facility.village.startswith(f"{district}.", autoescape=True)
    registered = select(Facility.id).where(inside)
    box = session.execute(
        select(func.min(Area.west), func.min(Area.south), func.max(Area.east), func.max(Area.north)).where(
            Area.code.startswith(f"{district}.", autoescape=True)
        )
    ).one()
    if None in box:
        return Visit.facility_id.in_(registered)
    west, south, east, north = (float(edge) for edge in box)
    near = and_(
        Visit.facility_id.is_(None) | Visit.facility_id.not_in(select(Facility.id)),
        Visit.lon.between(west - NEAR_DEGREES, east + NEAR_DEGREES),
        Visit.lat.between(south - NEAR_DEGREES, north + NEAR_DEGREES),
    )
    return Visit.facility_id.in_(registered) | near


def kind_of_submission(session: Session, form_pk: int, instance_id: str) -> str:
    """Say what kind of place a version is about; a shelter, where it cannot be read: that is shown to nobody."""
    query = select(Submission.answers).filter_by(form_pk=form_pk, instance_id=instance_id)
    answers = session.scalar(query)
    try:
        return read_visit(json.loads(answers or "{}"), "", instance_id, None).kind
    except UnreadableSubmission:
        return "rumah_aman"


@dataclass(frozen=True)
class SetAside:
    """A submission that counts for nothing, and the stored reason."""

    form_id: str
    root_id: str
    submitted_at: str
    problem: dict[str, Any]


def set_aside(session: Session, project: int) -> Sequence[SetAside]:
    """List the submissions of a project that could not be read or placed, or that a person rejected at Central."""
    query = (
        select(Form.form_id, SubmissionState.root_id, SubmissionState.submitted_at, SubmissionState.review_state,
               SubmissionState.problem, Visit.problem.label("visit_problem"))
        .join(Form, Form.id == SubmissionState.form_pk)
        .outerjoin(Submission, and_(Submission.form_pk == SubmissionState.form_pk,
                                    Submission.root_id == SubmissionState.root_id,
                                    Submission.instance_id == SubmissionState.instance_id))
        .outerjoin(Visit, Visit.submission_id == Submission.id)
        .where(Form.project == project, SubmissionState.deleted_at.is_(None),
               SubmissionState.problem.is_not(None) | Visit.problem.is_not(None)
               | (SubmissionState.review_state == REJECTED))
        .order_by(SubmissionState.id)
    )  # fmt: skip
    rejected = Reason("rejected_at_central").as_json()
    return [
        SetAside(row.form_id, row.root_id, row.submitted_at, row.problem or row.visit_problem or rejected)
        for row in session.execute(query)
    ]
