"""A reader checks documents in Chromium by keyboard alone, without a script; what axe-core says of the desk's pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from server.db import writing
from server.roles.account import Held
from server.roles.table import Role
from tests.browser.rooms import faults_of
from tests.support.chromium import served
from tests.support.claiming import ROUND
from tests.support.desk import ASKED, CENTRE, DESK, HERE, NOT_SO, a_reading_desk, reads, row_of, somebody, stands
from tests.support.environment import SQLITE
from tests.support.handing import Desk
from tests.support.web import browser_of, person
from tests.support.workbooks import DISTRICT

pytestmark = [pytest.mark.ci, pytest.mark.parametrize("engine", [SQLITE], indirect=True)]
WIDTHS = (1280, 390)
Opens = Callable[..., Any]


@pytest.fixture
def desk(district: Engine, tmp_path: Path) -> Desk:
    return a_reading_desk(district, tmp_path)


@pytest.fixture
def opens(desk: Desk, chromium: Browser) -> Iterator[Opens]:
    with served(desk.app) as site:

        @contextmanager
        def opened(held: Held, *, width: int = 1280, script: bool = True) -> Iterator[Page]:
            with writing(desk.engine) as session:
                number = person(session, held)
            cookie = browser_of(desk.app, number).get_cookie("tilik")
            assert cookie
            context = chromium.new_context(base_url=site, viewport={"width": width, "height": 900},
                                           java_script_enabled=script)  # fmt: skip
            context.add_cookies([{"name": "tilik", "value": cookie.value, "url": site}])
            page, said = context.new_page(), list[str]()
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            yield page
            context.close()
            assert said == []

        yield opened


def tab_to(page: Page, selector: str) -> None:
    """Go to something by the keyboard alone."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"no key leads to {selector}")


def test_a_reader_reads_document_after_document_by_keyboard_alone(desk: Desk, opens: Opens) -> None:
    row = row_of(desk, "12/2026", "1a")
    with opens(CENTRE, script=False) as page:
        page.goto("/dokumen/periksa")
        tab_to(page, "main table a")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{DESK}?*")
        tab_to(page, "main table a")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{DESK}/{row}?*")
        for name, downs in (("opened", 0), ("matches_number", 0), ("matches_date", 0), ("in_force", 2),
                            ("issuer_ok", 0), ("covers", 0), ("says", 1)):  # fmt: skip
            tab_to(page, f"input[name={name}]")
            page.keyboard.press("Space")
            for _ in range(downs):
                page.keyboard.press("ArrowDown")
        tab_to(page, "input[name=page]")
        page.keyboard.type("3")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{DESK}/{row_of(desk, '12/2026', '1b')}*")  # the next one is there at once
        assert page.locator("img.page").first.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    (kept,) = stands(desk, row).readings
    assert (kept.in_force, kept.covers, kept.says, kept.page) == ("not_seen", ["A"], "partly", 3)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_amiss_on_the_desks_pages(desk: Desk, opens: Opens, axe: str, width: int) -> None:
    row = row_of(desk, "12/2026", "1a")
    for held in (HERE, CENTRE):
        reads(somebody(desk, held), row, NOT_SO)
    with opens(CENTRE, width=width) as page:
        for address in ("/dokumen/periksa", DESK, f"{DESK}/{row_of(desk, 'Notulen 4', '3a')}"):
            page.goto(address)
            assert faults_of(page, axe) == [], address
    with opens(Held(Role.ASSESSOR), width=width) as page:
        page.goto(f"{DESK}/{row}")
        assert faults_of(page, axe) == []
        page.get_by_label("Yang ditanyakan").fill("Di pasal berapa?")
        with page.expect_navigation():
            page.get_by_role("button", name="Tanyakan kepada daerah").press("Enter")
        page.get_by_text("Tarik kembali pertanyaan").press("Enter")
        assert faults_of(page, axe) == []
        page.get_by_label("Alasan, yang juga dibaca").fill("Keliru dokumen.")
        with page.expect_navigation():
            page.get_by_role("button", name="Tarik pertanyaan ini").press("Enter")
        expect(page.locator("main")).to_contain_text("Pertanyaan ini ditarik kembali")
        assert faults_of(page, axe) == []
        page.get_by_label("Yang ditanyakan").fill("Di ayat berapa?")
        with page.expect_navigation():
            page.get_by_role("button", name="Tanyakan kepada daerah").press("Enter")
        page.goto(f"/wilayah/{ROUND}/{DISTRICT}/indikator/1")
        expect(page.locator("main")).to_contain_text("Yang ditemukan pada dokumen")
        assert faults_of(page, axe) == []
    with opens(Held(Role.DISTRICT, DISTRICT, ROUND), width=width) as page:
        page.goto(ASKED)
        assert faults_of(page, axe) == []
        with page.expect_navigation():
            page.get_by_role("button", name="Pertanyaan ini kami terima").press("Enter")
        page.get_by_label("Jawaban", exact=True).fill("Di pasal 9.")
        page.get_by_role("button", name="Kirim jawaban").press("Enter")
        expect(page.locator("main")).to_contain_text("Daerah menjawab")
        assert faults_of(page, axe) == []
    with opens(Held(Role.ASSESSOR), width=width) as page:
        page.goto(f"{DESK}/{row}")
        for button, state in (("Dokumen mendukung klaim", "Sepakat"), ("Tarik kembali", "Dijawab")):
            page.get_by_label("Alasan, yang juga dibaca").fill("Pasal 9 memuatnya.")
            with page.expect_navigation():
                page.get_by_role("button", name=button).press("Enter")
            expect(page.locator("h1 + p")).to_contain_text(state)
            for folded in page.get_by_text("Ubah atau tarik kembali").all():
                folded.press("Enter")
            assert faults_of(page, axe) == []
