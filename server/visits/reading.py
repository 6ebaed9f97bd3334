"""Submissions read as visits, and the visits that concern a district."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine, Row, Select, select

from server.db import snapshot, writing
from server.submissions.tables import Form, Submission
from server.visits.tables import Visit
from verification.reading.visit import UnreadableSubmission, read_visit
from verification.reason import Reason

BATCH = 500


def read_new_visits(engine: Engine, visit_forms: Collection[str]) -> int:
    """Read every version of a visit form that has not been read yet; returns how many were."""
    read = 0
    while True:
        with snapshot(engine) as session:
            rows = session.execute(_unread(visit_forms).limit(BATCH)).all()
        if not rows:
            return read
        visits = [_as_visit(row) for row in rows]
        with writing(engine) as session:
            for visit in visits:
                session.merge(visit)  # another worker may have read it meanwhile, to the same end
        read += len(visits)


def _unread(visit_forms: Collection[str]) -> Select[*tuple[Any, ...]]:
    return (
        select(Submission.id, Submission.root_id, Submission.instance_id, Submission.answers)
        .join(Form, Form.id == Submission.form_pk)
        .outerjoin(Visit, Visit.submission_id == Submission.id)
        .where(Form.form_id.in_(visit_forms), Visit.submission_id.is_(None))
        .order_by(Submission.id)
    )


def _as_visit(row: Row[Any]) -> Visit:
    try:
        visit = read_visit(json.loads(row.answers), row.root_id, row.instance_id, None)
    except UnreadableSubmission as error:
        problem = error.reason.as_json()
        return Visit(submission_id=row.id, problem=problem)
    fix = visit.fix
    nowhere = Reason("visit_without_place").as_json() if fix is None and visit.facility_id is None else None
    return Visit(
        submission_id=row.id, facility_id=_possible(visit.facility_id), lon=fix.lon if fix else None,
        lat=fix.lat if fix else None, problem=nowhere,
    )  # fmt: skip


def _possible(facility_id: str | None) -> str | None:
    """Leave out what no facility can be called: a form takes any text, and one must not stop the others."""
    return facility_id if facility_id and len(facility_id) <= Visit.facility_id.type.length else None
