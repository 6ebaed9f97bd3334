"""Work that failed, or waits after a failure: for a person to see, and to ask for again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import among
from server.decisions.tables import Decision
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.submissions.tables import Form
from server.work.kinds import WriteBack
from server.work.queue import FAILED, unfinished_jobs
from server.work.tables import Job


@view
class Unfinished:
    """A job that did not succeed. `key` says what for; a decision's also which submission it is about."""

    id: int
    kind: Cleared
    key: Cleared
    failed: bool
    asked_at: datetime
    next_at: datetime
    attempts: int
    problem: Why | None
    form_id: Cleared | None
    root_id: Cleared | None


def unfinished(session: Session, clear: Clearance) -> list[Unfinished]:
    """List what failed and was not asked for again since, and what waits after a failure; newest first."""
    jobs = unfinished_jobs(session)
    subjects = _subjects(session, [job.key for job in jobs if job.kind == WriteBack.kind])
    return [_work(job, subjects.get((job.kind, job.key)), clear) for job in jobs]


def _subjects(session: Session, keys: Sequence[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Map work on decisions, by kind and key, to form and submission; a key that names no decision is left out."""
    numbers = [WriteBack.of(key).decision for key in keys if key.isdecimal()]
    query = select(Decision.id, Form.form_id, Decision.root_id).join(Form, Form.id == Decision.form_pk)
    rows = session.execute(query.where(among(session, Decision.id, numbers)))
    return {(WriteBack.kind, WriteBack(number).key): (form_id, root_id) for number, form_id, root_id in rows}


def _work(job: Job, subject: tuple[str, str] | None, clear: Clearance) -> Unfinished:
    form_id, root_id = map(clear.id, subject) if subject else (None, None)
    return Unfinished(job.id, clear.id(job.kind), clear.id(job.key), job.state == FAILED, job.asked_at, job.run_at,
                      job.attempts, clear.why(job.problem) if job.problem else None, form_id, root_id)  # fmt: skip
