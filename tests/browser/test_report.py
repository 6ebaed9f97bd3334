"""In a real browser, without JavaScript: a supervisor finds what was claimed, what is supported, why, and what next."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import Visitor
from tests.support.demo import PAGE

pytestmark = pytest.mark.ci
ALL_KEYS = 200  # more often than this nobody presses Tab


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(ALL_KEYS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"no key leads to {target}")


def follow(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def test_the_report_asks_nobody_but_its_own_server_and_nothing_is_refused(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    assert page.locator("img").evaluate_all("all => all.map(image => image.naturalWidth > 0)") == [True] * 5
    assert [url for url in visitor.requested if not url.startswith(visitor.site)] == []
    assert len(visitor.requested) >= 7, "page, style, icon and photographs"
    assert visitor.complaints == []


def test_a_script_would_be_refused(visitor: Visitor) -> None:
    """The other way round: the page's own policy forbids what the test above says is not there."""
    context = visitor.page.context.browser
    assert context
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(visitor.site + PAGE)
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {textContent: '1'}))")
    page.wait_for_timeout(0)
    page.close()
    assert "Content Security Policy" in refused[0]


def test_the_first_screen_says_what_was_claimed_what_is_supported_and_what_to_do(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    said = page.locator("section[aria-labelledby=sum]").inner_text()
    for figure in ("746,0", "26,0", "51,5", "terkonfirmasi 8", "belum dapat dikonfirmasi 2",
                   "bukti belum cukup 6", "belum dikunjungi 5"):  # fmt: skip
        assert figure in said
    steps = page.locator(".next")
    box = steps.bounding_box()
    assert box and box["y"] + box["height"] <= 900
    assert re.findall(r"17\.\d+", steps.inner_text()) == ["17.4", "17.3", "17.7", "17.8", "17.9", "17.10"]


def test_from_a_point_the_keyboard_leads_to_everything_it_rests_on(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    follow(page, page.get_by_role("link", name="Jumlah Pojok ASI"))
    assert page.url.endswith("#indicator-17")
    place = page.locator("#line-17-1")
    follow(page, place.locator("summary"))
    shown = place.inner_text()
    assert "klaim-tirta-rekaan.xlsx › Fasilitas!C4" in shown, "the claim's cell"
    assert len(re.findall(r"uuid:[0-9a-f-]{36}", shown)) == 2, "the submission and its version"
    assert "7 m ± 10 m" in shown, "the distance and its error"
    assert re.search(r"Aturan versi\s+3", shown), "the rule's version"
    deciding = place.locator("tbody tr", has_text="peraturan, menentukan").all_inner_texts()
    assert len(deciding) == 5 and all("Lampiran" in criterion for criterion in deciding), "the criterion's source"


def test_what_is_to_be_done_next_leads_to_its_place(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    follow(page, page.locator(".next").get_by_role("link", name="17.3"))
    expect(page.locator("#line-17-3")).to_be_in_viewport()


def test_a_link_opens_the_indicator_it_leads_to(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    basis = page.locator("#indicator-1")
    expect(basis).to_be_hidden()
    follow(page, page.locator("summary", has_text="28 indikator lain"))
    follow(page, page.locator("a[href='#indicator-1']"))
    expect(basis).to_be_in_viewport()
    assert "Klaim!E4" in basis.inner_text()


def test_a_mark_on_the_map_leads_to_its_place(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    follow(page, page.get_by_role("link", name=re.compile("^25.5 .*belum dapat dikonfirmasi")))
    expect(page.locator("#line-25-5")).to_be_in_viewport()


def test_the_map_says_in_words_what_it_shows(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    drawing = page.get_by_role("group", name=re.compile("Peta .* 18 tempat .* 6 terkonfirmasi, 6 bukti belum cukup"))
    expect(drawing).to_have_count(1)
    expect(drawing.get_by_role("link")).to_have_count(18)


def test_the_photograph_of_a_place_opens(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    page.locator("#line-17-1 .photos a").click()
    assert re.search(r"/foto/\d+\.jpg$", page.url)
    assert page.locator("img").evaluate("image => image.naturalWidth") == 1000


@pytest.mark.parametrize("path", ["/", PAGE])
def test_the_language_is_switched_by_a_link(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    expect(page.locator("html")).to_have_attribute("lang", "id")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_contain_text(re.compile("verification report", re.I))
    assert page.url == f"{visitor.site}{path}?lang=en"
    page.get_by_role("link", name="Bahasa Indonesia").click()
    expect(page.locator("h1")).to_contain_text(re.compile("laporan verifikasi", re.I))


def test_the_list_of_districts_leads_to_the_report_in_its_language(visitor: Visitor) -> None:
    page = visitor.open("/?lang=en")
    row = page.get_by_role("row", name=re.compile("Tirta Rekaan"))
    assert row.get_by_role("cell").all_inner_texts()[1:5] == ["746.0", "55.0", "26.0", "51.5"]
    row.get_by_role("link").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert PAGE in page.url
