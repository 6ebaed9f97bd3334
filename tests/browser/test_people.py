"""People by keyboard alone and without a script: invited, given a role, handed over on one sheet."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Visitor, wait_for_all_of

pytestmark = pytest.mark.ci


def tab_to(page: Page, selector: str) -> None:
    """Press the tab key until something has the focus, as who has no mouse does."""
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement?.matches(wanted) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by the keyboard")


def typed(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


@pytest.mark.parametrize("width", [390, 1280])
def test_an_officer_is_invited_and_replaced_by_keyboard(visitor: Visitor, width: int) -> None:
    page, email = visitor.page, f"dinas{width}@kla.example"
    page.set_viewport_size({"width": width, "height": 800})
    visitor.open("/orang/baru")
    typed(page, "#name", f"Petugas Rekaan {width}")
    typed(page, "#email", email)
    typed(page, "#role", "petugas kabupaten")
    typed(page, "#area", "99.01")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator(".half code")).to_have_text(re.compile(r"^http://localhost:\d+/masuk/tautan/[\w-]{43}$"))
    visitor.open(f"/orang?q={email}")
    tab_to(page, "tbody a")
    page.keyboard.press("Enter")
    expect(page.locator("#roles + ul, #roles ~ ul").first).to_contain_text("petugas kabupaten/kota, 99.01")
    typed(page, "#next-name", f"Pengganti Rekaan {width}")
    typed(page, "#next-email", email)
    page.keyboard.press("Enter")
    expect(page.locator(".half")).to_have_count(2)
    wait_for_all_of(page)
    page.emulate_media(media="print")
    halves = [box for box in (half.bounding_box() for half in page.locator(".half").all()) if box]
    assert halves[0]["y"] + halves[0]["height"] <= halves[1]["y"], "two halves, to be cut apart"
    assert not page.locator("header nav").first.is_visible() and not page.locator(".unprinted").is_visible()
    page.emulate_media(media="screen")
    visitor.open(f"/orang?q={email}")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(f"Pengganti Rekaan {width}")
    assert visitor.complaints == []


def test_a_notice_says_what_was_done(visitor: Visitor) -> None:
    page = visitor.open("/benturan")
    typed(page, "#tie-district", "99.01")
    typed(page, "#tie-why", "Uji")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Benturan kepentingan dicatat.")
    page.reload()
    expect(page.get_by_role("status")).to_have_count(0)
