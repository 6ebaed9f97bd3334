"""The report on paper, as a browser prints it: few sheets, nothing cut whatever the fonts, all of its text there."""

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from server.roles.table import Role
from tests.browser.rooms import PAPER, someone
from tests.support.chromium import is_too_wide
from tests.support.demo import Demo

pytestmark = pytest.mark.ci
A4_WITHIN_MARGINS = 688  # CSS pixels of 182 mm
FONTS = {"narrow": "Liberation Sans Narrow, Liberation Sans, sans-serif", "wide": "DejaVu Sans Mono, monospace"}
_CUT = """() => [...document.querySelectorAll('.paper table, .paper th, .paper td, .paper p, .paper h1, .paper h3')]
  .filter(e => e.checkVisibility() && (e.scrollWidth > e.clientWidth + 1 ||
    e.getBoundingClientRect().right > document.documentElement.clientWidth + 1))
  .map(e => e.outerHTML.slice(0, 120))"""


def sheets(pdf: bytes) -> int:
    """Count the pages of a PDF that Chromium made."""
    content = pdf + b"".join(_unpacked(stream) for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL))
    return len(re.findall(rb"/Type\s*/Page\b", content))


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def printed(page: Page) -> bytes:
    return page.pdf(prefer_css_page_size=True)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.SECRETARIAT, Role.DISTRICT])
def test_the_demos_report_fits_on_six_sheets(chromium: Browser, run: Demo, site: str, role: Role) -> None:
    with someone(chromium, run, site, role) as here:
        count = sheets(printed(here.open(PAPER)))
    assert 2 <= count <= 6


def test_the_counting_of_sheets_counts(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<p>a</p><p style='break-before: page'>b</p><p style='break-before: page'>c</p>")
    assert sheets(printed(page)) == 3
    page.close()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("font", FONTS)
def test_nothing_is_cut_whatever_the_fonts(chromium: Browser, run: Demo, site: str, font: str, language: str) -> None:
    with someone(chromium, run, site, Role.SECRETARIAT, width=A4_WITHIN_MARGINS) as here:
        page = here.open(f"{PAPER}?lang={language}")
        page.emulate_media(media="print")
        page.evaluate("font => { document.body.style.fontFamily = font }", FONTS[font])
        assert page.evaluate(_CUT) == []
        assert not is_too_wide(page)


@pytest.mark.parametrize("font", FONTS)
def test_the_sheets_have_all_of_the_pages_text(
    chromium: Browser, run: Demo, site: str, tmp_path: Path, font: str
) -> None:
    """Read back from the PDF by another program, cell by cell."""
    with someone(chromium, run, site, Role.SECRETARIAT) as here:
        page = here.open(PAPER)
        page.evaluate("font => { document.body.style.fontFamily = font }", FONTS[font])
        cells = page.locator(".paper table :is(th, td), .paper h2, .paper .signed p").all_text_contents()
        (tmp_path / "paper.pdf").write_bytes(printed(page))
    reader = shutil.which("pdftotext")
    assert reader, "poppler-utils is not installed"
    read = subprocess.run([reader, "-raw", str(tmp_path / "paper.pdf"), "-"], check=True, capture_output=True)
    text = _packed(read.stdout.decode())
    assert len(cells) > 300
    assert [cell for cell in cells if _packed(cell) not in text] == []


def _packed(text: str) -> str:
    return re.sub(r"[\s\u00ad-]", "", text)


def test_a_cut_cell_would_be_seen(chromium: Browser, run: Demo, site: str) -> None:
    with someone(chromium, run, site, Role.SECRETARIAT, width=A4_WITHIN_MARGINS) as here:
        page = here.open(PAPER)
        page.evaluate("""() => { const cell = document.querySelector('.paper td');
          cell.style.cssText = 'white-space: nowrap; overflow-wrap: normal'; cell.textContent = 'x'.repeat(200); }""")
        assert page.evaluate(_CUT) != []


def test_paper_has_all_that_is_signed_and_nothing_to_press(chromium: Browser, run: Demo, site: str) -> None:
    with someone(chromium, run, site, Role.SUPERVISOR) as here:
        page = here.open(PAPER)
        page.emulate_media(media="print")
        for gone in (".top", ".unprinted"):
            assert not page.locator(gone).first.is_visible()
        shown = page.locator(".paper").inner_text()
        for text in ("RANCANGAN", "bukan formulir terverifikasi", "Disusun oleh Tim Verifikasi", "Nama:",
                     "belum ada", "17.3", "Pojok ASI Terminal Rekaan", "tidak dipilih acak"):  # fmt: skip
            assert text in shown
        assert re.search(r"uuid:|[0-9a-f]{8}-[0-9a-f]{4}", shown) is None


def test_each_sheet_says_what_it_is_of(chromium: Browser, run: Demo, site: str) -> None:
    """The running head is the district's, read from the page itself: no style is written into it."""
    with someone(chromium, run, site, Role.SUPERVISOR) as here:
        page = here.open(PAPER)
        head = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--head')")
        assert "Kabupaten Tirta Rekaan (fiktif)" in head and "RANCANGAN" in head
