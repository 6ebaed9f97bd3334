"""What each kind of job does, and draining them: the same whether a loop, Celery or the command line drains.

    pulls ──► pull (a form) ──┬──► read ──► verify (a round's district)
    checks ─► check (a form) ─┘
    facilities, certify, remove, approval_lists, write_back (a decision)

Errors are sorted here, at the one edge: what passes is tried again, what does not is failed with its reason.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError, OperationalError

from server.db import Json, now, snapshot, writing
from server.machine import what_ails
from server.removals.tombstones import tombstone
from server.results.verifying import all_districts_with_claims, verify
from server.settings import Settings
from server.store import Store
from server.submissions.changes import note_changes
from server.submissions.files import named_files
from server.submissions.tables import Form
from server.visits.reading import read_new_visits
from server.work.queue import LEASE, Limit, Taken, ask, extend, fail, finish, retry, sweep, take
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.certify import certify
from workers.pulling.files import fetch_attachments
from workers.pulling.pull import meet_forms, pull_form
from workers.pulling.slow_pass import look_over, read_audits
from workers.sending.publish import publish_facilities
from workers.sending.write_back import carry_out, note_approval_lists
from xlsforms.build import FORMS

log = logging.getLogger(__name__)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Context:
    """What jobs work with; and how some ended, where the database was gone before that could be noted."""

    engine: Engine
    settings: Settings
    owed: list[tuple[Callable[[Engine, Taken, Json], None], Taken, Json]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The store of files."""
        return Store(self.settings.store)

    @property
    def limits(self) -> Sequence[Limit]:
        """How many jobs may talk to each outside system at once."""
        return [Limit(TALK_TO_CENTRAL, self.settings.central_parallel)]

    def central(self) -> Central:
        """Connect to Central. Raises CentralProblem where none is named."""
        return Central.from_settings(self.settings)


class LostLease(Exception):
    """Another worker has taken the job over."""


def ask_pulls(context: Context, _job: Taken) -> None:
    """Ask for a pull of every published form, and for what the audit log shows."""
    with context.central() as central:
        _ask_for_each_form(context, central, "pull")
        read_audits(context.engine, central)
    with writing(context.engine) as session:
        ask(session, "approval_lists", "")


def ask_checks(context: Context, _job: Taken) -> None:
    """Ask for a slow pass over every published form."""
    with context.central() as central:
        _ask_for_each_form(context, central, "check")


def _ask_for_each_form(context: Context, central: Central, kind: str) -> None:
    forms = meet_forms(context.engine, central)
    with writing(context.engine) as session:
        for form_id in forms:
            ask(session, kind, form_id)


def pull(context: Context, job: Taken) -> None:
    """Pull a form and its files; ask for reading where something came."""
    ours = _now_and_then(context, job)
    with context.central() as central:
        report = pull_form(context.engine, central, job.key, ours)
        if report.rows:
            _ask_to_read(context)  # at once: what fails below must not keep back what has come
        if report.problem:
            raise CentralProblem(report.problem.code, passes=True, **report.problem.values)
        with snapshot(context.engine) as session:
            form_pk = session.scalars(select(Form.id).filter_by(project=central.project, form_id=job.key)).one()
        fetch_attachments(context.engine, central, form_pk, job.key, context.store, ours)


def _ask_to_read(context: Context) -> None:
    with writing(context.engine) as session:
        ask(session, "read", "")


def check(context: Context, job: Taken) -> None:
    """Look over everything of a form; ask for reading."""
    with context.central() as central:
        ours = _now_and_then(context, job)
        report = look_over(context.engine, central, context.store, job.key, ours)
    _ask_to_read(context)
    if report.problem:
        raise CentralProblem(report.problem.code, passes=True, **report.problem.values)


def make_certificate(context: Context, job: Taken) -> None:
    """Compare everything with Central, bytes and comments too."""
    with context.central() as central:
        certify(context.engine, central, context.store, deep=True, progress=_now_and_then(context, job))


def remove(context: Context, job: Taken) -> None:
    """Take away at Central what was lawfully removed here."""
    with snapshot(context.engine) as session:
        found = tombstone(session, int(job.key))
    if found is None:
        return
    form_id, removal = found
    with context.central() as central:
        try:
            if removal.name:
                central.clear(form_id, removal.root_id, removal.name)
            else:
                central.delete(form_id, removal.root_id)
        except CentralProblem as problem:
            if problem.reason.code != "central_not_found":
                raise  # what is not there needs no removing


def _must_be_ours(context: Context, job: Taken, *_progress: object) -> None:
    if not extend(context.engine, job):
        raise LostLease


def _now_and_then(context: Context, job: Taken) -> Callable[..., None]:
    """Keep a long job while it gets on, without a transaction for each of its steps."""
    kept_until = 0.0

    def keep(*_progress: object) -> None:
        nonlocal kept_until
        if time.monotonic() >= kept_until:
            _must_be_ours(context, job)
            kept_until = time.monotonic() + LEASE.total_seconds() / 20

    return keep


def read(context: Context, _job: Taken) -> None:
    """Read new submissions as visits, and ask for the verification of every district that claims something."""
    read_new_visits(context.engine, FORMS)
    note_changes(context.engine)
    with writing(context.engine) as session:
        for year, district in all_districts_with_claims(session):
            ask(session, "verify", f"{year}/{district}")


def verify_district(context: Context, job: Taken) -> None:
    """Verify one district of one round."""
    year, district = job.key.split("/")
    if context.settings.central_project is None:
        raise CentralProblem("central_project_not_named", passes=False)
    verify(context.engine, context.settings.central_project, int(year), district)


def facilities(context: Context, _job: Taken) -> None:
    """Bring Central's list of facilities up to the register."""
    with context.central() as central:
        publish_facilities(context.engine, central)


def approval_lists(context: Context, _job: Taken) -> None:
    """Note which entity lists approving a form's submissions would write to."""
    with context.central() as central:
        note_approval_lists(context.engine, central)


def write_back(context: Context, job: Taken) -> None:
    """Carry a decision to Central."""
    with context.central() as central:
        carry_out(context.engine, central, int(job.key), partial(_must_be_ours, context, job))


def sweep_away(context: Context, _job: Taken) -> None:
    """Forget the jobs that were done long ago, and files that nothing has named for a day."""
    with writing(context.engine) as session:
        sweep(session)
    with snapshot(context.engine) as session:
        named = named_files(session)
    for path in list(context.store.left_over(named, (now() - A_DAY).timestamp())):
        path.unlink(missing_ok=True)


HANDLERS: Mapping[str, Callable[[Context, Taken], None]] = {
    "pulls": ask_pulls,
    "pull": pull,
    "checks": ask_checks,
    "check": check,
    "certify": make_certificate,
    "remove": remove,
    "read": read,
    "verify": verify_district,
    "facilities": facilities,
    "approval_lists": approval_lists,
    "write_back": write_back,
    "sweep": sweep_away,
}
_STAY_HERE = {"read", "verify", "sweep"}
TALK_TO_CENTRAL = frozenset(HANDLERS.keys() - _STAY_HERE)


def drain(context: Context, kinds: Collection[str] = tuple(HANDLERS), go_on: Callable[[], bool] = lambda: True) -> int:
    """Do every job of these kinds that is due; returns how many were done, in whichever way they ended.

    `go_on` is asked before each, so that whoever drains can be stopped without cutting a job in two.
    """
    done = 0
    _pay(context)
    while go_on() and (job := take(context.engine, kinds, context.limits)):
        run(context, job)
        done += 1
    return done


def run(context: Context, job: Taken) -> None:
    """Do one job, and say how it ended."""
    try:
        HANDLERS[job.kind](context, job)
        with writing(context.engine) as session:
            finish(session, job)
    except LostLease:
        log.warning("job %s %s has gone to another worker", job.kind, job.key)
    except CentralProblem as problem:
        _end(context, retry if problem.passes else fail, job, problem.reason.as_json())
    except (DBAPIError, OSError) as error:
        log.warning("job %s %s: %s; it is tried again", job.kind, job.key, type(error).__name__)
        _end(context, retry, job, what_ails(error).as_json())
    except Exception as error:  # the only broad one: what is ours to mend must not stop the queue, nor vanish
        log.error("job %s %s failed: %s", job.kind, job.key, type(error).__name__, exc_info=_without_data(error))
        _end(context, fail, job, Reason("our_mistake", {"what": type(error).__name__}).as_json())


def _end(context: Context, how: Callable[[Engine, Taken, Json], None], job: Taken, problem: Json) -> None:
    """Note how a job ended; where the database is gone, as soon as it is back, so that no lease need run out."""
    context.owed.append((how, job, problem))
    _pay(context)


def _pay(context: Context) -> None:
    while context.owed:
        how, job, problem = context.owed.pop()
        try:
            how(context.engine, job, problem)
        except OperationalError:
            context.owed.append((how, job, problem))
            raise


def _without_data(error: BaseException) -> BaseException:
    """Keep where an error arose and drop its text, which may hold what people answered."""
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
