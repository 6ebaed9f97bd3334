"""In a real browser: the map is moved, zoomed, filtered and read, by mouse, fingers or keys; and without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import Engine

from server.app import create_app
from server.schema import open_up_to_date
from server.settings import CHECKOUT, Settings
from tests.support.chromium import Visitor, is_too_wide, served
from tests.support.demo import Demo
from tests.support.mapping import PAGE as LARGE
from tests.support.mapping import a_large_district
from tests.support.web import cookie_of
from workers.demo.story import DISTRICT, ROUND

pytestmark = pytest.mark.ci
PAGE = f"/wilayah/{ROUND}/{DISTRICT}/peta"
PLACES, MANY = 32, 10_000


@pytest.fixture
def browsing(run: Demo, chromium: Browser, site: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, has_touch=True)
    cookie = cookie_of(run.app)
    context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": site}])
    yield context
    context.close()


@pytest.fixture
def page(browsing: BrowserContext, site: str) -> Iterator[Page]:
    """Give the demo's map, once it is drawn; nothing may be complained about meanwhile."""
    page, complaints = browsing.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site + PAGE)
    expect(seen(page)).to_have_text(f"Terlihat di peta: {PLACES} tempat")
    yield page
    assert complaints == []


def seen(page: Page) -> Locator:
    return page.locator("#map [role=status]")


def canvas(page: Page) -> Locator:
    return page.locator("#map canvas")


def squares(page: Page) -> int:
    """Count what is drawn: single marks, and groups of them."""
    return int(canvas(page).get_attribute("data-drawn") or 0)


def middle(page: Page) -> tuple[float, float]:
    box = canvas(page).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_map_takes_the_place_of_the_drawing_and_asks_nobody_but_us(page: Page) -> None:
    expect(canvas(page)).to_be_visible()
    expect(page.locator("svg.map")).to_be_hidden()
    assert 0 < squares(page) <= PLACES


def test_buttons_zoom(page: Page) -> None:
    for _ in range(4):
        page.get_by_role("button", name="Perbesar").click()
    expect(seen(page)).not_to_have_text(f"Terlihat di peta: {PLACES} tempat")
    page.get_by_role("button", name="Seluruhnya").click()
    expect(seen(page)).to_have_text(f"Terlihat di peta: {PLACES} tempat")


def test_the_wheel_zooms_where_it_points(page: Page) -> None:
    x, y = middle(page)
    page.mouse.move(x - 200, y)
    page.mouse.wheel(0, -900)
    expect(seen(page)).not_to_have_text(f"Terlihat di peta: {PLACES} tempat")
    page.mouse.wheel(0, 900)
    expect(seen(page)).to_have_text(f"Terlihat di peta: {PLACES} tempat")


def test_dragging_moves(page: Page) -> None:
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 700, y + 10, steps=5)
    page.mouse.up()
    expect(seen(page)).not_to_have_text(f"Terlihat di peta: {PLACES} tempat")
    expect(page.locator(".picked")).to_be_hidden()


def test_two_fingers_zoom(page: Page) -> None:
    box = canvas(page).bounding_box()
    assert box
    x, y = middle(page)
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *apart: float) -> None:
        points = [{"x": x + by, "y": y, "id": n} for n, by in enumerate(apart)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", -40, 40)
    for by in (80, 160, 300):
        fingers("touchMove", -by, by)
    fingers("touchEnd")
    expect(seen(page)).not_to_have_text(f"Terlihat di peta: {PLACES} tempat")


def test_the_map_is_one_stop_and_keys_move_it(page: Page) -> None:
    canvas(page).focus()
    for key in ("ArrowRight", "ArrowDown", *"+++++"):
        page.keyboard.press(key)
    expect(seen(page)).not_to_have_text(f"Terlihat di peta: {PLACES} tempat")
    page.keyboard.press("0")
    expect(seen(page)).to_have_text(f"Terlihat di peta: {PLACES} tempat")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Perbesar")).to_be_focused()


def test_the_list_beside_leads_by_keys_to_a_place_and_back(page: Page) -> None:
    chosen = page.locator("#map ol").get_by_role("button", name=re.compile("Pojok ASI Pelabuhan"))
    chosen.focus()
    page.keyboard.press("Enter")
    card = page.locator(".picked")
    expect(card.get_by_role("heading")).to_be_focused()
    expect(card).to_contain_text("17 · Pojok ASI Pelabuhan Rekaan")
    expect(card).to_contain_text("bukti belum cukup")
    expect(card).to_contain_text("Kunjungan: 11 m dari titik yang diklaim.")
    assert re.search(r"/wilayah/2025/99.01/baris/\d+", str(card.get_by_role("link").get_attribute("href")))
    expect(seen(page)).not_to_have_text(f"Terlihat di peta: {PLACES} tempat")
    page.get_by_role("button", name="Tutup").press("Enter")
    expect(card).to_be_hidden()
    expect(canvas(page)).to_be_focused()


def test_the_list_has_pages(page: Page) -> None:
    rows = page.locator("#map ol li")
    expect(rows).to_have_count(10)
    for left in (10, 10, PLACES - 30):
        page.get_by_role("button", name="Berikutnya").click()
        expect(rows).to_have_count(left)
    expect(page.get_by_role("button", name="Berikutnya")).to_be_disabled()
    page.get_by_role("button", name="Sebelumnya").click()
    expect(rows).to_have_count(10)


def test_a_mark_is_picked_by_a_click_and_a_group_looked_at_from_nearer(page: Page) -> None:
    page.locator("#map ol").get_by_role("button", name=re.compile("MI Nurul")).click()
    page.get_by_role("button", name="Tutup").click()
    x, y = middle(page)
    page.mouse.click(x, y)
    expect(page.locator(".picked")).to_contain_text("MI Nurul Rekaan")


def test_the_lists_filter_is_the_maps(page: Page, site: str) -> None:
    page.get_by_label("Hasil").select_option("confirmed")
    page.get_by_role("button", name="Terapkan").click()
    expect(seen(page)).to_have_text("Terlihat di peta: 16 tempat")
    assert "hasil=confirmed" in page.url
    expect(page.locator("[data-count]")).to_contain_text("16 tempat di peta")
    there = page.get_by_role("link", name="Buka sebagai daftar").get_attribute("href")
    assert there and "/baris?" in there and "hasil=confirmed" in there, "what is on the map is in the list too"
    page.goto(f"{site}{PAGE}?cari=smpn")
    expect(seen(page)).to_have_text("Terlihat di peta: 1 tempat")


def test_what_cannot_be_loaded_leaves_the_drawing(browsing: BrowserContext, site: str) -> None:
    page = browsing.new_page()
    page.route("**/peta.json*", lambda route: route.abort())
    page.goto(site + PAGE)
    expect(page.get_by_text("Data peta tidak dapat dimuat")).to_be_visible()
    expect(page.locator("svg.map")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()


def test_paper_has_the_drawing(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.locator("svg.map")).to_be_visible()
    expect(canvas(page)).to_be_hidden()


def test_without_javascript_the_drawing_and_its_table_lead_on(visitor: Visitor) -> None:
    page = visitor.open(PAGE)
    expect(page.locator("#map")).to_be_hidden()
    drawing = page.get_by_role("group", name=re.compile(f"Peta .* {PLACES} tempat"))
    expect(drawing.get_by_role("link")).to_have_count(PLACES)
    page.locator("select[name=kecamatan]").select_option("99.01.02")
    page.get_by_role("button", name="Terapkan").click()
    expect(page.locator("[data-count]")).to_contain_text("16 tempat di peta")
    page.get_by_role("link", name="Hapus saringan").click()
    page.get_by_role("link", name="Peta Kecamatan Rekaan Hulu (fiktif)").click()
    expect(page.locator("[data-count]")).to_contain_text("6 tempat di peta")
    assert visitor.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_for_everybody(page: Page, width: int, axe: str) -> None:
    """axe-core finds nothing, the page is not wider than the screen, and what is pressed fits a thumb."""
    page.set_viewport_size({"width": width, "height": 844})
    page.locator("#map ol button").first.click()
    page.evaluate(axe)
    violations = page.evaluate("axe.run('main', {resultTypes: ['violations']})")["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in violations] == []
    assert not is_too_wide(page)
    small = page.locator("#map button:visible").evaluate_all("all => all.filter(b => b.offsetHeight < 44).length")
    assert small == 0


# ── ten thousand


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, str, dict[str, str]]]:
    """Give a district of 286 villages, 10,000 claimed places and 7,500 visits, served."""
    settings = Settings(data=tmp_path_factory.mktemp("large"), central_project=1)
    engine = open_up_to_date(settings)
    a_large_district(engine, MANY, 22, 13)
    app = create_app(engine, settings)
    with served(app) as address:
        yield engine, address, cookie_of(app)
    engine.dispose()


@pytest.mark.parametrize("width", [1280, 390])
def test_of_ten_thousand_only_what_is_in_view_is_drawn(
    large: tuple[Engine, str, dict[str, str]], chromium: Browser, width: int
) -> None:
    _, address, cookie = large
    context = chromium.new_context(viewport={"width": width, "height": 844})
    context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": address}])
    page = context.new_page()
    page.goto(address + LARGE)
    expect(seen(page)).to_have_text("Terlihat di peta: 10.000 tempat", timeout=60_000)
    assert 5 < squares(page) < 400, "counted, not drawn one by one"
    expect(page.locator("#map ol li")).to_have_count(10)
    canvas(page).focus()
    for _ in range(12):
        page.keyboard.press("+")
    expect(seen(page)).not_to_have_text(re.compile("10.000"))
    assert squares(page) < 400
    page.keyboard.press("0")
    expect(seen(page)).to_have_text("Terlihat di peta: 10.000 tempat")
    context.close()


def test_all_our_scripts_together_are_small() -> None:
    """Whoever opens a page of the room loads no more of it than this."""
    static = CHECKOUT / "server/web/static"
    assert sum(file.stat().st_size for file in static.glob("*.js")) <= 15_000
