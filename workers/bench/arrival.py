"""Measure how long it takes from a visit's arrival at Central to the changed report, with `tilik work` as a process.

Each visit is sent as soon as the one before has reached the report, just after a pull: nothing waits longer than that.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine

from server.db import snapshot
from server.results.verifying import result_of
from server.schema import open_up_to_date
from server.settings import CHECKOUT, Settings
from workers.bench.pulls import central_to_measure, databases_to_measure
from workers.central.api import Central, create_project
from workers.demo.story import DISTRICT, ROUND, FilledVisit, prepare

GIVEN_UP_SECONDS = 600


@dataclass(frozen=True)
class Arrivals:
    """What so many arrivals came to: the median, and the slowest."""

    name: str
    server: str
    n: int
    seconds: float
    slowest: float


def bench_arrivals(settings: Settings, count: int, postgres: str | None, tell: Callable[..., None]) -> list[Arrivals]:
    """Measure so many arrivals on each database."""
    with ExitStack() as stack:
        server, *account = stack.enter_context(central_to_measure(settings, 0))
        data = stack.enter_context(tempfile.TemporaryDirectory())
        databases = stack.enter_context(databases_to_measure(postgres))
        return [
            _measure(kind, server, _settings(account, database, Path(data) / kind), count, tell)
            for kind, database in databases
        ]


def _settings(account: list[str], database: str, data: Path) -> Settings:
    url, user, password = account
    project = create_project(url, user, password, f"Bench {uuid.uuid4()}")
    return Settings(data=data, database_url=SecretStr(database), central_url=url, central_user=user,
                    central_password=SecretStr(password), central_project=project)  # fmt: skip


def _measure(kind: str, server: str, ours: Settings, count: int, tell: Callable[..., None]) -> Arrivals:
    engine = open_up_to_date(ours)
    with Central.from_settings(ours) as central:
        tell("bench.sending", n=count, server=server)
        visits = prepare(engine, ours, central, lambda *_, **__: None)[: count + 1]
        with _working(ours):
            tell("bench.measuring", name=f"arrival/{kind}")
            seconds = [_until_reported(engine, central, visit) for visit in visits][1:]  # the first finds it starting
    engine.dispose()
    return Arrivals(
        f"arrival/{kind}", server, len(seconds), round(statistics.median(seconds), 1), round(max(seconds), 1)
    )


def _until_reported(engine: Engine, central: Central, visit: FilledVisit) -> float:
    before = _newest(engine)
    visit.send(central)
    start = time.perf_counter()
    while _newest(engine) == before:
        if time.perf_counter() - start > GIVEN_UP_SECONDS:
            raise RuntimeError("the visit never reached the report")
        time.sleep(0.1)
    return time.perf_counter() - start


def _newest(engine: Engine) -> str | None:
    with snapshot(engine) as session:
        found = result_of(session, ROUND, DISTRICT)
        return found.inputs_digest if found else None


@contextmanager
def _working(ours: Settings) -> Iterator[None]:
    """Run `tilik work` as an operator would."""
    password, database = ours.central_password, ours.database_url
    assert password and database  # noqa: S101 - both are ours
    environment = os.environ | {
        "TILIK_DATA": str(ours.data), "TILIK_DATABASE_URL": database.get_secret_value(),
        "TILIK_CENTRAL_URL": str(ours.central_url), "TILIK_CENTRAL_USER": str(ours.central_user),
        "TILIK_CENTRAL_PASSWORD": password.get_secret_value(), "TILIK_CENTRAL_PROJECT": str(ours.central_project),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "tilik.py", "work"], cwd=CHECKOUT, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=120)
