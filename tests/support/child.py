"""Processes of ours that can be killed: at a commit, by their own hand; at a request, by whoever holds the proxy.

They are forked from a server process that has imported everything, so that each costs milliseconds. SQLAlchemy's own
events are the hook for commits: the product's code knows nothing of it.
"""

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

import tilik
from server.db import open_database, snapshot
from server.results.reading import read_unread
from server.results.verifying import parts_to_verify, verify
from server.settings import load_settings
from server.store.opening import open_store
from tests.sandbox.server import PASSWORD, USER
from tests.support.proxy import FaultProxy
from workers.central.api import Central
from workers.pulling.files import fetch_all
from workers.pulling.pull import pull_all
from workers.queue.context import Context
from workers.queue.draining import drain
from workers.sending import publishing
from workers.sending.plan import note_what_changed
from workers.sending.publish import publish_forms, publish_lists
from xlsforms.build import build

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["__main__", "tests.support.child", "tests.support.forked"])


@dataclass(frozen=True)
class Place:
    """Where a process works: an operator's settings."""

    database: str
    data: Path
    central_url: str
    project: int

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TILIK_DATABASE_URL": self.database, "TILIK_DATA": str(self.data), "TILIK_LANGUAGE": "en",
            "TILIK_CENTRAL_URL": self.central_url, "TILIK_CENTRAL_PROJECT": str(self.project),
            "TILIK_CENTRAL_USER": USER, "TILIK_CENTRAL_PASSWORD": PASSWORD,
        }  # fmt: skip


@dataclass(frozen=True)
class Death:
    """Which commit a process dies at, and whether just before it or just after."""

    phase: str = "never"
    number: int = 0


NEVER = Death()


class Killer:
    """Counts commits, and kills this process at the chosen one."""

    def __init__(self, death: Death) -> None:
        self._death = death
        self.commits = 0

    def before(self, _connection: object) -> None:
        self.commits += 1
        self._at("before")

    def after(self, _session: Session) -> None:
        self._at("after")

    def _at(self, phase: str) -> None:
        if Death(phase, self.commits) == self._death:
            os.kill(os.getpid(), signal.SIGKILL)


def pull(engine: Engine, project: int) -> None:
    with Central.from_settings(load_settings()) as central:
        assert [report.problem for report in pull_all(engine, central)] == [None]


def fetch_files(engine: Engine, project: int) -> None:
    with Central.from_settings(load_settings()) as central:
        fetch_all(engine, central, open_store(load_settings()))


def read_visits(engine: Engine, project: int) -> None:
    read_unread(engine)


def verify_all(engine: Engine, project: int) -> None:
    with snapshot(engine) as session:
        parts = parts_to_verify(session)
    for round_id, district in parts:
        verify(engine, round_id, district)


def work(engine: Engine, project: int) -> None:
    """Do what `tilik work --once` does, by that very command."""
    engine.dispose()
    tilik.main(["work", "--once"], standalone_mode=False)


def drain_all(engine: Engine, project: int) -> None:
    """Drain what has been asked for, and ask for nothing by the clock."""
    drain(Context(engine, load_settings()))


def write_back(engine: Engine, project: int) -> None:
    """Send the decisions that are due."""
    drain(Context(engine, load_settings()), ["write_back", "assign"])


def delete_traces(engine: Engine, project: int) -> None:
    """Delete the traces of what was closed."""
    drain(Context(engine, load_settings()), ["traces"])


def publish(engine: Engine, project: int) -> None:
    """Publish a form and the register, as the command does."""
    with Central.from_settings(load_settings()) as central:
        assert publish_forms(central, [build("visit_lksa")]).obstacles == ()
        note_what_changed(engine, central)
        publish_lists(engine, central)


PUBLISHED = ("visit_school", "visit_lksa")


def publish_what_was_agreed(engine: Engine, project: int) -> None:
    """Carry out what was agreed to on the page, with two forms instead of all."""
    publishing.build_with_childs = lambda: [build(form_id) for form_id in PUBLISHED]
    drain(Context(engine, load_settings()), ["publish"])


Task = Callable[[Engine, int], None]


class Child:
    """A running process."""

    def __init__(self, task: Task, place: Place, death: Death = NEVER) -> None:
        self._commits, theirs = _processes.Pipe(duplex=False)
        self._process: Any = _processes.Process(target=_main, args=(task, place, death, theirs))
        self._process.start()
        theirs.close()

    def kill(self) -> None:
        """Kill it, and see it dead: it writes nothing after this."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()

    def end(self) -> int | None:
        """Wait for it; returns its number of commits, or None where it was killed."""
        self._process.join(timeout=120)
        code = self._process.exitcode
        commits = self._commits.recv() if code == 0 else None
        self._commits.close()
        assert code in (0, -signal.SIGKILL), f"it ended with {code}"
        return commits


def _main(task: Task, place: Place, death: Death, commits: Any) -> None:
    os.environ.update(place.environment)
    killer = Killer(death)
    event.listen(Engine, "commit", killer.before)
    event.listen(Session, "after_commit", killer.after)
    engine = open_database(place.database)
    task(engine, place.project)
    engine.dispose()
    commits.send(killer.commits)


def kill(proxy: FaultProxy, run: Any, number: int) -> None:
    """Run a process and kill it once a request of it, by its number, was answered by Central."""
    born: queue.SimpleQueue[Child] = queue.SimpleQueue()
    dead = threading.Event()

    def now() -> None:
        born.get().kill()
        dead.set()

    proxy.at_request(number, now, "after")
    child = run()
    born.put(child)
    assert dead.wait(60)
    assert child.end() is None
    proxy.heal()
