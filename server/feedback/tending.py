"""What the one process that serves the line does by the clock: forget what is a minute old, settle what has ended.

It does so and nobody else, since it alone knows by heart which codes were used.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event, Thread

from flask import Flask
from sqlalchemy.exc import DBAPIError

from server.db import writing
from server.feedback.alarming import alarm_unsafe_places
from server.feedback.keys import only_one
from server.feedback.line import KEYS, line_of
from server.feedback.settling import settle_ended
from server.moments import CAPITAL, ZONES
from server.web.site import Site

FORGET_SECONDS = 10.0
SETTLE_EVERY = 60  # times of these: ten minutes
ALARM_HOUR = 17  # in the capital: by then the day's sessions are over, in the east since two hours

log = logging.getLogger(__name__)


class ServedTwice(Exception):
    """Another process serves the line already: a code could be used in each."""


@contextmanager
def tended(app: Flask) -> Iterator[None]:
    """Tend a line until the end of the block. Raises ServedTwice."""
    site: Site = app.extensions["tilik"]
    try:
        held = only_one(site.settings.data / KEYS)
    except BlockingIOError:
        raise ServedTwice from None
    ended = Event()
    thread = Thread(target=_tend, args=(app, ended), name="line", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        held.close()


def _tend(app: Flask, ended: Event) -> None:
    turn, looked_on = 0, None
    while not ended.is_set():
        line_of(app).memory.forget_old()
        if turn % SETTLE_EVERY == 0:
            settle_or_later(app)
            looked_on = alarm_or_later(app, looked_on)
        turn += 1
        ended.wait(FORGET_SECONDS)


def alarm_or_later(app: Flask, looked_on: date | None) -> date | None:
    """Look once a day whether a place is to be looked at; gives the last day on which it was."""
    line = line_of(app)
    there = line.clock().astimezone(ZONES[CAPITAL])
    if there.hour < ALARM_HOUR or there.date() == looked_on:
        return looked_on
    try:
        with writing(line.engine) as session:
            alarm_unsafe_places(session, line.keys, there.date())
    except DBAPIError as error:
        log.error("places are looked for later: %s", type(error).__name__)
        return looked_on
    return there.date()


def settle_or_later(app: Flask) -> None:
    """Settle what has ended; where the database or the disk is not well, it is done the next time."""
    line = line_of(app)
    try:
        settle_ended(line.settling, line.clock())
    except (DBAPIError, OSError) as error:
        log.error("sessions that ended wait to be settled: %s", type(error).__name__)
