"""A real browser that somebody is logged in with."""

from playwright.sync_api import BrowserContext

from tests.support.demo import Demo
from tests.support.web import cookie_of


def log_in(context: BrowserContext, run: Demo, site: str) -> None:
    """Let a browser carry the session of somebody who may see everything."""
    cookie = cookie_of(run.app)
    context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": site}])
