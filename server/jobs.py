"""The job table, the only queue: who changes something asks, in the same transaction, for the work that needs doing.

A job is claimed by one UPDATE with a lease; a worker that dies loses it when the lease runs out. What fails is tried
again, each time later; what can never succeed is failed with its reason, for a person to see.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.orm import Session

from server.db import insert_into, now, writing
from server.tables import Job, Json

LEASE = timedelta(minutes=10)
FIRST_RETRY, LAST_RETRY = timedelta(seconds=10), timedelta(minutes=15)
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


@dataclass(frozen=True)
class Claimed:
    """A job that is ours until its lease runs out."""

    id: int
    kind: str
    key: str
    attempts: int


def ask(session: Session, kind: str, key: str, after: timedelta = timedelta(0)) -> None:
    """Ask for a piece of work; the same work already waiting is asked for once."""
    moment = now()
    row = {"kind": kind, "key": key, "state": WAITING, "run_at": moment + after, "asked_at": moment, "attempts": 0}
    session.execute(insert_into(session, Job).values(row).on_conflict_do_nothing())


def claim(engine: Engine, kinds: Collection[str]) -> Claimed | None:
    """Take the next job that is due, or whose worker has died."""
    moment = now()
    due = (
        select(Job.id)
        .where(Job.kind.in_(kinds), or_((Job.state == WAITING) & (Job.run_at <= moment),
                                        (Job.state == RUNNING) & (Job.lease_until < moment)))
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )  # fmt: skip
    take = (
        update(Job)
        .where(Job.id == due)
        .values(state=RUNNING, lease_until=moment + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.kind, Job.key, Job.attempts)
    )
    with writing(engine) as session:
        row = session.connection().execute(take).one_or_none()
        return Claimed(*row) if row else None


def extend(engine: Engine, job: Claimed) -> bool:
    """Keep a job for another lease; False where it has gone to another worker."""
    with writing(engine) as session:
        return _change(session, job, lease_until=now() + LEASE)


def finish(session: Session, job: Claimed) -> bool:
    """Call a job done, in the transaction of its last effect; False where it has gone to another worker."""
    return _change(session, job, state=DONE, finished_at=now(), problem=None)


def retry(engine: Engine, job: Claimed, problem: Json) -> None:
    """Put a job back, to be tried again later than the last time."""
    wait = min(FIRST_RETRY * 2 ** min(job.attempts - 1, 10), LAST_RETRY)  # no moment lies 2⁴⁴ times ten seconds ahead
    with writing(engine) as session:
        if session.scalar(select(Job.id).filter_by(kind=job.kind, key=job.key, state=WAITING)):
            _change(session, job, state=DONE, finished_at=now(), problem=problem)  # the same work waits already
        else:
            _change(session, job, state=WAITING, run_at=now() + wait, problem=problem)


def fail(engine: Engine, job: Claimed, problem: Json) -> None:
    """Give a job up, with the reason for a person."""
    with writing(engine) as session:
        _change(session, job, state=FAILED, finished_at=now(), problem=problem)


def _change(session: Session, job: Claimed, **values: object) -> bool:
    """Change a job that is still ours: nobody else has claimed it since."""
    ours = update(Job).where(Job.id == job.id, Job.state == RUNNING, Job.attempts == job.attempts)
    return bool(session.connection().execute(ours.values(**values)).rowcount)
