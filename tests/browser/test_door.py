"""The door in a real browser: by keyboard alone, on a phone's and a desk's screen, with a passkey and a provider."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import Engine

from server.app import create_app
from server.db import open_database, writing
from server.people.links import INVITE, make_link
from server.people.tables import Person
from server.settings import CHECKOUT, Settings
from tests.browser.rooms import faults_of
from tests.support.chromium import served
from tests.support.door import EMAIL, LIST, PASSWORD, PLAIN, STRICT, app_code, member
from tests.support.oidc import CLIENT, CLIENT_SECRET
from tests.support.web import person as a_person

pytestmark = pytest.mark.ci
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
_DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copyfile(sqlite_template, tmp_path / "tilik.sqlite3")
    opened = open_database(f"sqlite:///{tmp_path / 'tilik.sqlite3'}")
    yield opened
    opened.dispose()


@contextmanager
def on_localhost(app: Flask) -> Iterator[str]:
    """Serve the pages under the name that passkeys are bound to."""
    with served(app) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def address(database: Engine) -> Iterator[str]:
    with on_localhost(create_app(database, Settings.model_validate({"secret_key": "k" * 40}))) as found:
        yield found


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:  # closed before its server is
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if _is_ours(said) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == [], "nothing was blocked, and no script failed"


def _is_ours(said: ConsoleMessage) -> bool:
    """Tell whether the browser complains of a page of ours, and of more than a refusal that it was told of."""
    refused = "the server responded with a status of 40" in said.text
    over = "net::ERR_" in said.text  # the test has ended, and what was still loading with it
    return said.type == "error" and not refused and not over and said.location["url"].startswith("http://localhost")


def with_device(page: Page) -> Any:
    """Give the browser a device that makes and shows passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    return session, made["authenticatorId"]


def press(page: Page, label: str) -> None:
    """Go to what is called so, by keyboard alone, and press it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        said = page.evaluate("(document.activeElement.innerText || '').trim()")
        if said.startswith(label):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"the keyboard does not reach {label}")


def arrived(page: Page, address: str) -> None:
    """Wait until a page is there, in whichever language."""
    expect(page).to_have_url(re.compile(re.escape(address) + r"(\?.*)?$"))


def type_in(page: Page, address: str) -> None:
    page.goto(f"{address}/masuk")
    expect(page.locator("#email")).to_be_focused()  # a browser gives the focus a moment after the page is there
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/masuk"))


@WIDTHS
def test_a_passkey_is_made_and_logs_in_by_keyboard_alone(
    page: Page, address: str, database: Engine, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    with writing(database) as session:
        member(session, STRICT)
    with_device(page)
    type_in(page, address)
    arrived(page, f"{address}/masuk/pasang-langkah-kedua")
    press(page, "Buat kunci sandi")
    arrived(page, f"{address}/")
    press(page, "Keluar")
    arrived(page, f"{address}/masuk")
    press(page, "Masuk dengan kunci sandi")
    arrived(page, f"{address}/")
    page.goto(f"{address}/akun")
    expect(page.get_by_text("Terakhir dipakai")).to_be_visible()


def test_a_passkey_is_the_second_step_and_the_proof(page: Page, address: str, database: Engine) -> None:
    with writing(database) as session:
        member(session, STRICT)
    with_device(page)
    type_in(page, address)
    press(page, "Buat kunci sandi")
    arrived(page, f"{address}/")
    press(page, "Keluar")
    arrived(page, f"{address}/masuk")
    type_in(page, address)
    press(page, "Pakai kunci sandi")
    arrived(page, f"{address}/")
    page.goto(f"{address}/masuk/buktikan?next=/akun/kata-sandi")
    press(page, "Pakai kunci sandi")
    arrived(page, f"{address}/akun/kata-sandi")


def test_a_device_that_does_not_know_its_owner_is_told_of_and_can_be_tried_again(page: Page, address: str,
                                                                                 database: Engine) -> None:  # fmt: skip
    with writing(database) as session:
        member(session, STRICT)
    session, device = with_device(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    type_in(page, address)
    press(page, "Buat kunci sandi")
    expect(page.get_by_role("alert")).to_contain_text("tidak terbaca")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.keyboard.press("Enter")  # the button has the focus again
    arrived(page, f"{address}/")


@WIDTHS
def test_the_doors_pages_are_for_everybody(page: Page, address: str, database: Engine, axe: str, width: int) -> None:
    """axe-core finds nothing on any page of the door, none is wider than the screen, and buttons fit a thumb."""
    page.set_viewport_size({"width": width, "height": 800})
    with writing(database) as session:
        person_id = member(session, STRICT)
        link = make_link(session, person_id, INVITE, "tester", with_code=True)
    found = {}

    def look(name: str) -> None:
        found[name] = [*faults_of(page, axe), *page.evaluate(_SMALL)]

    for name, path in (("login", "/masuk"), ("link", f"/masuk/tautan/{link.token}"), ("gone", "/masuk/tautan/x")):
        page.goto(address + path)
        look(name)
    type_in(page, address)
    for name, path in (("choose", ""), ("app", "/aplikasi"), ("list", "/lembar")):
        page.goto(f"{address}/masuk/pasang-langkah-kedua{path}")
        look(name)
    press(page, "Tampilkan kode")
    expect(page.get_by_role("list").locator("code")).to_have_count(10)
    look("codes")
    press(page, "Sudah saya cetak")
    arrived(page, f"{address}/")
    for name, path in (("account", "/akun"), ("password", "/akun/kata-sandi"), ("proof", "/masuk/buktikan")):
        page.goto(address + path)
        look(name)
    press(page, "Keluar")
    arrived(page, f"{address}/masuk")
    type_in(page, address)
    look("second step")
    assert {name: said for name, said in found.items() if said} == {}
    assert len(found) == 11


_SMALL = """() => [...document.querySelectorAll('main button, main input:not([type=hidden])')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)
  .map(e => 'small: ' + e.outerHTML.slice(0, 80))"""


def test_a_list_on_paper_has_the_codes_and_no_button(page: Page, address: str, database: Engine) -> None:
    with writing(database) as session:
        member(session, STRICT)
    type_in(page, address)
    page.goto(f"{address}/masuk/pasang-langkah-kedua/lembar")
    press(page, "Tampilkan kode")
    expect(page.get_by_role("list").locator("code")).to_have_count(10)
    page.emulate_media(media="print")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("list").locator("code").last).to_be_visible()


@WIDTHS
def test_the_whole_way_works_without_javascript(chromium: Browser, address: str, database: Engine, width: int) -> None:
    with writing(database) as session:
        member(session, STRICT, app=True, codes=True)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/masuk")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.fill("#app-code", app_code())
    page.get_by_role("button", name="Masuk", exact=True).first.click()
    page.goto(f"{address}/masuk/buktikan?next=/akun/kata-sandi")
    page.fill("#printed-password", PASSWORD)
    page.fill("#printed-code", LIST[0].lower())
    page.get_by_role("button", name="Lanjut").last.click()
    page.fill("#old", PASSWORD)
    page.fill("#password", "sepeda biru menghitung awan")
    page.get_by_role("button", name="Simpan kata sandi").click()
    expect(page.get_by_role("status")).to_contain_text("Kata sandi diganti")
    context.close()


@contextmanager
def running_provider(modules: Path, back: str) -> Iterator[str]:
    """Run npm's oidc-provider on loopback."""
    node = shutil.which("node")
    assert node, "node is not installed"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = CHECKOUT / "tests/support/oidc_provider.js"
    running = subprocess.Popen([node, str(script), str(modules), str(port), back], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    try:
        assert running.stdout and running.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.communicate()


def test_a_real_provider_lets_in_who_was_invited(page: Page, database: Engine, modules: Path) -> None:
    with writing(database) as session:
        person_id = a_person(session, PLAIN, email=EMAIL)
        session.get_one(Person, person_id).totp_secret = None
        make_link(session, person_id, INVITE, "tester")
    settings = {"secret_key": "k" * 40, "oidc_client_id": CLIENT, "oidc_client_secret": CLIENT_SECRET,
                "oidc_name": "Akun Rekaan"}  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    with running_provider(modules, f"{address}/masuk/instansi/kembali") as issuer:
        app = create_app(database, Settings.model_validate(settings | {"oidc_issuer": issuer}))
        with served(app, port):
            page.goto(f"{address}/masuk")
            press(page, "Masuk dengan Akun Rekaan")
            arrived(page, f"{address}/")
            press(page, "Keluar")
            arrived(page, f"{address}/masuk")
            press(page, "Keluar juga dari Akun Rekaan")
            expect(page).to_have_url(f"{issuer}/session/end?client_id=tilik&post_logout_redirect_uri="
                                     f"http%3A%2F%2Flocalhost%3A{port}%2Fmasuk")  # fmt: skip
    with writing(database) as session:
        assert session.get_one(Person, person_id).oidc_subject == f"{issuer} bu.rekaan"
