"""What every answer says of itself, what lies under no address, and what nobody can make an answer do."""

import logging
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select

from server.app import create_app
from server.db import snapshot
from server.submissions.tables import Attachment, Form, SubmissionState
from server.web.guard import open_to_all
from tests.support.demo import PAGE, Demo

OURS = {"Sec-Fetch-Site": "same-origin"}
HTML, CSV, JSON = "text/html; charset=utf-8", "text/csv; charset=utf-8", "application/json; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BEGINS = {HTML: b"<!doctype html>", XLSX: b"PK", "image/jpeg": b"\xff\xd8\xff", CSV: b"\xef\xbb\xbf", JSON: b"{",
          "image/svg+xml; charset=utf-8": b"<svg"}  # fmt: skip


def addresses(run: Demo) -> dict[str, str]:
    """Give an address of each kind there is, and the type of what it gives."""
    with snapshot(run.engine) as session:
        photo = session.scalars(select(Attachment.id).filter_by(state="stored").order_by(Attachment.id)).first()
        form, root = session.execute(select(Form.form_id, SubmissionState.root_id)
                                     .join(Form, Form.id == SubmissionState.form_pk)).first() or ("", "")  # fmt: skip
    pages = ("/", "/disisihkan", PAGE, "/sertifikat", "/pekerjaan", f"/kiriman/{form}/{root}", "/nowhere", "/sehat")
    return {
        **dict.fromkeys(pages, HTML), f"{PAGE}.json": JSON, f"{PAGE}.csv": CSV, f"{PAGE}.xlsx": XLSX,
        f"/foto/{photo}.jpg": "image/jpeg", "/static/tilik.css": "text/css; charset=utf-8",
        "/static/tilik.svg": "image/svg+xml; charset=utf-8",
    }  # fmt: skip


# ── what it is


def test_every_answer_says_what_it_is(run: Demo) -> None:
    for path, kind in addresses(run).items():
        answer = run.web.get(path, buffered=True)
        assert (answer.content_type, answer.headers["X-Content-Type-Options"]) == (kind, "nosniff"), path
        if path != "/sehat":
            assert answer.data[:15].replace(b"DOCTYPE", b"doctype").startswith(BEGINS.get(kind, b"")), path


def test_a_download_is_named_by_us(run: Demo) -> None:
    for kind in ("csv", "xlsx", "json"):
        said = run.web.get(f"{PAGE}.{kind}?name=../x.exe").headers["Content-Disposition"]
        assert re.fullmatch(rf'attachment; filename="?tilik-[A-Za-z0-9-]+-[0-9.]+\.{kind}"?', said), said


def test_every_answer_forbids_frames_objects_and_foreign_bases(run: Demo) -> None:
    for path in addresses(run):
        for method in ("GET", "POST", "OPTIONS", "TRACE"):
            told = run.web.open(path, method=method, buffered=True).headers["Content-Security-Policy"]
            policy = dict(part.strip().split(" ", 1) for part in told.split(";"))
            assert policy["frame-ancestors"] == policy["base-uri"] == policy["default-src"] == "'none'", path
            assert policy.get("object-src", "'none'") == "'none'" and "unsafe" not in told and "*" not in told


def test_no_other_origin_is_ever_allowed_to_read(run: Demo) -> None:
    asking = {"Origin": "https://attacker.example", "Access-Control-Request-Method": "GET",
              "Access-Control-Request-Headers": "x-any"}  # fmt: skip
    for path in addresses(run):
        for method in ("GET", "OPTIONS"):
            answer = run.web.open(path, method=method, headers=asking, buffered=True)
            assert [name for name, _ in answer.headers if name.lower().startswith("access-control")] == []


# ── where it leads


class Links(HTMLParser):
    """All addresses that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value or "" for name, value in attrs if name in ("href", "src", "action", "formaction", "data")}


def test_every_link_of_a_page_stays_here(run: Demo) -> None:
    links = Links()
    for path, kind in addresses(run).items():
        if kind == HTML:
            links.feed(run.web.get(path).text)
    assert len(links.found) > 20
    assert [link for link in links.found if urlsplit(link)[:2] != ("", "") or link.startswith(("//", "\\"))] == []


def test_an_answer_after_a_change_leads_to_this_site(run: Demo) -> None:
    answer = run.web.post("/pekerjaan?lang=//attacker.example&next=//attacker.example", data={"job": "1"}, headers=OURS)
    assert answer.status_code == 303 and re.match(r"/[a-z]", answer.location) and "attacker" not in answer.location


# ── what lies under no address


LOOKED_FOR = (
    "/.git/HEAD", "/.git/config", "/.env", "/.dockerignore", "/compose.yaml", "/secrets/database_password", "/var/",
    "/static/", "/static", "/static/..", "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
    "/static//etc/passwd", "/static/app.py", "/static/pages.py", "/server/app.py",
    "/templates/base.html", "/console", "/debug", "/openapi.json", "/docs",
    "/swagger", "/metrics", "/server-status", "/nginx_status", "/admin", "/actuator/health", "/phpinfo.php",
    "/backup.zip", "/tilik.sqlite3", "/var/tilik.sqlite3",
)  # fmt: skip


@pytest.mark.parametrize("path", LOOKED_FOR)
def test_nothing_lies_where_attackers_look(run: Demo, path: str) -> None:
    assert run.web.get(path).status_code == 404


def test_what_was_sent_lies_under_no_address(run: Demo) -> None:
    files = [file for file in run.settings.store.rglob("*") if file.is_file()]
    assert files
    for file in files:
        inside = file.relative_to(run.settings.data).as_posix()
        for path in (
            f"/{inside}",
            f"/var/{inside}",
            f"/static/{file.name}",
            f"/static/../../{inside}",
            f"/foto/{file.name}",
        ):
            assert run.web.get(path).status_code == 404, path


# ── what nobody can make it do


def test_what_is_encoded_twice_is_decoded_once(run: Demo) -> None:
    once, twice = PAGE.replace(".", "%2e"), PAGE.replace(".", "%252e")
    assert [run.web.get(path).status_code for path in (once, twice)] == [200, 404]
    english = ['<html lang="en">' in run.web.get(f"/?lang={text}").text for text in ("%65n", "%2565n")]
    assert english == [True, False]


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG"])
def test_a_request_is_never_told_back(run: Demo, method: str) -> None:
    for headers in ({}, OURS):
        answer = run.web.open("/", method=method, headers={"X-Planted": "planted-word", **headers})
        assert answer.status_code in (403, 405) and "planted-word" not in answer.text


def test_what_a_form_sends_is_read_from_the_form_alone(run: Demo) -> None:
    """The same name in the address, in a cookie, or a second time changes nothing."""
    tried = [("/pekerjaan?job=1", {}), ("/pekerjaan?job=1", {"job": "x"}), ("/pekerjaan", {"job": ["x", "1"]})]
    statuses = [run.web.post(path, data=data, headers={"Cookie": "job=1", **OURS}).status_code for path, data in tried]
    assert statuses == [400, 400, 400]


@pytest.fixture
def failing(run: Demo, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Give the pages as they would be with FLASK_DEBUG set, and one that fails with what was sent in its error."""
    for name in ("FLASK_DEBUG", "FLASK_ENV", "WERKZEUG_DEBUG_PIN"):
        monkeypatch.setenv(name, "1")
    app = create_app(run.engine, run.settings)

    @open_to_all("a test")
    def fail() -> str:
        raise RuntimeError(f"{request.url} {request.headers}")

    app.view_functions["web.health"] = fail
    return app


def test_no_setting_of_flask_opens_the_debugger(failing: Flask) -> None:
    answer = failing.test_client().get("/sehat?planted-word")
    assert not failing.debug and answer.status_code == 500
    assert all(word not in answer.text for word in ("Traceback", "RuntimeError", "planted-word", "debugger", ".py"))
    assert failing.test_client().get("/console?__debugger__=yes&cmd=resource&f=debugger.js").status_code == 404


def test_nothing_that_was_sent_stands_in_the_log(failing: Flask, caplog: pytest.LogCaptureFixture) -> None:
    web: FlaskClient = failing.test_client()
    with caplog.at_level(logging.DEBUG):
        for path in ("/sehat?planted=planted-word%0aERROR root planted-word", "/planted-word%0d%0aplanted-word"):
            web.get(path, headers={"X-Planted": "planted-word", "User-Agent": "planted-word"})
            web.post(path, data={"job": "planted-word"}, headers=OURS)
    assert "a page failed: RuntimeError" in caplog.text
    assert "planted-word" not in caplog.text
