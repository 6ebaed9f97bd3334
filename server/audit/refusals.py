"""Refusals, written down so that nobody can fill the trail, the log or the disk with them.

Of an account in an hour: the first refusal of each kind on each page, on MOST_PAGES at most; and that there were 10,
100, 1000 in all. What is beyond is only counted, in memory: each process counts for itself. Nothing of an address gets
in, only which page it was. Where it cannot be written down, whoever was refused is told so all the same, and at once.
"""

import logging
from collections import Counter, defaultdict
from threading import Lock
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from server.audit.entries import NOBODY, Act, write_down
from server.db import impatient, now, writing

MOST_PAGES = 30
TOLD = frozenset(10**power for power in range(1, 10))  # so many in an hour are told of
WAIT, REST = 0.25, 60.0  # seconds: for a lock that somebody holds; until it is tried again
log = logging.getLogger(__name__)


class Refusals:
    """How often each account was refused in this hour."""

    def __init__(self) -> None:
        self._lock, self._hour, self._resting = Lock(), now(), 0.0
        self._times, self._pages = Counter[str](), defaultdict[str, set[Act]](set)

    def note(self, engine: Engine, refused: Act) -> None:
        """Write it down where it is one of the first, in a transaction of its own; of nobody known, in the log."""
        due = self._due(refused)
        if refused.by == NOBODY:
            for act in due:
                log.warning("refused: nobody known, %s %s", act.act, act.about)
        elif due:
            self._write(engine, due)

    def _due(self, refused: Act) -> list[Act]:
        with self._lock:
            hour = now().replace(minute=0, second=0, microsecond=0)
            if hour != self._hour:
                self._hour, self._times, self._pages = hour, Counter(), defaultdict(set)
            self._times[refused.by] += 1
            if monotonic() < self._resting:
                return []
            due, times, pages = [], self._times[refused.by], self._pages[refused.by]
            if refused not in pages and len(pages) < MOST_PAGES:
                pages.add(refused)
                due.append(refused)
            if times in TOLD:
                due.append(Act(refused.by, "refused_often", f"times:{times}"))
            return due

    def _write(self, engine: Engine, due: list[Act]) -> None:
        try:
            with writing(impatient(engine, WAIT)) as session:
                for act in due:
                    write_down(session, act)
        except SQLAlchemyError as error:
            with self._lock:
                self._resting = monotonic() + REST
                self._pages[due[0].by].difference_update(due)
            log.warning("refused: it could not be written down: %s", type(error).__name__)
