"""Every form in a browser, as ODK Web Forms shows it on a phone; one of them answered by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.web_forms import choose, group, web_forms
from tests.support.built import all_built
from tests.support.chromium import is_too_wide
from xlsforms.scenarios import media_for

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    shown = [(form, media_for(form)) for form in all_built()]
    with web_forms(tmp_path_factory.mktemp("web_forms"), shown) as address:
        yield address


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 390, "height": 844}, geolocation={"latitude": -5.3, "longitude": 111.1},
                             permissions=["geolocation"])  # fmt: skip
    yield page
    page.close()


def test_every_form_opens_in_bahasa_and_fits_a_phone(forms: str, phone: Page) -> None:
    complaints: list[str] = []
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    for form in all_built():
        phone.goto(forms + form.form_id)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        expect(phone.get_by_text("Bahasa Indonesia (id)").first).to_be_attached()
        assert (is_too_wide(phone), complaints) == (False, []), form.form_id


def test_what_is_seen_is_asked_once_the_place_is_open(forms: str, phone: Page) -> None:
    phone.goto(f"{forms}visit_pojok_asi")
    choose(phone, "Apa yang terjadi saat tiba", "Buka dan dapat diperiksa")
    things = group(phone, "Lima persyaratan")
    expect(things.locator(".question-container")).to_have_count(5)
    choose(phone, "Apa yang terjadi saat tiba", "Tutup")
    expect(things).to_have_count(0)
