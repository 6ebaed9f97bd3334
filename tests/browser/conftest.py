"""A real browser, and the demo's pages in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.chromium import Visitor, running_chromium, served
from tests.support.demo import Demo
from tests.support.entering import log_in
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


@pytest.fixture
def visitor(run: Demo, chromium: Browser, site: str) -> Iterator[Visitor]:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1100, "height": 900})
    log_in(context, run, site)
    someone = Visitor(context.new_page(), site)
    someone.page.on("request", lambda request: someone.requested.append(request.url))
    someone.page.on("requestfailed", lambda request: someone.complaints.append(request.url))
    someone.page.on("console", lambda message: someone.complaints.append(message.text))
    yield someone
    context.close()
