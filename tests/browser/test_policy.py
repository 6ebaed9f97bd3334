"""Chromium, with scripts allowed, walks every page: it complains of nothing, and asks nobody else."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from server.db import writing
from server.people.tables import Person
from tests.support.addresses import addresses
from tests.support.demo import Demo
from tests.support.web import EVERYTHING, browser, browser_of, person
from tests.support.web import Browser as Carrier

pytestmark = pytest.mark.ci


@contextmanager
def watched(chromium: Browser, site: str, carrier: Carrier) -> Iterator[tuple[Page, list[str]]]:
    """Give a page of a browser that carries what another does, and all that it complains of or asks others for."""
    context, found = chromium.new_context(), list[str]()
    cookie = carrier.get_cookie("tilik")
    if cookie:
        context.add_cookies([{"name": "tilik", "value": cookie.value, "url": site}])
    page = context.new_page()
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(site) else found.append(request.url))
    yield page, found
    context.close()


def walk(page: Page, found: list[str], site: str, paths: Iterable[str]) -> dict[str, int]:
    """Open pages one after another; gives their statuses. Left out is what Chromium keeps, or writes a page for."""
    statuses = {}
    for path in paths:
        if not path.endswith((".csv", ".json", ".xlsx", ".jpg", ".pdf", "/unduh")):
            answer = page.goto(f"{site}{path}")
            assert answer
            page.locator("details").evaluate_all("all => all.forEach(details => details.open = true)")
            statuses[path] = answer.status
            # that there is no such thing is no complaint of the policy's
            assert [
                text for text in found if not text.startswith("[DOM]") and "responded with a status of 4" not in text
            ] == [], path
    return statuses


def test_no_page_does_what_its_policy_refuses(run: Demo, chromium: Browser, site: str) -> None:
    with writing(run.engine) as session:
        number = person(session, *EVERYTHING)
    with watched(chromium, site, browser_of(run.app, number)) as (page, found):
        statuses = walk(page, found, site, addresses(run))
    assert list(statuses.values()).count(200) > 10


def test_nor_do_the_pages_of_who_is_not_in_yet(run: Demo, chromium: Browser, site: str) -> None:
    with writing(run.engine) as session:
        number = person(session, *EVERYTHING)
        session.get_one(Person, number).totp_secret = None
    pages = (
        "/masuk",
        "/masuk/tautan/unknown",
        "/masuk/pasang-langkah-kedua",
        "/masuk/pasang-langkah-kedua/aplikasi",
        "/nowhere",
    )
    with watched(chromium, site, browser(run.app)) as (page, found):
        walk(page, found, site, pages)
    with watched(chromium, site, browser_of(run.app, number)) as (page, found):
        walk(page, found, site, pages)
        page.goto(f"{site}/masuk/pasang-langkah-kedua/aplikasi")
        assert page.locator("svg").bounding_box()


@pytest.mark.parametrize(("script", "complaint"), [
    ("document.head.append(Object.assign(document.createElement('script'), {textContent: '1'}))", "script-src"),
    ("document.head.append(Object.assign(document.createElement('script'), {src: '/static/x.js'}))", "script-src"),
    ("document.head.append(Object.assign(document.createElement('style'), {textContent: 'a{}'}))", "style-src"),
    ("document.body.setAttribute('style', 'color: red')", "style-src"),
    ("document.body.insertAdjacentHTML('beforeend', '<img src=/x onerror=1>')", "script-src"),
    ("document.body.insertAdjacentHTML('beforeend', '<iframe src=/></iframe>')", "default-src|frame-src"),
    ("document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.2/x.png'}))", "img-src"),
    ("location.href = 'javascript:1'", "script-src"),
])  # fmt: skip
def test_what_the_policy_forbids_is_refused(
    run: Demo, chromium: Browser, site: str, script: str, complaint: str
) -> None:
    with watched(chromium, site, browser(run.app)) as (page, found):
        page.goto(f"{site}/masuk")
        with page.expect_console_message(lambda message: any(name in message.text for name in complaint.split("|"))):
            page.evaluate(script)
    assert any("Content Security Policy" in text for text in found)
