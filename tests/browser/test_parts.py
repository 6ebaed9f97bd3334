"""A form in parts, by a district's officer in Chromium without script, on a phone and on a screen."""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy import Engine

from server.claims.workbook import open_workbook
from server.db import writing
from server.roles.account import Held
from server.roles.table import Role
from tests.support.chromium import served
from tests.support.claiming import ROUND
from tests.support.environment import SQLITE
from tests.support.handing import a_desk
from tests.support.parts import HEALTH, SCHOOLS, answer_row, part, score_row
from tests.support.web import browser_of, person
from tests.support.workbooks import DISTRICT, row_of

pytestmark = [pytest.mark.ci, pytest.mark.parametrize("engine", [SQLITE], indirect=True)]
PARTS = f"/wilayah/{ROUND}/{DISTRICT}/klaim/bagian"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE = "Kecamatan;Laki-laki;Jumlah laki-laki;Keterangan panjang tanpa isi yang diminta\nSatu;1;2;x\nDua;3;4;y\n"


@pytest.fixture(params=[390, 1280])
def page(request: pytest.FixtureRequest, district: Engine, tmp_path: Path, chromium: Browser) -> Iterator[Page]:
    desk = a_desk(district, tmp_path)
    with writing(district) as session:
        number = person(session, Held(Role.DISTRICT, DISTRICT, ROUND))
    cookie = browser_of(desk.app, number).get_cookie("tilik")
    assert cookie
    with served(desk.app) as site:
        context = chromium.new_context(base_url=site, viewport={"width": request.param, "height": 844},
                                       java_script_enabled=False)  # fmt: skip
        context.add_cookies([{"name": "tilik", "value": cookie.value, "url": site}])
        yield context.new_page()
        context.close()


def fits(page: Page, name: str) -> None:
    """See that nothing is wider than the screen; a picture is kept where a folder is named."""
    found = page.locator("main").bounding_box()
    assert found
    width = page.viewport_size
    assert width and found["x"] + found["width"] <= width["width"]
    if folder := os.environ.get("TILIK_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{width['width']}.png", full_page=True)


def given(page: Page, button: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.path().read_bytes()


def test_split_merge_and_a_table_without_script(page: Page, district: Engine) -> None:
    page.goto(f"/wilayah/{ROUND}/{DISTRICT}/klaim")
    page.get_by_role("link", name="Formulir dibagi per lembaga").click()
    fits(page, "bagian")
    page.get_by_label(HEALTH).check()
    with zipfile.ZipFile(io.BytesIO(given(page, "Unduh ZIP"))) as archive:
        assert len(archive.namelist()) == 1
    one = part(district, HEALTH, {f"Klaim!E{score_row(HEALTH, 9)}": 5, f"Jawaban!E{answer_row(HEALTH, '9b1')}": 120})
    other = part(district, SCHOOLS, {f"Klaim!E{score_row(SCHOOLS, 9)}": 6,
                                     f"Jawaban!E{answer_row(SCHOOLS, '9b1')}": 130})  # fmt: skip
    page.get_by_label("Buku kerja yang sudah diisi").set_input_files(
        [FilePayload(name=f"klaim-{'dinas-' * 20}{number}.xlsx", mimeType=XLSX, buffer=content)
         for number, content in enumerate((one, other))]
    )  # fmt: skip
    page.locator('form[action*="gabung"] button').click()
    expect(page.get_by_role("heading", name="Bertentangan: 2")).to_be_visible()
    fits(page, "gabung")
    page.locator('input[name="pilih-0"][value="1"]').check()
    page.get_by_role("button", name="Unduh gabungannya").click()
    expect(page.get_by_role("alert")).to_contain_text("1 sel bertentangan")
    assert page.locator('input[name="pilih-0"][value="1"]').is_checked()
    fits(page, "gabung-belum")
    page.locator('input[name="pilih-1"][value="0"]').check()
    assert open_workbook(given(page, "Unduh gabungannya")).book["Klaim"][row_of(9)]["self_score"] == 6
    page.goto(PARTS)
    page.get_by_label("Tabel (XLSX atau CSV)").set_input_files(
        [FilePayload(name="tabel.csv", mimeType="text/csv", buffer=TABLE.encode())]
    )
    page.locator("summary", has_text="Bilangan yang diambil").click()
    page.locator('input[name="untuk"][value="8b1"]').check()
    page.locator('form[action*="tabel"] button').click()
    expect(page.get_by_role("alert")).to_contain_text("B, C")
    fits(page, "tabel-bertanya")
    page.get_by_label("8b1.").select_option("C")
    page.get_by_role("button", name="Periksa lagi dengan kolom ini").click()
    expect(page.get_by_text('Kolom C "Jumlah laki-laki": 8b1')).to_be_visible()
    fits(page, "tabel")
    rows = open_workbook(given(page, "Kolomnya benar: unduh formulir")).book["Rincian"].values()
    assert sorted(str(row["value"]) for row in rows if row["value"]) == ["2", "4"]
