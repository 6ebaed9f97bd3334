"""A team's work list on paper: nothing to press, no row cut, headings on each sheet, nothing that the page lacks."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from server.app import create_app
from server.db import writing
from server.plan.releasing import release
from server.settings import Settings
from tests.support.assigning import HOME, PART
from tests.support.chromium import served
from tests.support.drawing import DrawField, a_draw_field
from tests.support.environment import SQLITE
from tests.support.planning import OTHER_PLACE, PlanField
from tests.support.web import TESTER, browser_of

pytestmark = [pytest.mark.ci, pytest.mark.parametrize("engine", [SQLITE], indirect=True)]
PAGE = f"/wilayah/{PART[0]}/{PART[1]}"
TASKS, PLAN = f"{PAGE}/tugas", f"{PAGE}/rencana"
A4_WITHIN_MARGINS = 702  # CSS pixels of 186 mm
FONTS = ("sans-serif", "Liberation Sans Narrow, sans-serif", "DejaVu Sans Mono, monospace")
_CUT = """() => [...document.querySelectorAll('.wide, .list')].filter(e => e.scrollWidth > e.clientWidth + 1 ||
  e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.className)"""
_LETTERS = """() => [...document.querySelectorAll('.list thead th:not(.number)')].filter(e => {
  const all = document.createRange(); all.selectNodeContents(e);
  return all.getClientRects().length > e.textContent.trim().split(' ').length }).map(e => e.textContent)"""


@pytest.fixture
def field(district: Engine) -> DrawField:
    field = a_draw_field(district)
    why = "Lihat jam buka dan apakah ruangannya tertutup, lalu tanyakan buku pengunjungnya."
    field.plan(*(PlanField.wish(field, place, why=why, member=str(field.member)) for place in (HOME, OTHER_PLACE)))
    field.approve(field.draw(visits="30"))
    field.agree()
    with writing(district) as session:
        release(session, PART, TESTER)
    return field


@pytest.fixture
def printing(field: DrawField, chromium: Browser, tmp_path: Path) -> Iterator[tuple[Page, Page]]:
    """Give the browsers of a member and of the lead, as wide as paper."""
    app = create_app(field.engine, Settings(data=tmp_path, central_project=1))
    with served(app) as site:
        pages = []
        for number in (field.member, field.lead):
            cookie = browser_of(app, number).get_cookie("tilik")
            assert cookie
            context = chromium.new_context(base_url=site, viewport={"width": A4_WITHIN_MARGINS, "height": 900})
            context.add_cookies([{"name": "tilik", "value": cookie.value, "url": site}])
            pages.append(context.new_page())
        yield pages[0], pages[1]
        for page in pages:
            page.context.close()


def sheets(page: Page, folder: Path) -> list[str]:
    """Print the page that is open, and read each of its sheets back by another program."""
    (folder / "list.pdf").write_bytes(page.pdf(prefer_css_page_size=True))
    reader = shutil.which("pdftotext")
    assert reader, "poppler-utils is not installed"
    command = [reader, "-layout", str(folder / "list.pdf"), "-"]
    read = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return read.split("\f")[:-1]


def test_every_sheet_has_the_headings_and_whole_rows_and_nothing_to_press(
    printing: tuple[Page, Page], tmp_path: Path
) -> None:
    for page in printing:
        page.goto(TASKS)
        rows, printed = page.locator(".list tbody tr").count(), sheets(page, tmp_path)
        assert len(printed) > 1
        for number, sheet in enumerate(printed, 1):
            heads = ("Tempat", "Untuk", "Status", f"{number}/{len(printed)}")
            assert [head for head in heads if head not in sheet] == [], sheet
            assert sheet.count("belum") == sheet.count("Diberikan oleh"), "a row's two ends"
        whole = "".join(printed)
        assert whole.count("Diberikan oleh") == rows and "Halaman 1 dari 2" in whole, "and that there is more"
        for gone in ("Menunggu saya", "Keluar", "Ubah atau tarik", "Simpan batas waktu", "Tampilkan", "Berikutnya"):
            assert gone not in whole


def test_what_is_printed_stands_on_the_page(printing: tuple[Page, Page], tmp_path: Path) -> None:
    for page in printing:
        for address in (TASKS, PLAN, f"{PLAN}/hari"):
            page.goto(address)
            shown = page.locator("main").inner_text()
            printed = set(re.findall(r"[^\W\d]{3,}", "".join(sheets(page, tmp_path))))
            assert {word for word in printed if word not in shown} <= {"Tilik"}, address


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("font", FONTS)
def test_no_row_is_wider_than_the_sheet_and_no_heading_is_broken_within_a_word(
    printing: tuple[Page, Page], font: str, language: str
) -> None:
    for page in printing:
        for address in (TASKS, PLAN):
            page.goto(f"{address}?lang={language}")
            page.emulate_media(media="print")
            page.evaluate("font => { document.body.style.fontFamily = font }", font)
            assert (page.evaluate(_CUT), page.evaluate(_LETTERS)) == ([], []), address
            page.emulate_media(media="screen")
