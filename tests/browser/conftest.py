"""Real-browser tests run where Chromium is; where none is they are not collected, so that nothing is skipped or fails.

TILIK_TEST_BROWSER   a browser that must be there: without it these tests fail
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import find_chromium, running_chromium, served
from tests.demo.story import Demo

collect_ignore_glob = [] if find_chromium() else ["test_*.py"]


@dataclass
class Visitor:
    """Somebody in front of a browser without JavaScript, and all that it asked for or complained about."""

    page: Page
    site: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page


@pytest.fixture(scope="session")
def site(run: Demo) -> Iterator[str]:
    with served(run.app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def visitor(chromium: Browser, site: str) -> Iterator[Visitor]:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1100, "height": 900})
    someone = Visitor(context.new_page(), site)
    someone.page.on("request", lambda request: someone.requested.append(request.url))
    someone.page.on("requestfailed", lambda request: someone.complaints.append(request.url))
    someone.page.on("console", lambda message: someone.complaints.append(message.text))
    yield someone
    context.close()
