"""A real browser, and the demo's pages in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request

from server.db import open_database
from server.settings import Settings
from tests.browser.children import Child, child
from tests.support.child_line import ChildLine, child_line
from tests.support.chromium import Visitor, running_chromium, served
from tests.support.demo import Demo
from tests.support.entering import log_in
from tests.support.lining import SECRET
from tests.support.npm import npm_modules


@pytest.fixture(scope="session")
def site(run: Demo) -> Iterator[str]:
    with served(run.app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give npm's modules, fetched once for all pages."""
    return npm_modules(tmp_path_factory.mktemp("npm"))


@pytest.fixture(scope="session")
def axe(modules: Path) -> str:
    """Give axe-core's program."""
    return (modules / "axe-core/axe.min.js").read_text(encoding="utf-8")


def _failed(request: Request) -> list[str]:
    """Give the address of what could not be had; not what a page still waited for when it was left for the next."""
    return [] if request.failure == "net::ERR_ABORTED" else [request.url]


@pytest.fixture
def visitor(run: Demo, chromium: Browser, site: str) -> Iterator[Visitor]:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1100, "height": 900})
    log_in(context, run, site)
    someone = Visitor(context.new_page(), site)
    someone.page.on("request", lambda request: someone.requested.append(request.url))
    someone.page.on("requestfailed", lambda request: someone.complaints.extend(_failed(request)))
    someone.page.on("console", lambda message: someone.complaints.append(message.text))
    yield someone
    context.close()


# ── the children's page


@pytest.fixture
def line(tmp_path: Path, sqlite_template: Path) -> Iterator[ChildLine]:
    shutil.copyfile(sqlite_template, tmp_path / "tilik.sqlite3")
    engine = open_database(f"sqlite:///{tmp_path / 'tilik.sqlite3'}")
    with child_line(engine, Settings.model_validate({"data": tmp_path, "secret_key": SECRET})) as found:
        yield found
    engine.dispose()


@pytest.fixture
def at(line: ChildLine) -> Iterator[str]:
    """Give the address at which the line is served."""
    with served(line.app) as address:
        yield address


@pytest.fixture
def phone(chromium: Browser, at: str) -> Iterator[Child]:
    with child(chromium, at) as someone:
        yield someone
