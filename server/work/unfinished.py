"""Work that failed, or waits after a failure: for a person to see, and to ask for again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.decisions.tables import Decision
from server.submissions.tables import Form
from server.work.kinds import WriteBack
from server.work.queue import FAILED, unfinished_jobs
from server.work.tables import Job
from verification.reason import Reason


@dataclass(frozen=True)
class Unfinished:
    """A job that did not succeed. `key` says what for; a decision's also which submission it is about."""

    id: int
    kind: str
    key: str
    failed: bool
    asked_at: datetime
    next_at: datetime
    attempts: int
    problem: Reason | None
    form_id: str | None
    root_id: str | None


def unfinished(session: Session) -> list[Unfinished]:
    """List what failed and was not asked for again since, and what waits after a failure; newest first."""
    return [_work(session, job) for job in unfinished_jobs(session)]


def _work(session: Session, job: Job) -> Unfinished:
    subject = select(Form.form_id, Decision.root_id).join(Form, Form.id == Decision.form_pk)
    row = None
    if job.kind == WriteBack.kind:
        row = session.execute(subject.where(Decision.id == WriteBack.of(job.key).decision)).one_or_none()
    form_id, root_id = row or (None, None)
    return Unfinished(job.id, job.kind, job.key, job.state == FAILED, job.asked_at, job.run_at, job.attempts,
                job.problem, form_id, root_id)  # fmt: skip
