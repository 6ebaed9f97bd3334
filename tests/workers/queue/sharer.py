"""A worker that writes down when it begins and ends a job, to be run several times at once on one job table.

Run as `python -m tests.workers.queue.sharer DATABASE LOG KINDS AT_ONCE`; begins when a line comes in. A job with more
to do (its key names how often) asks for itself again while it runs, as new submissions do.
"""

import os
import sys
import time

from sqlalchemy import Engine, select

from server.db import open_database, snapshot, writing
from server.work.queue import DONE, Limit, Taken, extend, finish, put, take
from server.work.tables import Job


def main() -> None:
    database, path, kinds, at_once = sys.argv[1:]
    engine = open_database(database)
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    limits = [Limit(frozenset(kinds.split(",")), int(at_once))]
    print("ready", flush=True)
    sys.stdin.readline()
    while unfinished(engine):
        if job := take(engine, ("pull", "verify"), limits):
            os.write(log, f"begin {job.kind} {job.key} {job.id} {os.getpid()}\n".encode())
            work(engine, job)
            os.write(log, f"end {job.kind} {job.key} {job.id} {os.getpid()}\n".encode())
            with writing(engine) as session:
                assert finish(session, job)


def unfinished(engine: Engine) -> bool:
    with snapshot(engine) as session:
        return session.scalar(select(Job.id).where(Job.state != DONE).limit(1)) is not None


def work(engine: Engine, job: Taken) -> None:
    with snapshot(engine) as session:
        times = len(session.scalars(select(Job.id).filter_by(kind=job.kind, key=job.key)).all())
    if times < int(job.key.split("x")[1]):
        with writing(engine) as session:
            put(session, job.kind, job.key)
    time.sleep(0.01)
    assert extend(engine, job)


if __name__ == "__main__":
    main()
