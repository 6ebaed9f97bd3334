"""A district's lists in a real browser: by keyboard, without a script, and with it without loading the page anew."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import Visitor
from tests.support.demo import Demo
from tests.support.web import cookie_of
from workers.demo.story import DISTRICT, ROUND

pytestmark = pytest.mark.ci
PART = f"/wilayah/{ROUND}/{DISTRICT}"


@pytest.fixture
def scripted(run: Demo, chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    cookie = cookie_of(run.app)
    context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": site}])
    page = context.new_page()
    page.goto(f"{site}{PART}/baris")
    yield page
    context.close()


def rows(page: Page) -> int:
    return page.locator("table.list tbody tr").count()


def test_without_a_script_the_filter_is_an_address(visitor: Visitor) -> None:
    page = visitor.open(f"{PART}/baris")
    assert rows(page) == 35
    page.get_by_label("Hasil").select_option("unsure")
    page.get_by_role("button", name="Tampilkan").click()
    assert "hasil=unsure" in page.url
    assert rows(page) == 8
    expect(page.get_by_label("Hasil")).to_have_value("unsure")
    page.get_by_role("link", name="Tampilkan semua").click()
    assert rows(page) == 35
    assert visitor.complaints == []


def test_by_keyboard_alone_on_a_phone(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 390, "height": 800})
    page = visitor.open(f"{PART}/baris")
    search = page.get_by_label("Cari nama tempat")
    expect(search).to_be_hidden()
    page.locator(".filter summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(search).to_be_focused()
    page.keyboard.type("terminal")
    page.keyboard.press("Enter")
    expect(page.locator("table.list tbody tr")).to_have_count(2)
    assert "Pojok ASI Terminal" in page.locator("table.list tbody").inner_text()
    expect(page.locator(".filter summary")).to_have_text(re.compile(r"\(1 dipakai\)"))


def test_with_a_script_the_page_is_not_loaded_anew(scripted: Page) -> None:
    scripted.evaluate("window.still = true")
    scripted.get_by_label("Hasil").select_option("unsure")
    scripted.get_by_role("button", name="Tampilkan").click()
    expect(scripted.locator("table.list tbody tr")).to_have_count(8)
    assert scripted.evaluate("window.still") is True
    assert "hasil=unsure" in scripted.url
    expect(scripted.get_by_label("Hasil")).to_have_value("unsure")
    scripted.go_back()
    expect(scripted.locator("table.list tbody tr")).to_have_count(35)
    assert scripted.evaluate("window.still") is True


def test_a_visit_and_its_place_are_one_click_apart(visitor: Visitor) -> None:
    page = visitor.open(f"{PART}/kunjungan")
    row = page.locator("table.list tbody tr", has_text="Pojok ASI Terminal")
    expect(row.get_by_role("link", name=re.compile("baris 17.3: bukti tidak sesuai"))).to_have_count(1)
    row.get_by_role("link", name="Buka kirimannya").click()
    assert "/kiriman/visit_pojok_asi/" in page.url
