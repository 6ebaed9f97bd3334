"""A claimed line in a real browser: its photograph, large, is asked for only once somebody opens it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from server.claims.tables import ClaimLine
from server.db import snapshot
from server.roles.table import Role
from tests.browser.rooms import someone
from tests.support.chromium import Visitor, is_too_wide
from tests.support.demo import Demo
from workers.demo.story import DISTRICT, ROUND

pytestmark = pytest.mark.ci
LARGE = re.compile(r"/foto/\d+\.jpg")
SMALL = ".beside .photos a"


def page_of(run: Demo, name: str) -> str:
    with snapshot(run.engine) as session:
        line = session.scalars(select(ClaimLine.id).filter_by(name=name)).one()
    return f"/wilayah/{ROUND}/{DISTRICT}/baris/{line}"


def asked_for(page: Page) -> list[str]:
    """Note the large photographs that a page asks for from now on."""
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url) if LARGE.search(request.url) else None)
    return asked


@pytest.mark.parametrize("width", [1280, 390])
def test_a_photograph_opens_beside_the_claim_and_closes_by_keyboard(
    run: Demo, chromium: Browser, site: str, width: int
) -> None:
    with someone(chromium, run, site, Role.SUPERVISOR, width=width) as here:
        asked = asked_for(here.page)
        page = here.open(page_of(run, "Pojok ASI Balai Kota Rekaan"))
        assert not is_too_wide(page)
        page.wait_for_load_state("networkidle")
        assert asked == [], "what nobody opened was not seen by anybody"
        large = page.locator(".lightbox img")
        expect(large).to_be_hidden()
        here.press(page.locator(SMALL))
        expect(large).to_be_in_viewport()
        assert large.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        assert len(asked) == 1
        expect(page.locator(".lightbox:target")).to_contain_text("Pojok ASI Balai Kota Rekaan")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Tutup"
        page.keyboard.press("Enter")
        expect(large).to_be_hidden()


def test_without_a_script_the_small_one_leads_to_the_large_one(run: Demo, visitor: Visitor) -> None:
    asked = asked_for(visitor.page)
    page = visitor.open(page_of(run, "Pojok ASI Balai Kota Rekaan"))
    page.wait_for_load_state("networkidle")
    assert asked == []
    page.locator(SMALL).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(LARGE)
    assert len(asked) == 1
    page.go_back()
    expect(page.locator("h1")).to_have_text("Pojok ASI Balai Kota Rekaan")


def test_on_a_phone_claim_and_photograph_are_on_the_first_two_screens(run: Demo, visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    page = visitor.open(page_of(run, "Pojok ASI Balai Kota Rekaan"))
    box = page.locator(".beside .photos img").first.bounding_box()
    assert box and box["y"] + box["height"] < 2 * 844
