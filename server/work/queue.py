"""The job table, the only queue: who changes something asks, in the same transaction, for the work that needs doing.

A job is taken with a lease; a worker that dies loses it when the lease runs out. One worker at a time does the same
work, and no more at once than an outside system can bear. What fails is tried again, each time later; what can never
succeed is failed with its reason and stays until a person has asked again, or the same work has succeeded since.

Moments are the database's own (PostgreSQL), so that machines whose clocks differ share the table. Where a clock has
been put back by much, a moment that lies further ahead than any we ever set counts as past.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, func, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from server.db import Json, insert_into, now, snapshot, writing
from server.work.kinds import KINDS, Work
from server.work.tables import Job
from verification.reason import Reason

LEASE = timedelta(minutes=10)
FIRST_RETRY, LAST_RETRY = timedelta(seconds=10), timedelta(minutes=15)
KEPT = timedelta(days=30)
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
_LOCK = 0x7112  # any number of our own: PostgreSQL's advisory lock while a job is given out


@dataclass(frozen=True)
class Taken:
    """A job that is ours until its lease runs out."""

    id: int
    kind: str
    key: str
    attempts: int

    @property
    def work(self) -> Work:
        """What is to be done. Raises KeyError or ValueError where the table names what nobody here knows."""
        return KINDS[self.kind].of(self.key)


@dataclass(frozen=True)
class Limit:
    """So many jobs of these kinds may run at once, whoever runs them."""

    kinds: frozenset[str]
    at_once: int


@dataclass(frozen=True)
class Regular:
    """Work that is due by time: whenever `every` has gone by, counted from midnight UTC and `offset`."""

    work: Work
    every: timedelta
    offset: timedelta = timedelta(0)

    def last_due(self, moment: datetime) -> datetime:
        """Tell when it was due last."""
        return moment - (moment - datetime.min.replace(tzinfo=UTC) - self.offset) % self.every


def ask(session: Session, work: Work, after: timedelta = timedelta(0)) -> None:
    """Ask for a piece of work, at most LAST_RETRY ahead; the same work already waiting is asked for once."""
    put(session, work.kind, work.key, after)


def ask_each(session: Session, works: Sequence[Work]) -> None:
    """Ask for many pieces of work, in one statement."""
    if works:
        moment = _moment(session)
        rows = [_row(work.kind, work.key, moment, moment) for work in works]
        session.execute(insert_into(session, Job).on_conflict_do_nothing(), rows)


def put(session: Session, kind: str, key: str, after: timedelta = timedelta(0)) -> None:
    """Put a piece of work into the table by the text that stands there."""
    moment = _moment(session)
    row = _row(kind, key, moment + after, moment)
    session.execute(insert_into(session, Job).values(row).on_conflict_do_nothing())


def _row(kind: str, key: str, run_at: datetime, asked_at: datetime) -> Json:
    return {"kind": kind, "key": key, "state": WAITING, "run_at": run_at, "asked_at": asked_at, "attempts": 0}


def ask_what_is_due(engine: Engine, schedule: Iterable[Regular]) -> None:
    """Ask for the regular work that nobody has asked for since it was due; any number of clocks may do so at once."""
    with snapshot(engine) as session:
        moment = _moment(session)
        due = [regular for regular in schedule if not _asked_since(session, regular, moment)]
    if due:
        with writing(engine) as session:
            for regular in due:
                ask(session, regular.work)


def _asked_since(session: Session, regular: Regular, moment: datetime) -> bool:
    asked = Job.asked_at.between(regular.last_due(moment), moment)
    query = (
        select(Job.id).filter_by(kind=regular.work.kind, key=regular.work.key).where(or_(Job.state == WAITING, asked))
    )
    return session.scalar(query.limit(1)) is not None


def take(engine: Engine, kinds: Collection[str], limits: Sequence[Limit] = ()) -> Taken | None:
    """Take the next job that is due, or whose worker has died; none that would be done twice or one too many."""
    with writing(engine) as session:
        _wait_for_our_turn(session)
        moment = _moment(session)
        other = aliased(Job)
        same_work = (other.kind == Job.kind) & (other.key == Job.key) & _runs(other, moment)
        due = (
            select(Job.id)
            .where(Job.kind.in_(set(kinds) - _kinds_at_their_limit(session, limits, moment)), _is_due(moment),
                   ~select(other.id).where(same_work).exists())
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(of=Job, skip_locked=True)
        )  # fmt: skip
        found = session.scalar(due)
        if found is None:
            return None
        values = {"state": RUNNING, "lease_until": moment + LEASE, "attempts": Job.attempts + 1}
        take = update(Job).where(Job.id == found).values(values)
        return Taken(*session.connection().execute(take.returning(Job.id, Job.kind, Job.key, Job.attempts)).one())


def _is_due(moment: datetime) -> ColumnElement[bool]:
    waits = (Job.run_at > moment) & (Job.run_at <= moment + 2 * LAST_RETRY)
    return or_((Job.state == WAITING) & ~waits, (Job.state == RUNNING) & ~_runs(Job, moment))


def _runs(job: type[Job], moment: datetime) -> ColumnElement[bool]:
    return (job.state == RUNNING) & job.lease_until.between(moment, moment + 2 * LEASE)


def _kinds_at_their_limit(session: Session, limits: Sequence[Limit], moment: datetime) -> set[str]:
    if not limits:
        return set()
    query = select(Job.kind, func.count().label("jobs")).where(_runs(Job, moment)).group_by(Job.kind)
    running = {row.kind: row.jobs for row in session.execute(query)}
    full = [limit.kinds for limit in limits if sum(running.get(kind, 0) for kind in limit.kinds) >= limit.at_once]
    return set().union(*full)


def extend(engine: Engine, job: Taken) -> bool:
    """Keep a job for another lease; False where its lease has run out or it has gone to another worker."""
    with writing(engine) as session:
        _wait_for_our_turn(session)
        moment = _moment(session)
        return _change(session, job, _runs(Job, moment), lease_until=moment + LEASE)


def finish(session: Session, job: Taken) -> bool:
    """Call a job done, after its last effect; False where it has gone to another worker.

    Who dies between the two does the work again, which changes nothing.
    """
    if not _change(session, job, state=DONE, finished_at=_moment(session), problem=None):
        return False
    _settle(session, job.kind, job.key)
    return True


def retry(engine: Engine, job: Taken, problem: Reason) -> None:
    """Put a job back, to be tried again later than the last time."""
    wait = min(FIRST_RETRY * 2 ** min(job.attempts - 1, 10), LAST_RETRY)  # no moment lies 2⁴⁴ times ten seconds ahead
    with writing(engine) as session:
        moment = _moment(session)
        try:
            with session.begin_nested():
                _change(session, job, state=WAITING, run_at=moment + wait, problem=problem)
        except IntegrityError:  # the same work waits already
            _change(session, job, state=DONE, finished_at=moment, problem=problem)


def fail(engine: Engine, job: Taken, problem: Reason) -> None:
    """Give a job up, with the reason for a person."""
    with writing(engine) as session:
        if _change(session, job, state=FAILED, finished_at=_moment(session), problem=problem):
            _settle(session, job.kind, job.key, but=job.id)


def unfinished_jobs(session: Session) -> list[Job]:
    """List the work that has failed, and the work that waits because it went wrong, newest first."""
    went_wrong = (Job.state == WAITING) & (Job.attempts > 0)
    return list(session.scalars(select(Job).where(or_(Job.state == FAILED, went_wrong)).order_by(Job.id.desc())))


def again(session: Session, job_id: int) -> bool:
    """Ask again, now, for work that has failed or waits; False where there is none such any more."""
    job = session.get(Job, job_id)
    if job is None or job.state not in (FAILED, WAITING):
        return False
    _settle(session, job.kind, job.key)
    put(session, job.kind, job.key)
    waiting = update(Job).where(Job.state == WAITING, Job.kind == job.kind, Job.key == job.key)
    session.execute(waiting.values(run_at=_moment(session)))
    return True


def newest_job(session: Session, work: Work) -> Job | None:
    """Find how a piece of work stands that was asked for last."""
    query = select(Job).filter_by(kind=work.kind, key=work.key).order_by(Job.id.desc())
    return session.scalar(query.limit(1))


def is_to_go_on(session: Session, work: Work) -> bool:
    """Tell whether a piece of work runs, or waits for its first turn: one that went wrong waits for a person too."""
    found = newest_job(session, work)
    return found is not None and (found.state == RUNNING or (found.state == WAITING and found.attempts == 0))


def give_up(session: Session, work: Work) -> None:
    """Let go of a piece of work that failed or waits, because a person has decided otherwise."""
    there = update(Job).where(Job.kind == work.kind, Job.key == work.key, Job.state.in_((WAITING, FAILED)))
    session.execute(there.values(state=DONE, finished_at=_moment(session)))


def sweep(session: Session) -> int:
    """Forget the jobs that were done long ago; returns how many."""
    old = delete(Job).where(Job.state == DONE, Job.finished_at < _moment(session) - KEPT)
    return session.connection().execute(old).rowcount


def _settle(session: Session, kind: str, key: str, but: int = 0) -> None:
    """Call older failures of the same work done: somebody asked again, or a newer job says how it went."""
    failures = update(Job).where(Job.state == FAILED, Job.kind == kind, Job.key == key, Job.id != but)
    session.execute(failures.values(state=DONE))


def _change(session: Session, job: Taken, *conditions: ColumnElement[bool], **values: object) -> bool:
    """Change a job that is still ours: nobody else has claimed it since."""
    ours = update(Job).where(Job.id == job.id, Job.state == RUNNING, Job.attempts == job.attempts, *conditions)
    return bool(session.connection().execute(ours.values(**values)).rowcount)


def _wait_for_our_turn(session: Session) -> None:
    """Let one worker at a time see what runs and decide by it: before this, the moment is not yet ours."""
    session.connection()  # on SQLite every writer is alone from here on
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def _moment(session: Session) -> datetime:
    if session.get_bind().dialect.name != "postgresql":
        return now()
    moment: datetime = session.scalars(select(func.clock_timestamp())).one()
    return moment.astimezone(UTC)
