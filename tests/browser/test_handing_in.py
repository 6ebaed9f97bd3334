"""A district's officer hands in a claim form and documents in Chromium: honest ones, and ones made to do harm."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect
from sqlalchemy import Engine

from server.db import writing
from server.roles.account import Held
from server.roles.table import Role
from tests.browser.rooms import axe_finds
from tests.support.chromium import is_too_wide, served
from tests.support.claiming import ROUND, claims_come
from tests.support.documents import a_jpeg, a_link, a_pdf, a_zip, written_pdf
from tests.support.environment import SQLITE
from tests.support.handing import DOCUMENTS, Desk, a_desk
from tests.support.web import browser_of, person
from tests.support.workbooks import DISTRICT, a_place, filled

pytestmark = [pytest.mark.ci, pytest.mark.parametrize("engine", [SQLITE], indirect=True)]
CLAIM, PAGE = f"/wilayah/{ROUND}/{DISTRICT}/klaim", f"/wilayah/{ROUND}/{DISTRICT}/dokumen"
NAMES = ('<script>document.title="kena"</script>.pdf', "<img src=x onerror=alert(1)>.pdf", "javascript:alert(1).pdf",
         "laporan\u202efdp.exe", "x" * 300 + ".pdf", "\u0645\u0631\u062d.pdf", "{{ 7 * 7 }}.pdf")  # fmt: skip
SCRIPT = written_pdf(
    "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100000000 10] >>",
)  # fmt: skip

Pages = dict[Role, tuple[Page, list[str]]]


@pytest.fixture
def desk(district: Engine, tmp_path: Path) -> Desk:
    claims_come(district, filled(DOCUMENTS | {"Dokumen!J5": "javascript:alert(1)", "Dokumen!B5": "<b>13</b>"}))
    return a_desk(district, tmp_path)


@pytest.fixture
def pages(desk: Desk, chromium: Browser) -> Iterator[Pages]:
    """Give the page of a district's officer and a lead's, each with what it complains of or asks others for."""
    found: Pages = {}
    contexts: list[BrowserContext] = []
    with served(desk.app) as site:
        for role in (Role.DISTRICT, Role.LEAD):
            with writing(desk.engine) as session:
                number = person(session, Held(role, DISTRICT, ROUND))
            cookie = browser_of(desk.app, number).get_cookie("tilik")
            assert cookie
            context = chromium.new_context(base_url=site, viewport={"width": 390, "height": 844})
            context.add_cookies([{"name": "tilik", "value": cookie.value, "url": site}])
            contexts.append(context)
            found[role] = watched(context.new_page(), site)
        yield found
        for context in contexts:
            context.close()


def watched(page: Page, site: str) -> tuple[Page, list[str]]:
    said = list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: None if request.url.startswith(site) else said.append(request.url))
    return page, said


def sends(page: Page, field: str, name: str, content: bytes) -> None:
    page.locator(f"input[name={field}]").set_input_files(FilePayload(name=name, mimeType="", buffer=content))


def test_a_hostile_zip_is_a_list_of_sentences_and_nothing_runs(pages: Pages, axe: str) -> None:
    page, said = pages[Role.DISTRICT]
    content = a_zip([*((name, SCRIPT + name.encode()) for name in NAMES), ("../../x.pdf", SCRIPT),
                     ("Perbup 12.pdf", a_pdf()), a_link("tautan", b"/etc/passwd"), ("dalam.zip", a_zip({"x": b"y"})),
                     ("a.svg", b"<svg onload='alert(1)'/>"), ("bom.pdf", bytes(30_000_000))])  # fmt: skip
    page.goto(PAGE)
    sends(page, "berkas", NAMES[1] + ".zip", content)
    page.get_by_role("button", name="Serahkan", exact=True).click()
    expect(page.locator("tr[id^=f]")).to_have_count(13)
    expect(page.locator("main")).to_contain_text("menunjuk ke luar ZIP")
    assert page.title().startswith("Dokumen")
    assert not is_too_wide(page), "a name of 300 letters widens nothing"
    with page.expect_navigation():
        page.get_by_role("button", name="Nyatakan semua").click()
    team, team_said = pages[Role.LEAD]
    team.goto(PAGE)
    assert "kena" not in team.content()
    for link in team.locator("tr[id^=f] a", has_text="Dokumen").all()[:3]:
        assert (link.get_attribute("href") or "").startswith("/wilayah/")
    team.locator("tr[id^=f] a", has_text="Dokumen").first.click()
    picture = team.locator("img.page").first
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    with team.expect_download() as download:
        team.get_by_role("link", name="Unduh aslinya").click()
    assert download.value.suggested_filename.startswith("tilik-dokumen-99.01-")
    for each in (said, team_said):
        assert each == []
    assert axe_finds(page, axe) == axe_finds(team, axe) == []


def test_a_hostile_workbook_is_shown_by_its_cells_and_changes_nothing(pages: Pages, axe: str) -> None:
    page, said = pages[Role.DISTRICT]
    cells = {"Klaim!E20": NAMES[0], "Dokumen!A4": 1, "Dokumen!B4": NAMES[1]}
    hostile = filled(cells, a_place(NAMES[0], F="<b>tahun</b>"))
    page.goto(CLAIM)
    sends(page, "buku", NAMES[3] + ".xlsx", hostile)
    page.get_by_role("button", name="Unggah dan periksa").click()
    expect(page.locator("main")).to_contain_text("Klaim!E20")
    expect(page.get_by_role("button", name="Impor", exact=True)).to_have_count(0)
    assert axe_finds(page, axe) == []
    for content in (b"", b"MZ" + bytes(99), a_zip({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"})):
        page.goto(CLAIM)
        sends(page, "buku", NAMES[0], content)
        page.get_by_role("button", name="Unggah dan periksa").click()
        expect(page.get_by_role("alert")).to_have_count(1)
    assert axe_finds(page, axe) == []
    assert [text for text in said if "status of 400" not in text] == []


def test_an_honest_one_is_looked_at_and_imported(pages: Pages, desk: Desk) -> None:
    page, said = pages[Role.DISTRICT]
    page.goto("/klaim")
    page.locator(f"main a[href^='{CLAIM}']").click()
    sends(page, "buku", "klaim.xlsx", filled(DOCUMENTS, a_place()))
    sends(page, "berkas", "dokumen.zip", a_zip({"Perbup 12.pdf": a_pdf(), "sk 13.pdf": a_jpeg()}))
    page.get_by_role("button", name="Unggah dan periksa").click()
    expect(page.get_by_role("button", name="Impor", exact=True)).to_be_visible()
    for box in page.locator("form.decide input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Impor", exact=True).click()
    expect(page.locator("main")).to_contain_text("Klaim diimpor.")
    expect(page.locator("main")).to_contain_text("Baris yang belum ada berkasnya: 1.")
    assert said == []
