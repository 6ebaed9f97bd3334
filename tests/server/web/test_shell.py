"""What stands around every page: the way to it, what its reader is, the menu of what they may open, their language."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from server.app import create_app
from server.db import snapshot
from server.people.tables import Person
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.web.menu import PLACES, way_to
from tests.support.claiming import ROUND, open_round
from tests.support.door import OURS
from tests.support.room import a_part
from tests.support.statements import statements
from tests.support.web import Browser, browser, entered
from tests.support.workbooks import DISTRICT, YEAR

HERE = f"/wilayah/{ROUND}/{DISTRICT}"
SUPERVISOR, OFFICER, OPERATOR = (
    Held(Role.SUPERVISOR, DISTRICT, ROUND),
    Held(Role.DISTRICT, DISTRICT),
    Held(Role.OPERATOR),
)


def text_of(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def crumbs(page: str) -> str:
    return text_of(page, r'<nav class="crumbs".*?</nav>')


def menu(page: str) -> list[str]:
    return re.findall(r'<li><a href="([^"]+)"', text(page, r'<details class="menu">.*?</details>'))


def text(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    return found[0] if found else ""


@pytest.fixture
def supervisor(app: Flask, district: Engine) -> Browser:
    a_part(district, 12)
    return entered(app, [SUPERVISOR])


# ── where one is


def test_the_way_leads_from_the_nation_by_province_and_district_to_the_page(supervisor: Browser) -> None:
    page = supervisor.get(f"{HERE}/baris").text
    assert crumbs(page).startswith("Indonesia ") and crumbs(page).endswith(f"{ROUND} Daftar tempat")
    way = text(page, r'<nav class="crumbs".*?</nav>')
    assert re.findall(r'href="([^"]+)"', way) == ["/", "/?provinsi=99", HERE]
    assert '<span aria-current="page">Daftar tempat</span>' in way


def test_a_way_leads_to_no_page_that_the_account_may_not_open(app: Flask, district: Engine) -> None:
    """Who publishes shares lists out to phones, and tends none: the list of phones is named and is no link."""
    page = entered(app, [OPERATOR]).get("/ponsel/bagi").text
    way = text(page, r'<nav class="crumbs".*?</nav>')
    assert "Ponsel" in way and 'href="/ponsel"' not in way and 'href="/"' in way
    page = entered(app, [Held(Role.SECRETARIAT)]).get("/ponsel/bagi").text
    assert 'href="/ponsel"' in text(page, r'<nav class="crumbs".*?</nav>')


def test_nor_to_a_list_of_the_district_that_the_account_may_not_open(app: Flask, supervisor: Browser) -> None:
    """Who holds children's sessions sees no page of the district itself; whoever agrees to a plan sees the plan."""
    page = entered(app, [Held(Role.FACILITATOR, DISTRICT, ROUND)]).get(f"{HERE}/suara-anak").text
    way = text(page, r'<nav class="crumbs".*?</nav>')
    assert "Kabupaten Contoh" in way and f'href="{HERE}"' not in way
    for web, page in ((supervisor, "tambah"), (entered(app, [Held(Role.ASSESSOR)]), "setujui")):
        way = text(web.get(f"{HERE}/rencana/{page}").text, r'<nav class="crumbs".*?</nav>')
        assert f'href="{HERE}/rencana"' in way and f'href="{HERE}"' in way


def test_nor_to_a_district_in_a_round_in_which_nothing_of_it_is_there(
    app: Flask, district: Engine, supervisor: Browser
) -> None:
    """Its claims may be handed in by then; that it is in another round says nothing of this one."""
    later = str(YEAR + 1)
    open_round(district, later, YEAR + 1, project=2)
    officer = entered(app, [OFFICER])
    for round_id, is_there in ((ROUND, True), (later, False)):
        page = f"/wilayah/{round_id}/{DISTRICT}"
        way = text(officer.get(f"{page}/klaim").text, r'<nav class="crumbs".*?</nav>')
        assert "Kabupaten Contoh" in way and (f'href="{page}"' in way) is is_there


def test_every_page_that_is_shown_has_its_place(app: Flask) -> None:
    """Who adds a page says where it lies; what only sends something, a file or a step of the door has no place."""
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    apart = {"web.static", "web.health", "photographs.photo", "photographs.small_photo"}
    apart |= {"map.map_data", "closing.proof", "claims.template", "claims.problems", "documents.picture_of_page",
              "documents.download", "sets.set_as_book"}  # fmt: skip
    files = {page for page in pages if page.endswith(("as_csv", "as_xlsx", "as_json", "as_file"))}
    door = {page for page in pages if page.startswith("login.")}
    unplaced = {page for page in pages - apart - files - door if list(way_to(page)) == []}
    assert unplaced == set()
    assert {page for page in PLACES if page not in app.view_functions} == set()


def test_a_page_that_is_refused_says_nothing_of_where_it_would_be(app: Flask, supervisor: Browser) -> None:
    elsewhere = entered(app, [Held(Role.DISTRICT, "99.02")])
    page = elsewhere.get(HERE)
    assert page.status_code in (403, 404)
    assert crumbs(page.text) == "" and "Kabupaten" not in re.sub(r'<div class="scope".*?</div>', "", page.text)


# ── who one is, and what one may open


def test_role_area_and_round_are_said_in_words(supervisor: Browser) -> None:
    said = text_of(supervisor.get("/").text, r'<div class="scope".*?</div>')
    assert said.startswith("Penyelia · ") and said.endswith(f" · {ROUND}") and DISTRICT not in said


def test_the_menu_has_what_the_account_may_open(district: Engine, tmp_path: Path) -> None:
    app = create_app(district, Settings(data=tmp_path))
    own = ["/akun", "/benturan", "/akun/kode-etik", "/akun/pemberitahuan", "/jejak-saya"]
    assert menu(entered(app, [OFFICER]).get("/").text) == ["/", "/menunggu", "/klaim", "/putaran", *own]
    operator = menu(entered(app, [OPERATOR]).get("/").text)
    assert operator == ["/", "/menunggu", "/sertifikat", "/disisihkan", "/penerbitan", "/pekerjaan",
                        "/pemberitahuan", *own]  # fmt: skip
    for address in operator:
        assert entered(app, [OPERATOR]).get(address).status_code == 200


def test_every_page_has_a_way_to_log_out(app: Flask, supervisor: Browser) -> None:
    """What is refused or not there has it too; but for an error of ours, which asks nobody who is there."""
    pages = {path: supervisor.get(path) for path in (*menu(supervisor.get("/").text), HERE, f"{HERE}/baris",
             f"{HERE}/peta", f"/laporan/{ROUND}/{DISTRICT}", "/masuk/buktikan", "/orang", "/tidak-ada")}  # fmt: skip
    assert {page.status_code for page in pages.values()} == {200, 403, 404}
    lacking = [path for path, page in pages.items() if 'method="post" action="/keluar' not in page.text]
    assert lacking == []


def test_who_has_not_logged_in_has_no_menu(app: Flask) -> None:
    page = browser(app).get("/masuk").text
    assert "menu" not in page and crumbs(page) == "" and 'class="scope"' not in page


def test_it_asks_the_database_once(app: Flask, district: Engine) -> None:
    many = entered(app, [Held(Role.SUPERVISOR, f"99.{n:02}", ROUND) for n in range(1, 40)])
    with statements(district) as said:
        page = many.get("/nowhere").text
    assert sum("FROM rounds" in statement and "UNION ALL" in statement for statement in said) == 1
    assert "dan 36 lainnya" in page


# ── the language


def test_a_language_that_was_chosen_stays(app: Flask, district: Engine, supervisor: Browser) -> None:
    page = supervisor.post("/akun/bahasa", data={"language": "en", "next": f"{HERE}/baris?hal=1"}, headers=OURS)
    assert (page.status_code, page.location) == (303, f"{HERE}/baris?hal=1")
    assert '<html lang="en">' in supervisor.get("/akun").text
    with snapshot(district) as session:
        assert set(session.scalars(select(Person.language))) == {"en"}


def test_whoever_has_not_logged_in_is_remembered_by_the_browser(app: Flask) -> None:
    somebody = browser(app)
    assert '<html lang="id">' in somebody.get("/masuk").text
    somebody.post("/akun/bahasa", data={"language": "en", "next": "/masuk"}, headers=OURS)
    assert '<html lang="en">' in somebody.get("/masuk").text
    somebody.post("/akun/bahasa", data={"language": "xx", "next": "/masuk"}, headers=OURS)
    assert '<html lang="en">' in somebody.get("/masuk").text


def test_a_language_in_an_address_is_carried_on_and_not_remembered(supervisor: Browser) -> None:
    page = supervisor.get("/?lang=en").text
    assert '<html lang="en">' in page and f'href="{HERE}?lang=en"' in page
    assert '<html lang="id">' in supervisor.get("/").text


def test_choosing_a_language_leads_to_no_other_site(supervisor: Browser) -> None:
    page = supervisor.post("/akun/bahasa", data={"language": "en", "next": "https://example.com/"}, headers=OURS)
    assert page.location == "/akun"


def test_from_a_page_in_one_language_another_can_be_chosen(supervisor: Browser) -> None:
    assert f'name="next" value="{HERE}?' not in supervisor.get(f"{HERE}?lang=en").text
    assert f'name="next" value="{HERE}"' in supervisor.get(f"{HERE}?lang=en").text


# ── errors, in our words and with the menu


@pytest.mark.parametrize("method, path, code, heading", [
    ("GET", "/nowhere", 404, "Halaman tidak ditemukan"), ("POST", "/", 405, "Tidak dapat dikirimi"),
    ("GET", "/orang", 403, "Tidak diizinkan"),
])  # fmt: skip
def test_an_error_is_said_in_our_words(supervisor: Browser, method: str, path: str, code: int, heading: str) -> None:
    answer = supervisor.post(path, headers=OURS) if method == "POST" else supervisor.get(path)
    assert answer.status_code == code
    assert f"<h1>{heading}</h1>" in answer.text and '<details class="menu">' in answer.text
    assert not re.search(r"Not Found|Method Not Allowed|Forbidden|requested URL", answer.text)


# ── a notice after each action


@pytest.mark.parametrize("path, fields, notice", [
    ("/akun/bahasa", {"language": "id"}, "Bahasa"), ("/akun/pemberitahuan", {}, "Pilihan pemberitahuan disimpan."),
    ("/benturan", {"district": DISTRICT, "why": "x"}, "Benturan kepentingan dicatat."),
    ("/keluar", {}, "Anda sudah keluar."),
])  # fmt: skip
def test_an_action_is_answered_by_a_notice(supervisor: Browser, path: str, fields: dict[str, str], notice: str) -> None:
    page = supervisor.post(path, data=fields, headers=OURS, follow_redirects=True)
    assert notice in text_of(page.text, r'<p class="note" role="status">.*?</p>')
