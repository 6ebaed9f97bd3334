"""A job in hand: ours until its lease runs out, and longer while it gets on."""

import time

from sqlalchemy import Engine

from server.work.queue import LEASE, Taken, extend


class LostLease(Exception):
    """Another worker has taken the job over."""


class Lease:
    """The lease of a job that is being done."""

    def __init__(self, engine: Engine, job: Taken) -> None:
        self._engine, self._job, self._kept_until = engine, job, 0.0

    def must_be_ours(self) -> None:
        """Take another lease. Raises LostLease where somebody else has the job."""
        if not extend(self._engine, self._job):
            raise LostLease

    def now_and_then(self, *_progress: object) -> None:
        """Keep a long job while it gets on, without a transaction for each of its steps. Raises LostLease."""
        if time.monotonic() >= self._kept_until:
            self.must_be_ours()
            self._kept_until = time.monotonic() + LEASE.total_seconds() / 20
