"""Work that failed, or waits after a failure: for a person to see, and to ask for again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import among
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
    jobs = unfinished_jobs(session)
    subjects = _subjects(session, [job.key for job in jobs if job.kind == WriteBack.kind])
    return [_work(job, *subjects.get((job.kind, job.key), (None, None))) for job in jobs]


def _subjects(session: Session, keys: Sequence[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Map work on decisions, by kind and key, to form and submission; a key that names no decision is left out."""
    numbers = [WriteBack.of(key).decision for key in keys if key.isdecimal()]
    query = select(Decision.id, Form.form_id, Decision.root_id).join(Form, Form.id == Decision.form_pk)
    rows = session.execute(query.where(among(session, Decision.id, numbers)))
    return {(WriteBack.kind, WriteBack(number).key): (form_id, root_id) for number, form_id, root_id in rows}


def _work(job: Job, form_id: str | None, root_id: str | None) -> Unfinished:
    return Unfinished(job.id, job.kind, job.key, job.state == FAILED, job.asked_at, job.run_at, job.attempts,
                job.problem, form_id, root_id)  # fmt: skip
