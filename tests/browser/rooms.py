"""People of each role in a real browser: what they see, by keyboard alone, and what axe-core and the console say."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from server.roles.account import Held
from server.roles.table import EVERYWHERE_ONLY, Role
from tests.support.chromium import is_too_wide, wait_for_all_of
from tests.support.demo import Demo
from tests.support.web import cookie_of
from workers.demo.story import DISTRICT, ROUND

WIDTHS = (1280, 390)
PART = f"/wilayah/{ROUND}/{DISTRICT}"
PAPER = f"/laporan/{ROUND}/{DISTRICT}"
NATION = frozenset({Role.SUPERVISOR, Role.SECRETARIAT, Role.ASSESSOR, Role.INSPECTORATE}) | EVERYWHERE_ONLY
MOST_TABS = 250  # more often than this nobody presses Tab


def held_by(role: Role) -> Held:
    """Give a role as somebody in the demo holds it."""
    if role in NATION:
        return Held(role)
    return Held(role, DISTRICT.partition(".")[0] if role is Role.PROVINCIAL else DISTRICT, ROUND)


class Someone:
    """Somebody of a role in front of a browser."""

    def __init__(self, page: Page, site: str, axe: str | None) -> None:
        self.page, self.site, self._axe = page, site, axe
        self.complaints: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if _is_ours(said) else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Page:
        """Open a page; it has to be there."""
        answer = self.page.goto(self.site + path)
        assert answer and answer.status == 200, (path, answer and answer.status)
        return self.page

    def status(self, path: str) -> int:
        """Ask for a page that may not be there."""
        answer = self.page.goto(self.site + path)
        assert answer
        return answer.status

    def tab_to(self, target: Locator) -> None:
        """Go to something by keyboard alone."""
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {target}")

    def press(self, target: Locator) -> None:
        """Go to a link or button by keyboard alone, and press it."""
        self.tab_to(target)
        self.page.keyboard.press("Enter")

    def found_fault(self) -> list[str]:
        """List what axe-core finds on the page that is open, and whether it is wider than the screen."""
        assert self._axe, "without JavaScript axe cannot run"
        return faults_of(self.page, self._axe)


def axe_finds(page: Page, axe: str) -> list[str]:
    """List what axe-core finds on a page."""
    wait_for_all_of(page)
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"][:3]]


def faults_of(page: Page, axe: str) -> list[str]:
    """List what axe-core finds on a page, and whether it is wider than the screen."""
    return axe_finds(page, axe) + ["wider than the screen"] * is_too_wide(page)


def _is_ours(said: ConsoleMessage) -> bool:
    refused = "the server responded with a status of 40" in said.text
    over = "net::ERR_" in said.text
    return said.type in ("error", "warning") and not refused and not over


@contextmanager
def someone(
    chromium: Browser, run: Demo, site: str, role: Role, *, width: int = 1280, script: bool = True,
    axe: str | None = None,
) -> Iterator[Someone]:  # fmt: skip
    """Let somebody of a role into a browser of some width; nothing may be complained of."""
    context = chromium.new_context(java_script_enabled=script, viewport={"width": width, "height": 900})
    cookie = cookie_of(run.app, [held_by(role)])
    context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": site}])
    here = Someone(context.new_page(), site, axe)
    yield here
    context.close()
    assert here.complaints == [], "nothing was blocked, and no script failed"
