"""What every later version of a submission answers differently from the one before it, worked out once and kept."""

import json

from sqlalchemy import Engine, Row, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from server.aside import or_aside
from server.db import snapshot, writing
from server.submissions.tables import Submission, SubmissionChange
from verification.reading.differences import AnswerChange, differences

BATCH = 200


def note_changes(engine: Engine) -> int:
    """Work out what is not worked out yet, wherever both versions are here; returns how many versions were."""
    noted = 0
    before = aliased(Submission)
    query = (
        select(Submission.id, before.answers.label("before"), Submission.answers.label("after"))
        .join(before, (before.form_pk == Submission.form_pk) & (before.root_id == Submission.root_id)
              & (before.number == Submission.number - 1))
        .outerjoin(SubmissionChange, SubmissionChange.submission_id == Submission.id)
        .where(Submission.number > 1, SubmissionChange.submission_id.is_(None))
        .order_by(Submission.id)
        .limit(BATCH)
    )  # fmt: skip
    while True:
        with snapshot(engine) as session:
            rows = session.execute(query).all()
        if not rows:
            return noted
        changes = [(row.id, or_aside(_changes, lambda _: [], row, but=DBAPIError)) for row in rows]
        with writing(engine) as session:
            for key, found in changes:
                # ASCII, as answers are kept; another worker may have done the same meanwhile
                session.merge(SubmissionChange(submission_id=key, changes=json.dumps(found)))
        noted += len(rows)


def _changes(row: Row[int, str, str]) -> list[AnswerChange]:
    return differences(json.loads(row.before), json.loads(row.after))
