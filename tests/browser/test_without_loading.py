"""In a real browser with scripts: a list is filtered without its page being loaded; else by loading it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.demo import Demo
from tests.support.entering import log_in

pytestmark = pytest.mark.ci
LINES = "/wilayah/2025/99.01/baris"


@pytest.fixture
def page(run: Demo, chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=site)
    log_in(context, run, site)
    found = context.new_page()
    yield found
    context.close()


def is_the_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


def test_filtering_keeps_the_page_its_address_and_the_way_back(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(LINES)
    page.evaluate("window.stayed = true")
    page.get_by_label("Cari nama").fill("ASI")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page).to_have_url(re.compile(r"\?(.*&)?cari=ASI"))
    expect(page.locator("#list tbody tr")).to_have_count(11)
    assert is_the_same_page(page)
    expect(page.locator("body > p[role=status]")).to_contain_text("11")
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(35)
    assert is_the_same_page(page)
    page.get_by_role("link", name="Wilayah", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("Wilayah")
    assert complaints == []


def test_the_keyboard_stays_in_the_list(page: Page) -> None:
    page.goto(LINES)
    page.get_by_label("Cari nama").fill("ASI")
    page.get_by_label("Cari nama").press("Enter")
    expect(page.locator("#list tbody tr")).to_have_count(11)
    expect(page.locator("#list :focus, #list:focus")).to_have_count(1)


def test_what_goes_wrong_ends_in_a_plain_load(page: Page) -> None:
    page.goto(LINES)
    page.evaluate("window.stayed = true; window.fetch = () => Promise.reject(new Error('no network')); 0")
    page.get_by_label("Cari nama").fill("ASI")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.locator("#list tbody tr")).to_have_count(11)
    assert not is_the_same_page(page)
