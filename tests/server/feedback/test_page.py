"""The children's page as files: what browsers may do with it, what is there for the script, how much it is."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from server.db import now, writing
from server.feedback.page import MARK, STATIC, blueprint, file_address
from server.feedback.page_words import KEYS
from server.opening.tables import Contact
from server.settings import Settings
from server.web.site import Site
from server.words import LANGUAGES, catalogue
from tests.support.built import built
from xlsforms.child_page import child_page
from xlsforms.forms import CHILD_FORM

SCRIPT = (STATIC / "page.js").read_text(encoding="utf-8")


@pytest.fixture
def app(engine: Engine) -> Flask:
    made = Flask(__name__, static_folder=None)
    made.extensions["tilik"] = Site(engine, Settings())
    made.register_blueprint(blueprint)
    return made


def given(app: Flask, address: str = "/anak/") -> Any:
    text = app.test_client().get(address).get_data(as_text=True)
    found = re.search(r'<script type="application/json" id="given">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_nothing_of_the_page_is_kept_and_nobody_is_told_of_it(app: Flask) -> None:
    for path in ("/anak/", "/anak/bantuan", "/anak/?lang=en", "/anak/?lang=xx"):
        answer = app.test_client().get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert answer.headers["Referrer-Policy"] == "no-referrer" and "Set-Cookie" not in answer.headers
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and policy.startswith("default-src 'none'; script-src 'self'; ")
        for tag in re.findall(r"<script[^>]*>", answer.get_data(as_text=True)):
            assert 'src="/anak/static/' in tag or 'type="application/json"' in tag
        assert not re.search(r"\son\w+=|style=|<style", answer.get_data(as_text=True))


def test_files_are_kept_under_names_that_change_with_them(app: Flask) -> None:
    client = app.test_client()
    for name in ("page.js", "page.css", "choice_yes.svg"):
        answer = client.get(f"/anak/static/{MARK}/{name}")
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
        answer.close()
    for path in (f"/anak/static/{'0' * 12}/page.js", f"/anak/static/{MARK}/no.svg", f"/anak/static/{MARK}/../page.py"):
        assert client.get(path).status_code == 404


def test_help_names_the_districts_own_contacts_that_stand(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        more = {"entered_by": "terminal:test", "entered_at": now()}
        session.add(Contact(district="99.01", kind="uptd_ppa", office="UPTD <b> Rekaan", number="0999 12-34", **more))
        session.add(Contact(district="99.01", kind="police", office="Lama Rekaan", number="1", ended_at=now(), **more))
    own, other = (
        app.test_client().get(f"/anak/bantuan?kab={kab}").get_data(as_text=True) for kab in ("99.01", "99.02")
    )
    assert 'href="tel:09991234">UPTD &lt;b&gt; Rekaan: 0999 12-34<' in own and "Lama" not in own
    assert "UPTD" not in other and all('href="tel:129"' in text for text in (own, other))


def test_the_script_says_only_what_it_is_given_in_both_languages(app: Flask) -> None:
    words = given(app)["words"]
    said = set(re.findall(r'say\("(\w+)"\)|aloud\("\w+", \.\.\.\[([^]]+)', SCRIPT))
    named = {one for one, _ in said if one} | {
        one for name in ("refused", "waiting", "button") for one in re.findall(rf'{name}\("(\w+)"\)', SCRIPT)
    }
    assert len(named) > 25 and words.keys() == set(LANGUAGES)
    for language in LANGUAGES:
        assert named <= words[language].keys() and all(words[language].values())
        assert all(catalogue(language).knows(key) for key in KEYS)
        for why in ("unknown", "used", "expired", "revoked", "wait", "off"):
            assert words[language][f"code_{why}"]
    assert given(app, "/anak/?lang=en")["begins"] == "en" and given(app, "/anak/?lang=xx")["begins"] == "id"


def test_each_picture_is_there_and_small() -> None:
    page = child_page(built(CHILD_FORM))
    named = {question["picture"] for question in page["questions"]}
    named |= {choice["picture"] for question in page["questions"] for choice in question["choices"]}
    named |= {f"intro_{number}.svg" for number in range(len(page["intro"]))} | set(re.findall(r'"(\w+\.svg)"', SCRIPT))
    there = {file.name: file.stat().st_size for file in STATIC.glob("*.svg")}
    assert there.keys() == named, "all that are shown, and no other"
    assert max(there.values()) < 40_000
    for file in STATIC.glob("*.svg"):
        assert not re.search(r"<script|href|<!|url\(", file.read_text(encoding="utf-8"))


def test_a_button_to_hear_or_see_is_there_where_a_file_is(app: Flask) -> None:
    for folder in ("sound", "sign"):
        files = sorted(file for file in (STATIC / folder).rglob("*") if file.is_file())
        assert given(app)[folder] == [file.relative_to(STATIC).as_posix() for file in files]


def test_all_that_is_needed_before_the_first_question_is_little(app: Flask) -> None:
    """Not compressed, and without what the code opens: at 50 kB a second it is there in one second."""
    page = app.test_client().get("/anak/").data
    assert len(page) + len(SCRIPT) + (STATIC / "page.css").stat().st_size < 45_000
    assert len(json.dumps(child_page(built(CHILD_FORM)))) < 20_000


def test_no_place_to_keep_anything_is_named_in_the_script(app: Flask) -> None:
    assert not re.search(
        r"localStorage|sessionStorage|indexedDB|caches|cookie|serviceWorker|sendBeacon|innerHTML", SCRIPT
    )
    with app.test_request_context():
        assert file_address("page.js") == f"{file_address()}page.js"
