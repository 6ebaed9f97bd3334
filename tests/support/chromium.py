"""A real browser, and the pages served to it over loopback."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import wasyncore
from waitress.server import create_server

# nothing of the browser's own may go out: what is requested is then what a page requested
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
         "--disable-component-update", "--disable-sync")  # fmt: skip


def find_chromium() -> str | None:
    """Give the browser named in TILIK_TEST_BROWSER, or else the one installed."""
    named = os.environ.get("TILIK_TEST_BROWSER", "chromium")
    return shutil.which(named) or named


@contextmanager
def running_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the pages as `tilik serve` does, and give their address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # in the loop's own thread, and a browser's open connections too: it ends when none is left
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(timeout=30)
        server.task_dispatcher.shutdown()
        assert not thread.is_alive()


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
