"""The embedded clock: one process that asks for what is due by time, and drains the job table."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from sqlalchemy.exc import DBAPIError

from server.jobs import ask_what_is_due
from workers.jobs import Context, drain, log
from workers.schedule import SCHEDULE, TICK, TURN


def run_loop(context: Context, *, once: bool = False, stop: Event | None = None) -> int:
    """Ask and drain until stopped, between two jobs; `once` does what is due now. Returns how many jobs were done."""
    done, stop = 0, stop or Event()
    while not stop.is_set():
        with patiently():
            ask_what_is_due(context.engine, SCHEDULE)
            done += drain(context) if once else drain(context, go_on=for_a_turn(stop))
        if once:
            break
        stop.wait(TICK.total_seconds())
    return done


def for_a_turn(stop: Event | None = None) -> Callable[[], bool]:
    """Tell, whenever asked, whether to take another job in this turn."""
    end = time.monotonic() + TURN.total_seconds()
    return lambda: time.monotonic() < end and not (stop and stop.is_set())


@contextmanager
def patiently() -> Iterator[None]:
    """Pass over a database that does not answer: the next turn tries again."""
    try:
        yield
    except DBAPIError as error:
        log.warning("the database does not answer (%s); tried again in a moment", type(error).__name__)
