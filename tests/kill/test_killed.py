"""Killed at any commit and at any request, the next run ends as an undisturbed one. Real processes, real SIGKILL."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.child import NEVER, Child, Death, Place, Task, fetch_files, pull, read_visits, verify_all, work
from tests.support.claiming import ROUND
from tests.support.proxy import FaultProxy
from tests.support.sampling import half_of_them
from tests.support.visits import (
    claim_a_place,
    empty,
    everything,
    submit_many,
    time_passes,
    visits_with_history,
)
from tests.support.workbooks import DISTRICT
from workers.central.api import Central

pytestmark = pytest.mark.ci
PHASES = ("before", "after")
FIRST: dict[Task, tuple[Task, ...]] = {  # what must have run before a task has anything to do
    pull: (), fetch_files: (pull,), read_visits: (pull,), verify_all: (pull, read_visits), work: (),
}  # fmt: skip


@dataclass
class Trial:
    """A district that claims a place, visits to it at Central, and the proxy between."""

    engine: Engine
    central: Central
    proxy: FaultProxy
    data: Path

    def run(self, task: Task, death: Death = NEVER) -> Child:
        database = self.engine.url.render_as_string(hide_password=False)
        return Child(task, Place(database, self.data, self.proxy.url, self.central.project), death)

    def prepare(self, task: Task) -> dict[str, Any]:
        """Start anew, just before a task."""
        empty(self.engine, self.data)
        for earlier in FIRST[task]:
            assert self.run(earlier).end() is not None
        return self.found()

    def found(self) -> dict[str, Any]:
        return everything(self.engine, self.data)

    def run_undisturbed(self, task: Task) -> tuple[dict[str, Any], int, int]:
        """Give what a task leaves, and how many commits and requests it takes, what it makes at Central once made."""
        self.prepare(task)
        self.run(task).end()
        before, first = self.prepare(task), self.proxy.requests
        commits = self.run(task).end()
        wanted = self.found()
        assert commits and wanted != before
        return wanted, commits, self.proxy.requests - first

    def run_again(self, task: Task) -> dict[str, Any]:
        """Run a task after the one that was killed, when the dead one's leases have run out."""
        time_passes(self.engine)
        assert self.run(task).end() is not None
        return self.found()

    def kill_at_request(self, task: Task, phase: str, number: int) -> None:
        """Run a task until a request's boundary."""
        born: queue.SimpleQueue[Child] = queue.SimpleQueue()
        dead = threading.Event()

        def kill() -> None:
            born.get().kill()
            dead.set()

        self.proxy.at_request(number, kill, phase)
        child = self.run(task)
        born.put(child)
        assert dead.wait(60)
        assert child.end() is None
        self.proxy.heal()


@pytest.fixture
def trial(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Trial]:
    visits_with_history(central)
    claim_a_place(engine)
    with FaultProxy(sandbox.url) as proxy:
        yield Trial(engine, central, proxy, tmp_path)


def unfinished_jobs(engine: Engine) -> list[tuple[Any, ...]]:
    with snapshot(engine) as session:
        query = select(Job.kind, Job.key, Job.state, Job.problem).where(Job.state != "done")
        return [tuple(row) for row in session.execute(query)]


@pytest.mark.parametrize("task", FIRST, ids=lambda task: task.__name__)
def test_killed_at_any_commit(trial: Trial, task: Task) -> None:
    wanted, commits, _ = trial.run_undisturbed(task)
    deaths = [Death(phase, number) for number in range(1, commits + 1) for phase in PHASES]
    if task is work:  # just after one commit is just before the next
        deaths = [*half_of_them(deaths[:: len(PHASES)], trial.engine)]
    for death in deaths:
        trial.prepare(task)
        assert trial.run(task, death).end() is None
        assert trial.run_again(task) == wanted, death
    reads = task in (read_visits, verify_all)  # what they read asks for a verification, and nobody drains
    assert unfinished_jobs(trial.engine) == ([("verify", f"{ROUND}/{DISTRICT}", "waiting", None)] if reads else [])


@pytest.mark.parametrize("task", [pull, fetch_files, work], ids=lambda task: task.__name__)
def test_killed_at_any_request(trial: Trial, task: Task) -> None:
    wanted, _, requests = trial.run_undisturbed(task)
    deaths = [(phase, number) for number in range(1, requests + 1) for phase in PHASES]
    if task is work:  # what Central has done, and nobody here has heard of
        deaths = [*half_of_them(deaths[1 :: len(PHASES)], trial.engine)]
    for phase, number in deaths:
        trial.prepare(task)
        trial.kill_at_request(task, phase, number)
        assert trial.run_again(task) == wanted, (phase, number)
    assert unfinished_jobs(trial.engine) == []


def test_a_pull_of_several_batches_killed_at_any_commit(trial: Trial, sandbox: Sandbox) -> None:
    submit_many(sandbox, trial.central, 1000, version="2")
    wanted, commits, _ = trial.run_undisturbed(pull)
    assert commits == 7, "the form is met, three batches, the end; its words are asked for, and have come"
    halves = 0
    for number in range(1, commits + 1):
        trial.prepare(pull)
        assert trial.run(pull, Death("after", number)).end() is None
        halves += trial.found() != wanted
        assert trial.run_again(pull) == wanted
    assert halves >= 3, "most of those deaths left work half done"
