"""What the tests stand on: real databases, a sandbox or a real Central over HTTP, and Collect's own form engine.

Each test runs in one of two places. `make test` runs those that need Python and nothing else. What is marked `ci` runs
in `.ci/run` (`pytest -m ci`), and fails there, never skipped, where what it needs is not named or not installed:

    TILIK_TEST_DATABASE_URL   a PostgreSQL server; the tests make and drop databases of their own on it
    TILIK_TEST_BROWSER        a browser; `chromium` where none is named
    TILIK_TEST_NPM            npm's modules for the tests of the door; fetched by npm where no folder is named
    TILIK_TEST_CENTRAL_URL, TILIK_TEST_CENTRAL_USER, TILIK_TEST_CENTRAL_PASSWORD   a real ODK Central, if there is one
"""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from urllib3 import Retry

from server.db import open_database
from server.schema import upgrade
from server.settings import Settings
from server.store import s3
from server.store.interface import Store
from server.store.opening import open_store
from tests.sandbox.server import PASSWORD, USER, Sandbox, running_sandbox
from tests.support.builders import load_district
from tests.support.claiming import forget_jobs, open_round
from tests.support.environment import (
    DATABASES,
    POSTGRESQL,
    REAL,
    SQLITE,
    forget_lists,
    new_project,
    new_project_at,
    on_postgres_anew,
    postgres_url,
)
from tests.support.lent import Lent
from tests.support.once import made_once, no_power_cuts, step_by_step
from tests.support.prepared import in_small_pages, prepared
from tests.support.sampling import A_FEW, ALL, a_few
from tests.support.storing import BUCKETS, FOLDER, STORES, VERSIONED, a_new_bucket, running_s3, settings_for
from tests.support.trial import publish_trial
from tests.support.unordered import backwards_where_nothing_orders
from workers.central import session
from workers.central.api import Central
from xlsforms.fill import FormFiller

if TYPE_CHECKING:
    from tests.support.demo import Demo

# no test fails because a machine is slow: the first run of all builds Hypothesis's tables of letters
# and none lands or is refused by chance: what is drawn is always the same, unless so many new examples are asked for
settings.register_profile("a few", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=A_FEW,
                          derandomize="TILIK_TEST_EXAMPLES" not in os.environ)  # fmt: skip
settings.register_profile("all", settings.get_profile("a few"), max_examples=ALL)
settings.register_profile("guarded", settings.get_profile("all"), max_examples=10)  # what is called shows after a few
settings.load_profile("a few")


def pytest_configure(config: pytest.Config) -> None:
    """Try properties on a few examples in `make test`, and on all where what is marked may be chosen (`.ci/run`)."""
    if config.option.markexpr != "not ci" and not config.getoption("hypothesis_profile"):
        settings.load_profile("all")


@pytest.fixture(scope="session", autouse=True)
def asked_again_at_once() -> Iterator[None]:
    """Sit out no pause before Central or a bucket is asked again."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Retry, "get_backoff_time", lambda _retry: 0.0)
        patched.setattr(session, "PAUSE_SECONDS", 0.0)
        patched.setattr(s3, "ATTEMPTS", 1)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Make once what is the same for every test, hash quickly, and wait for no disk."""
    with made_once(), no_power_cuts():
        yield


@pytest.fixture(scope="session", autouse=True)
def in_no_order() -> Iterator[None]:
    """Let no test rely on an order that no statement asked for."""
    with backwards_where_nothing_orders():
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `.ci/run` what needs PostgreSQL, a bucket or a real Central; what is all tried there has no sample.

    Buckets are tried with SQLite alone: they know of no database.
    """
    spared = (a_few, *BUCKETS)
    items[:] = [
        item for item in items if POSTGRESQL not in chosen(item) or not any(one in spared for one in chosen(item))
    ]
    for item in items:
        if {POSTGRESQL, "real", *BUCKETS} & {one for one in chosen(item) if isinstance(one, str)}:
            item.add_marker(pytest.mark.ci)


def chosen(item: pytest.Item) -> list[object]:
    """Give the values that a test was parametrised with."""
    return list(item.callspec.params.values()) if hasattr(item, "callspec") else []


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def central(sandbox: Sandbox) -> Iterator[Central]:
    """Give a new project at the sandbox."""
    with new_project_at(sandbox) as found:
        yield found


@pytest.fixture(params=["sandbox", "real"] if all(REAL) else ["sandbox"])
def any_server(request: pytest.FixtureRequest, sandbox: Sandbox) -> tuple[str, str, str]:
    """Give address, user and password of the sandbox, and of a real Central where one is named."""
    forget_lists(sandbox)
    url, user, password = REAL if request.param == "real" else (sandbox.url, USER, PASSWORD)
    return url, user, password


@pytest.fixture
def any_central(any_server: tuple[str, str, str]) -> Iterator[Central]:
    """Give a new project at the sandbox, and at a real Central where one is named."""
    with new_project(*any_server) as found:
        yield found


def pytest_collection_finish() -> None:
    """Leave what was imported alone: to look through all of it for garbage again and again took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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
def filler() -> Iterator[FormFiller]:
    """Give Collect's own form engine, started once: that and its first form take two seconds."""
    with FormFiller() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database file with its schema, to be copied: migrating every test's own would take longer."""
    file = tmp_path_factory.mktemp("template") / "tilik.sqlite3"
    _migrate(f"sqlite:///{file}")
    in_small_pages(file)
    return file


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """Give a database with its schema, to be copied."""
    with on_postgres_anew() as name:
        _migrate(postgres_url(name))
        yield name


@pytest.fixture(scope="session")
def postgresql_lent(postgresql_template: str) -> Iterator[Lent]:
    """Give copies of it, lent to one test after another."""
    lent = Lent(postgresql_template)
    yield lent
    lent.end()


def _migrate(url: str) -> None:
    engine = open_database(url)
    with step_by_step():
        upgrade(engine)
    engine.dispose()


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give an empty database of each kind, with its schema."""
    if request.param == SQLITE:
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "tilik.sqlite3")
        yield from _opened(f"sqlite:///{tmp_path / 'tilik.sqlite3'}")
        return
    with request.getfixturevalue("postgresql_lent").lend() as name:
        yield from _opened(postgres_url(name))


def _opened(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def district(engine: Engine) -> Engine:
    """Give a database with the made-up district's areas, a neighbour's village, and a round that is open."""
    prepared(engine, _district_with_its_round)
    return engine


def _district_with_its_round(engine: Engine) -> None:
    load_district(engine)
    open_round(engine)
    forget_jobs(engine)


@pytest.fixture
def trial(central: Central) -> Central:
    """Give a project at the sandbox with a form of its own."""
    return publish_trial(central)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Give an empty store of files of each kind."""
    return open_store(_stored_in(request, tmp_path))


@pytest.fixture(params=STORES)
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Give settings that name an empty store of each kind."""
    return _stored_in(request, tmp_path)


def _stored_in(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == FOLDER:
        return Settings(data=tmp_path)
    address = request.getfixturevalue("s3_address")
    return settings_for(address, a_new_bucket(address, versions=request.param == VERSIONED), data=tmp_path)


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """Give the address of an S3 service on loopback."""
    with running_s3() as address:
        yield address
