"""Several worker processes on one job table: everything done, nothing twice, nothing by two at once."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.settings import CHECKOUT
from server.work.queue import put
from server.work.tables import Job

WORKERS, AT_ONCE = 4, 2
WANTED = {("pull", f"form-{number}x{number}"): number for number in range(1, 6)} | {
    ("verify", f"district-{number}x1"): 1 for number in range(15)
}


@pytest.mark.ci
def test_workers_share_the_work_and_nothing_is_done_twice(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        for kind, key in WANTED:
            put(session, kind, key)
    log = tmp_path / "log"
    run_workers(engine, log)
    lines = [line.split() for line in log.read_text().splitlines()]
    begun = [line[1:] for line in lines if line[0] == "begin"]
    assert Counter((kind, key) for kind, key, _, _ in begun) == WANTED
    assert max(Counter(number for _, _, number, _ in begun).values()) == 1, "no job was begun twice"
    assert len({worker for *_, worker in begun}) > 1, "the work was shared"
    assert_never_too_many(lines)
    with snapshot(engine) as session:
        assert set(session.execute(select(Job.state, Job.attempts))) == {("done", 1)}


def run_workers(engine: Engine, log: Path) -> None:
    """Start the workers, let them begin together, and wait for their end."""
    database = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.workers.queue.sharer", database, str(log), "pull", str(AT_ONCE)]
    workers = [
        subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(WORKERS)
    ]
    for worker in workers:
        assert worker.stdout and worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("begin\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate(timeout=120)
        assert worker.returncode == 0


def assert_never_too_many(lines: list[list[str]]) -> None:
    """See that no two did the same work at once, and no more pulled at once than Central can bear."""
    running: set[tuple[str, str]] = set()
    for what, kind, key, *_ in lines:
        if what == "begin":
            assert (kind, key) not in running
            running.add((kind, key))
        else:
            running.remove((kind, key))
        assert sum(kind == "pull" for kind, _ in running) <= AT_ONCE
