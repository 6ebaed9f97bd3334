"""A child with the page in a phone's browser: what it shows, and how it is answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from server.words import catalogue
from tests.browser.rooms import faults_of
from tests.support.built import built
from xlsforms.child_page import child_page
from xlsforms.forms import CHILD_FORM

FORM = child_page(built(CHILD_FORM))
OF_A_SCHOOL = [one["name"] for one in FORM["questions"] if one["kinds"] is None or "sekolah" in one["kinds"]]
PHONE = {"width": 360, "height": 640}
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
_TOO_SMALL = """[...document.querySelectorAll("button, input, header a, .numbers a")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.height < 48 || box.width < 48;
}).map((one) => one.outerHTML)"""


class Child:
    """Somebody in front of the page, and all that it asked for or complained about."""

    def __init__(self, page: Page, site: str, language: str = "id") -> None:
        self.page, self.site, self.language = page, site, language
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if _is_ours(said) else None)

    @property
    def address(self) -> str:
        return f"{self.site}/anak/?lang={self.language}"

    def word(self, key: str) -> str:
        return catalogue(self.language).say(f"voice.{key}")

    def heading(self, text: str) -> None:
        """Wait until this is what the screen is about, and see that it has the focus."""
        expect(self.page.locator("main h1")).to_have_text(text, timeout=30_000)
        expect(self.page.locator("main h1")).to_be_focused()

    def press(self, key: str) -> None:
        self.page.get_by_role("button", name=self.word(key), exact=True).click()

    def open(self, code: str = "") -> None:
        """Come by the QR of a slip."""
        self.page.goto("about:blank")
        self.page.goto(self.address + (f"#{code}" if code else ""))

    def begin(self, code: str) -> None:
        """Come by the QR, read what it is about, and want to answer."""
        self.open(code)
        self.agree()

    def agree(self) -> None:
        self.heading(self.word("before"))
        self.press("go_on")
        self.choose("yes")

    def choose(self, choice: str) -> None:
        self.page.locator(f"[data-choice='{choice}']").click()

    def answer(self, age: str, choice: Callable[[int], str] | str = "skip") -> None:
        """Answer everything, up to the question whether to send it."""
        self.choose(age)
        number = 0
        while self.page.locator("[data-choice]").count():
            wanted = choice if isinstance(choice, str) else choice(number)
            offered = self.page.locator(f"[data-choice='{wanted}']")
            self.choose(wanted if offered.count() else "skip")
            number += 1
        self.heading(self.word("ready"))

    def faults(self, axe: str) -> list[str]:
        self.page.evaluate("Promise.all([...document.images].map((one) => one.decode()))")
        small = self.page.evaluate(_TOO_SMALL)
        return [*faults_of(self.page, axe), *(f"too small to press: {one}" for one in small)]


def _is_ours(said: Any) -> bool:
    return said.type in ("error", "warning") and "Failed to load resource" not in said.text


@contextmanager
def child(chromium: Browser, site: str, language: str = "id", **more: Any) -> Iterator[Child]:
    """Let a child into a browser of a phone's width; nothing may be complained of, nor asked of anybody else."""
    context = chromium.new_context(viewport=PHONE, **more)  # type: ignore[arg-type]
    someone = Child(context.new_page(), site, language)
    yield someone
    left = kept_by(context)
    context.close()
    assert (someone.complaints, left) == ([], [])
    assert [url for url in someone.asked if not url.startswith(site)] == []


def kept_by(context: BrowserContext) -> list[str]:
    """Name what a browser keeps of this site beside its cache of files."""
    kept = context.storage_state(indexed_db=True)
    found = [str(one) for one in (*kept["cookies"], *kept["origins"])]
    for page in context.pages:
        if page.url.startswith("http"):
            found += page.evaluate("caches.keys()") if page.evaluate("'caches' in window") else []
            found += page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))")
    return found


def cut_before(route: Route) -> None:
    """Cut the line before a request arrives."""
    route.abort("connectionreset")


def cut_after(route: Route) -> None:
    """Cut the line once it was carried out, before the answer to it is there."""
    route.fetch()
    route.abort("connectionreset")
