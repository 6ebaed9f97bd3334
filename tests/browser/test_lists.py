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


def has_rows(page: Page, number: int) -> None:
    expect(page.locator("table.list tbody tr")).to_have_count(number)


def test_without_a_script_the_filter_is_an_address(visitor: Visitor) -> None:
    page = visitor.open(f"{PART}/baris")
    has_rows(page, 35)
    page.get_by_label("Hasil").select_option("unsure")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page).to_have_url(re.compile("hasil=unsure"))
    has_rows(page, 8)
    expect(page.get_by_label("Hasil")).to_have_value("unsure")
    page.get_by_role("link", name="Tampilkan semua").click()
    has_rows(page, 35)
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
    has_rows(page, 2)
    expect(page.locator("table.list tbody")).to_contain_text("Pojok ASI Terminal")
    expect(page.locator(".filter summary")).to_have_text(re.compile(r"\(1 dipakai\)"))


def test_with_a_script_the_page_is_not_loaded_anew(scripted: Page) -> None:
    scripted.evaluate("window.still = true")
    scripted.get_by_label("Hasil").select_option("unsure")
    scripted.get_by_role("button", name="Tampilkan").click()
    has_rows(scripted, 8)
    assert scripted.evaluate("window.still") is True
    expect(scripted).to_have_url(re.compile("hasil=unsure"))
    expect(scripted.get_by_label("Hasil")).to_have_value("unsure")
    scripted.go_back()
    has_rows(scripted, 35)
    assert scripted.evaluate("window.still") is True


def test_a_visit_and_its_place_are_one_click_apart(visitor: Visitor) -> None:
    page = visitor.open(f"{PART}/kunjungan")
    row = page.locator("table.list tbody tr", has_text="Pojok ASI Terminal")
    expect(row.get_by_role("link", name=re.compile("baris 17.3: bukti tidak sesuai"))).to_have_count(1)
    row.get_by_role("link", name="Buka kirimannya").click()
    expect(page).to_have_url(re.compile("/kiriman/visit_pojok_asi/"))
