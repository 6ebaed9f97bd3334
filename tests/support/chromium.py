"""A real browser, and the pages served to it over loopback."""

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from waitress.server import create_server

from tests.support.serving import serving

# nothing of the browser's own may go out: what is requested is then what a page requested
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
         "--disable-component-update", "--disable-sync")  # fmt: skip


_LONGEST_MS, _AT_ONCE_MS = 30_000, 20


def find_chromium() -> str | None:
    """Give the browser named in TILIK_TEST_BROWSER, or else the one installed."""
    named = os.environ.get("TILIK_TEST_BROWSER", "chromium")
    return shutil.which(named) or named


@cache
def _playwright() -> Playwright:
    """Start what drives browsers, once for all folders of tests: it refuses to be there twice in a process."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


@contextmanager
def running_chromium(*more: str) -> Iterator[Browser]:
    browser = _playwright().chromium.launch(executable_path=find_chromium(), args=[*QUIET, *more])
    yield browser
    browser.close()


def wait_for_all_of(page: Page) -> None:
    """Wait until all that a page names has come. The driver's own way waits in vain once a link led to a download."""
    for _ in range(_LONGEST_MS // _AT_ONCE_MS):
        if page.evaluate("document.readyState") == "complete":
            return
        page.wait_for_timeout(_AT_ONCE_MS)
    raise AssertionError("the page did not come")


def is_too_wide(page: Page) -> bool:
    """Say whether a page is wider than the screen, once what shapes it has come.

    What is looked for on a page after a click is found as soon as it is read, often before the style sheet is there.
    """
    wait_for_all_of(page)
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve the pages as `tilik serve` does, and give their address."""
    with serving(create_server(app, host="127.0.0.1", port=port, threads=8)) as address:
        yield address.replace("127.0.0.1", "localhost")


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
