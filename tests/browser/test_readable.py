"""For everyone: on a telephone, on paper, by ear, and with weak eyes; measured on the page as the browser made it."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page

from server.rulebook import DEFAULT_SET
from tests.support.chromium import Visitor, is_too_wide
from tests.support.demo import PAGE
from workers.demo.story import DISTRICT, ROUND

pytestmark = pytest.mark.ci
_PEOPLE = ("/orang", "/orang/baru", "/orang/1", "/tim", "/benturan")
_SETS = ("/perangkat", f"/perangkat/{DEFAULT_SET}")
_LISTS = tuple(f"/wilayah/{ROUND}/{DISTRICT}/{name}" for name in (
    "baris", "kiriman", "kunjungan", "tanpa-klaim", "disisihkan", "berkas-kurang", "belum-tiba"))  # fmt: skip
EVERY_PAGE = pytest.mark.parametrize("path", [
    f"{path}?lang={language}" for path in ("/", PAGE, "/sertifikat", *_PEOPLE, *_LISTS, *_SETS)
    for language in ("id", "en")
])  # fmt: skip

WIDTHS = (360, 390, 768)

# what reaches beyond the screen's right edge, but for what scrolls in a box of its own
_BEYOND = """() => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.wide, svg') || e.matches('.wide, svg'))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map(e => e.outerHTML.slice(0, 120))"""

_NAMELESS = """() => [...document.querySelectorAll(
    'a, button, summary, input:not([type=hidden]), select, textarea, [tabindex], img')]
  .filter(e => !(e.getAttribute('aria-label') || e.getAttribute('alt') || e.textContent.trim()
                 || e.labels?.length || e.querySelector('img[alt]:not([alt=""])')))
  .map(e => e.outerHTML.slice(0, 120))"""

# the contrast of every text with what lies behind it, by WCAG 2's formula
_FAINT = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => { const [r, g, b] = parts(colour).slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor; if (parts(colour)[3] !== 0) return colour; }
    return 'rgb(255, 255, 255)'; };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement, style = getComputedStyle(e);
    if (!texts.currentNode.data.trim() || e.closest('title')) continue;
    const drawn = e instanceof SVGElement;
    const ink = drawn ? style.fill : style.color;
    const ground = drawn && style.stroke !== 'none' ? style.stroke : behind(e);
    const [low, high] = [light(ink), light(ground)].sort((a, b) => a - b);
    if ((high + 0.05) / (low + 0.05) < 4.5) faint.push([texts.currentNode.data.trim(), ink, ground].join(' | '));
  }
  return [...new Set(faint)];
}"""


def open_all(page: Page) -> None:
    page.locator("details").evaluate_all("all => all.forEach(details => details.open = true)")


@EVERY_PAGE
def test_a_page_fits_small_screens_stands_out_and_says_what_is_what(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all("all => all.map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    open_all(page)
    assert page.evaluate(_FAINT) == []
    assert page.evaluate(_NAMELESS) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(_BEYOND) == []
        assert not is_too_wide(page)


def on_paper(visitor: Visitor, path: str) -> Page:
    visitor.page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins
    page = visitor.open(path)
    page.emulate_media(media="print")
    return page


def cut_tables(page: Page) -> int:
    return page.locator(".wide").evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).length")


@EVERY_PAGE
def test_paper_cuts_no_table_however_wide_the_fonts(visitor: Visitor, path: str) -> None:
    page = on_paper(visitor, path)
    page.evaluate("document.body.style.letterSpacing = '.15em'")
    assert cut_tables(page) == 0
