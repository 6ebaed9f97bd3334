"""Draining the job table: the same whether a loop, Celery or the command line drains.

Errors are sorted here, at the one edge: what passes is tried again, what does not is failed with its reason.
"""

import logging
from collections.abc import Callable, Collection

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from server.db import writing
from server.machine import what_ails, without_data
from server.work.queue import Limit, Taken, fail, finish, retry, take
from verification.reason import Reason
from workers.outside import OutsideProblem
from workers.queue.context import Context
from workers.queue.handlers import HANDLERS, TALK_TO_CENTRAL
from workers.queue.lease import Lease, LostLease

log = logging.getLogger(__name__)
ALL_KINDS = tuple(work.kind for work in HANDLERS)


def drain(context: Context, kinds: Collection[str] = ALL_KINDS, go_on: Callable[[], bool] = lambda: True) -> int:
    """Do every job of these kinds that is due; returns how many were done, in whichever way they ended.

    `go_on` is asked before each, so that whoever drains can be stopped without cutting a job in two.
    """
    done = 0
    limits = [Limit(TALK_TO_CENTRAL, context.settings.central_parallel)]
    _pay(context)
    while go_on() and (job := take(context.engine, kinds, limits)):
        run(context, job)
        done += 1
    return done


def run(context: Context, job: Taken) -> None:
    """Do one job, and say how it ended."""
    try:
        work = job.work
        HANDLERS[type(work)](context, work, Lease(context.engine, job))
        with writing(context.engine) as session:
            finish(session, job)
    except LostLease:
        log.warning("job %s %s has gone to another worker", job.kind, job.key)
    except OutsideProblem as problem:
        _end(context, retry if problem.passes else fail, job, problem.reason)
    except (DBAPIError, OSError) as error:
        log.warning("job %s %s: %s; it is tried again", job.kind, job.key, type(error).__name__)
        _end(context, retry, job, what_ails(error))
    except Exception as error:  # the only broad one: what is ours to mend must not stop the queue, nor vanish
        log.error("job %s %s failed: %s", job.kind, job.key, type(error).__name__, exc_info=without_data(error))
        _end(context, fail, job, Reason("our_mistake", {"what": type(error).__name__}))


def _end(context: Context, how: Callable[[Engine, Taken, Reason], None], job: Taken, problem: Reason) -> None:
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
