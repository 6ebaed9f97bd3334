"""Work that failed, or waits after a failure: for a person to see, and to ask for again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from server.db import now
from server.decisions import WRITE_BACK
from server.jobs import FAILED, WAITING, ask
from server.tables import Decision, Form, Job, Json


@dataclass(frozen=True)
class Work:
    """A job that did not succeed. `key` says what for; a decision's also which submission it is about."""

    id: int
    kind: str
    key: str
    failed: bool
    asked_at: datetime
    next_at: datetime
    attempts: int
    problem: Json
    form_id: str | None
    root_id: str | None


def unfinished(session: Session) -> list[Work]:
    """List what failed and was not asked for again since, and what waits after a failure; newest first."""
    later = aliased(Job)
    again = exists().where(later.kind == Job.kind, later.key == Job.key, later.id > Job.id)
    query = (
        select(Job)
        .where(Job.problem.is_not(None), or_(and_(Job.state == FAILED, ~again), Job.state == WAITING))
        .order_by(Job.id.desc())
    )
    return [_work(session, job) for job in session.scalars(query)]


def _work(session: Session, job: Job) -> Work:
    subject = select(Form.form_id, Decision.root_id).join(Form, Form.id == Decision.form_pk)
    row = None
    if job.kind == WRITE_BACK:
        row = session.execute(subject.where(Decision.id == int(job.key))).one_or_none()
    form_id, root_id = row or (None, None)
    return Work(job.id, job.kind, job.key, job.state == FAILED, job.asked_at, job.run_at, job.attempts,
                job.problem or {}, form_id, root_id)  # fmt: skip


def ask_again(session: Session, job_id: int) -> None:
    """Ask again for what failed, and at once for what waits; nothing happens to what has gone on meanwhile."""
    waiting = update(Job).where(Job.id == job_id, Job.state == WAITING)
    if session.connection().execute(waiting.values(run_at=now())).rowcount:
        return
    job = session.get(Job, job_id)
    if job is not None and job.state == FAILED:
        ask(session, job.kind, job.key)
