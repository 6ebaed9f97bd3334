"""The embedded clock: one process that asks for what is due by time, and drains the job table."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Event

from sqlalchemy.exc import DBAPIError

from server.machine import what_ails
from server.settings import load_settings
from server.words import catalogue
from server.work.queue import ask_what_is_due
from workers.queue.context import Context
from workers.queue.draining import drain, log
from workers.queue.schedule import SCHEDULE, TICK, TURN


def run_loop(context: Context, *, once: bool = False, stop: Event | None = None) -> int:
    """Ask and drain until stopped, between two jobs; `once` does what is due now. Returns how many jobs were done.

    A database that is gone is waited for, but not by `once`.
    """
    done, stop = 0, stop or Event()
    while not stop.is_set():
        with nullcontext() if once else patiently():
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
        settings = load_settings()
        log.warning("%s", catalogue(settings.language).reason(what_ails(error)))
