"""What the tests stand on: real databases, a sandbox or a real Central over HTTP, and Collect's own form engine.

Services are used where they are named, and never silently skipped:

    TILIK_TEST_DATABASE_URL   a PostgreSQL server; the tests make and drop databases of their own on it
    TILIK_TEST_REDIS_URL      a Redis; with both, the services of compose.yaml are started by hand
    TILIK_TEST_CENTRAL_URL, TILIK_TEST_CENTRAL_USER, TILIK_TEST_CENTRAL_PASSWORD   a real ODK Central
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from server.db import open_database
from server.schema import upgrade
from server.store import Store
from tests.sandbox.server import PASSWORD, USER, Sandbox, running_sandbox
from tests.support.builders import load_district
from tests.support.environment import POSTGRES, REAL, new_project, on_postgres, postgres_url
from tests.support.trial import publish_trial
from workers.central.api import Central

if TYPE_CHECKING:
    from tests.support.demo import Demo

# no test fails because a machine is slow: the first run of all builds Hypothesis's tables of letters
settings.register_profile("tilik", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tilik")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def central(sandbox: Sandbox) -> Iterator[Central]:
    """Give a new project at the sandbox."""
    with new_project(sandbox.url, USER, PASSWORD) as found:
        yield found


@pytest.fixture(params=["sandbox", "real"] if all(REAL) else ["sandbox"])
def any_server(request: pytest.FixtureRequest, sandbox: Sandbox) -> tuple[str, str, str]:
    """Give address, user and password of the sandbox, and of a real Central where one is named."""
    url, user, password = REAL if request.param == "real" else (sandbox.url, USER, PASSWORD)
    return url, user, password


@pytest.fixture
def any_central(any_server: tuple[str, str, str]) -> Iterator[Central]:
    """Give a new project at the sandbox, and at a real Central where one is named."""
    with new_project(*any_server) as found:
        yield found


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything a test could need is said to be there, a skipped test is a failure."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("TILIK_TEST_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Demo"]:
    """Give the demo, run once for all that look at it."""
    from tests.support.demo import told_demo  # it brings every room: only the tests that need it pay for that

    with told_demo(tmp_path_factory.mktemp("demo")) as told:
        yield told


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give a database of each kind with its schema, to be copied: migrating every test's own would take longer."""
    name, file = f"tilik_test_{uuid.uuid4().hex}", tmp_path_factory.mktemp("template") / "tilik.sqlite3"
    found = {"sqlite": str(file)}
    _migrate(f"sqlite:///{file}")
    if POSTGRES:
        found["postgresql"] = name
        on_postgres(f"CREATE DATABASE {name}")
        _migrate(postgres_url(name))
    yield found
    if POSTGRES:
        on_postgres(f"DROP DATABASE {name} WITH (FORCE)")


def _migrate(url: str) -> None:
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRES else ["sqlite"])
def engine(request: pytest.FixtureRequest, templates: dict[str, str], tmp_path: Path) -> Iterator[Engine]:
    """Give an empty database of each kind, with its schema."""
    if request.param == "sqlite":
        shutil.copyfile(templates["sqlite"], tmp_path / "tilik.sqlite3")
        engine = open_database(f"sqlite:///{tmp_path / 'tilik.sqlite3'}")
        yield engine
        engine.dispose()
        return
    name = f"tilik_test_{uuid.uuid4().hex}"
    on_postgres(f"CREATE DATABASE {name} TEMPLATE {templates['postgresql']}")
    engine = open_database(postgres_url(name))
    yield engine
    engine.dispose()
    on_postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def district(engine: Engine) -> Engine:
    """Give a database with the made-up district's areas, and a neighbour's village."""
    load_district(engine)
    return engine


@pytest.fixture
def trial(central: Central) -> Central:
    """Give a project at the sandbox with a form of its own."""
    return publish_trial(central)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give an empty store of files."""
    return Store(tmp_path / "store")
