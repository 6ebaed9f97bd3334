"""The database gone and back while a worker works (PostgreSQL behind a forwarder), or gone for a command."""

import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.settings import CHECKOUT
from server.words import catalogue
from server.work.kinds import Pulls
from server.work.queue import ask
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.child import Place
from tests.support.operator import command, eventually, place_of, tilik
from tests.support.proxy import FaultProxy
from tests.support.visits import FORM_ID, a_visit, empty, everything, publish, visits_with_history
from tests.support.wires import Forwarder
from verification.reason import Reason
from workers.central.api import Central

pytestmark = pytest.mark.ci

GONE = catalogue("en").reason(Reason("database_unreachable"))
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    "arguments",
    [("pull",), ("verify",), ("work", "--once"), ("claims", "show", "--district", "99.01", "--year", "2026")],
    ids=lambda arguments: arguments[0],
)
def test_a_command_without_its_database_ends_with_a_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = tilik(Place(NOWHERE, tmp_path, "http://127.0.0.1:1", 1), *arguments)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", GONE + "\n")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_database_lost_on_the_way_ends_a_drain_with_a_sentence(engine: Engine, tmp_path: Path) -> None:
    engine.dispose()
    (tmp_path / "tilik.sqlite3").write_bytes(b"torn" * 5000)
    for wal in tmp_path.glob("tilik.sqlite3-*"):
        wal.unlink()
    result = tilik(place_of(engine, tmp_path, "http://127.0.0.1:1", 1), "work", "--once")
    assert (result.returncode, result.stderr) == (1, catalogue("en").reason(Reason("database_damaged")) + "\n")


@contextmanager
def a_worker(place: Place) -> Iterator["queue.SimpleQueue[str]"]:
    """Run `tilik work` as it runs for months, and give what it says."""
    environment = os.environ | place.environment
    with subprocess.Popen(command("work"), cwd=CHECKOUT, env=environment, stderr=subprocess.PIPE, text=True) as worker:
        said: queue.SimpleQueue[str] = queue.SimpleQueue()
        assert worker.stderr
        listener = threading.Thread(target=_listen, args=(worker.stderr, said), daemon=True)
        listener.start()
        try:
            yield said
            assert worker.poll() is None, "it is still at work"
        finally:
            worker.terminate()
            listener.join(60)


def _listen(stream: IO[str], said: "queue.SimpleQueue[str]") -> None:
    for line in stream:
        said.put(line)


def has_pulled(engine: Engine, data: Path, submissions: int) -> bool:
    return len(everything(engine, data)["submissions"]) == submissions


def is_done(engine: Engine, kind: str) -> bool:
    """Tell whether all work of a kind has ended: none waits for the lease of a worker that lives."""
    with snapshot(engine) as session:
        return set(session.scalars(select(Job.state).filter_by(kind=kind))) == {"done"}


def hear(said: "queue.SimpleQueue[str]", sentence: str) -> None:
    while sentence not in said.get(timeout=120):
        continue  # what else it says


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_database_gone_in_the_middle_of_a_pull_and_back(
    engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The worker survives, says so, and goes on by itself; who asks for work in between is heard."""
    visits_with_history(central)
    with Forwarder(engine.url.host or "", engine.url.port or 5432) as line, FaultProxy(sandbox.url) as proxy:
        direct = place_of(engine, tmp_path, proxy.url, central.project)
        assert tilik(direct, "work", "--once").returncode == 0
        wanted = everything(engine, tmp_path)
        in_the_pull = next(at for at, seen in enumerate(proxy.seen, 1) if seen.path.endswith("/versions"))
        empty(engine, tmp_path)

        url = engine.url.set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False)
        proxy.at_request(in_the_pull, line.cut, phase="after")
        with a_worker(replace(direct, database=url)) as said:
            hear(said, GONE)
            assert everything(engine, tmp_path) != wanted
            line.restore()
            with writing(engine) as session:
                ask(session, Pulls())
            eventually(lambda: is_done(engine, "pull") and everything(engine, tmp_path) == wanted)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_database_that_drops_every_connection_of_an_idle_worker(
    engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path
) -> None:
    publish(central)
    with Forwarder(engine.url.host or "", engine.url.port or 5432) as line:
        url = engine.url.set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False)
        with a_worker(replace(place_of(engine, tmp_path, sandbox.url, central.project), database=url)):
            for wanted in (1, 2):
                central.submit(FORM_ID, a_visit())
                with writing(engine) as session:
                    ask(session, Pulls())
                eventually(partial(has_pulled, engine, tmp_path, wanted))
                line.cut()
                line.restore()
