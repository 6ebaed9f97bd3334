"""The door: by which name, from where, how long and how fast a request has to come to be looked at."""

import html
import resource
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import Engine

from server.app import create_app
from server.db import open_database
from server.settings import Settings
from server.web.door import LONGEST_BODY
from server.web.serving import LIMITS, make_server
from server.words import LANGUAGES, catalogue
from tests.support.environment import DATABASES, SQLITE, on_postgres_anew, postgres_url
from tests.support.raw import TEN_SECONDS, answer_to, connected, read_all, silent, status_of
from tests.support.serving import serving
from tests.support.web import browser, entered
from verification.reason import Reason

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
PATHS = ("/", "/sehat", "/laporan/2026/99.01", "/laporan/2026/99.01.json", "/foto/1.jpg", "/kiriman/f/uuid:1",
         "/pekerjaan", "/sertifikat", "/static/tilik.css", "/nowhere", "//nowhere")  # fmt: skip
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give an empty database of each kind, the same to all: nothing here may write into it."""
    template, folder = request.getfixturevalue(f"{request.param}_template"), tmp_path_factory.mktemp("database")
    if request.param == SQLITE:
        shutil.copyfile(template, folder / "tilik.sqlite3")
        engine = open_database(f"sqlite:///{folder / 'tilik.sqlite3'}")
        yield engine
        engine.dispose()
        return
    with on_postgres_anew(template) as name:
        engine = open_database(postgres_url(name))
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def app(database: Engine) -> Flask:
    return create_app(database, Settings(data=Path("nowhere"), secret_key=SecretStr("a test's")))


@pytest.fixture
def web(app: Flask) -> FlaskClient:
    return entered(app)


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(make_server(app, 0)) as address:
        yield address


# ── by which name

NOT_OURS = (
    "attacker.example", "attacker.example:8000", "localhost.attacker.example", "localhost:80@attacker.example",
    "127.0.0.1.nip.example", "127.0.0.2", "[::2]", "[::1]attacker.example", "localhost, attacker.example",
    "localhost:123456", "localhost:", "localhost:x", "local\thost", "[", "[::1", "::1", "0.0.0.1", "",
    "\uff4cocalhost", "localhost\u0660", "2130706433", "tilik.local", "a" * 5000, "a..b", "127.0.0.1:",
)  # fmt: skip


@pytest.mark.parametrize("host", NOT_OURS)
def test_another_name_is_refused_whatever_is_asked(web: FlaskClient, host: str) -> None:
    sent = host.encode().decode("latin-1")
    statuses = {
        (method, path): web.open(path, method=method, headers={"Host": sent, **OURS}).status_code
        for method in METHODS
        for path in (PATHS if host == "attacker.example" else PATHS[:1])
    }
    assert set(statuses.values()) == {403}, statuses


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:8000"])
def test_names_of_this_machine_are_taken(web: FlaskClient, host: str) -> None:
    assert web.get("/sehat", headers={"Host": host}).status_code == 200


def test_a_name_that_was_set_is_taken_and_no_other(database: Engine, tmp_path: Path) -> None:
    web = create_app(database, Settings(data=tmp_path, web_name="tilik.example")).test_client()
    statuses = [web.get("/sehat", headers={"Host": host}).status_code
                for host in ("Tilik.example:8080", "localhost", "www.tilik.example", "tilikxexample")]  # fmt: skip
    assert statuses == [200, 200, 403, 403]


@pytest.mark.parametrize("request_line", [
    b"GET /laporan/2026/99.01 HTTP/1.1\r\nHost: attacker.example",
    b"GET http://localhost/ HTTP/1.1\r\nHost: attacker.example",
    b"GET / HTTP/1.0\r\nAccept: */*", b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: attacker.example",
    b"GET / HTTP/1.1\r\nHost: attacker.example\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost",
    b"GET //attacker.example/x HTTP/1.1\r\nHost: attacker.example",
])  # fmt: skip
def test_a_name_is_looked_at_as_it_comes_over_the_wire(url: str, request_line: bytes) -> None:
    answer = answer_to(url, request_line + b"\r\nConnection: close\r\n\r\n")
    assert status_of(answer) == 403 and b"attacker" not in answer


# ── from where


@pytest.mark.parametrize("headers", [
    {"Origin": "http://["}, {"Origin": "http://localhost:80"}, {"Origin": "http://localhost/"}, {"Origin": "localhost"},
    {"Origin": "http://localhost, http://localhost"}, {"Origin": "ftp://localhost"}, {"Origin": "http://user@localhost"},
    {"Origin": "http://attacker.example", **OURS}, {"Origin": "", **OURS},
    {"Sec-Fetch-Site": "same-origin, cross-site"}, {"Sec-Fetch-Site": ""}, {"Referer": "http://localhost/"},
])  # fmt: skip
def test_what_would_change_something_has_to_come_from_a_page_of_ours(web: FlaskClient, headers: dict[str, str]) -> None:
    assert {web.post(path, headers=headers).status_code for path in PATHS} == {403}


# ── how long


def test_a_body_that_is_too_long_is_refused_with_a_page(web: FlaskClient) -> None:
    for length, status in ((LONGEST_BODY, 400), (LONGEST_BODY + 1, 413)):
        answer = web.post("/pekerjaan", data=b"job=" + b"1" * (length - 4), headers=OURS,
                          content_type="application/x-www-form-urlencoded")  # fmt: skip
        assert answer.status_code == status and "<main " in answer.text


@pytest.mark.parametrize("head", [
    b"POST /pekerjaan HTTP/1.1\r\nHost: localhost\r\nOrigin: http://x.example\r\nContent-Length: 400000000\r\n\r\n",
    b"POST /pekerjaan HTTP/1.1\r\nHost: localhost\r\nOrigin: http://x.example\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ",
], ids=["announced", "in chunks", "in a header"])  # fmt: skip
def test_hundreds_of_megabytes_are_not_read(url: str, head: bytes) -> None:
    before, sent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
    with connected(url) as line:
        with suppress(ConnectionError):
            line.sendall(head)
            while sent < 400:
                line.sendall(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
                sent += 1
        answer = read_all(line)
    assert sent < LIMITS["max_request_body_size"] / 1e6 + 40, "the connection was closed"
    assert status_of(answer) in (0, 413, 431)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kB"


# ── how fast


def test_many_who_say_half_a_request_keep_nobody_out_and_are_sent_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "channel_timeout", TEN_SECONDS * 60)
    monkeypatch.setitem(LIMITS, "cleanup_interval", 1)
    server = make_server(app, 0)
    with serving(server) as url, ExitStack() as open_lines:
        halves = [b"GET / HT", b"POST /pekerjaan HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\njob="]
        lines = [open_lines.enter_context(connected(url)) for _ in range(150)]
        for number, line in enumerate(lines):
            line.sendall(halves[number % 2])
        assert b" 200 " in answer_to(url, b"GET /sehat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert len(silent(lines)) == len(lines), "nobody was sent away before it was answered"
        server.adj.channel_timeout = 1
        for line in lines:
            line.settimeout(TEN_SECONDS * 6)
        assert {read_all(line) for line in lines} == {b""}, "each was closed, and none by its own time limit"


def test_there_is_room_for_more_than_any_browser_opens() -> None:
    assert LIMITS["connection_limit"] > 500 and LIMITS["asyncore_use_poll"]


# ── what is no request, and what may stand in one


MALFORMED = (
    b"\r\n", b"GET", b"GET /", b"GET / HTTP/9.9\r\n\r\n", b"G\0T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n", b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01", b"GET /\xff\xfe%ff%fe HTTP/1.1\r\nHost: localhost\r\n\r\n",
)  # fmt: skip


def test_what_is_no_request_stops_nobody(url: str) -> None:
    for request in MALFORMED:
        with connected(url) as line:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            assert status_of(read_all(line)) in (0, 400, 403, 404, 501), request
    assert b" 200 " in answer_to(url, b"GET /sehat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")


HIGHEST = str(2**31 - 1)
NUMBERS = (HIGHEST, str(2**31), str(2**32), str(2**63), "9" * 20, "9" * 5000, "٣", "-1", "1e3", "0x10", "0", "")


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:20])
def test_a_number_of_any_length_is_not_found_or_refused(web: FlaskClient, number: str) -> None:
    for path in (f"/foto/{number}.jpg", f"/laporan/{number}/99.01", f"/laporan/2026/{number}.json"):
        assert web.get(path).status_code == 404, path
    answer = web.post("/pekerjaan", data={"job": number}, headers=OURS)
    assert answer.status_code == (303 if number in (HIGHEST, "٣") else 400)


def test_a_nul_is_not_found_or_refused(web: FlaskClient) -> None:
    for path in ("/laporan/2026%00/99.01", "/laporan/2026/99%00.csv", "/kiriman/f/uuid%00", "/kiriman/%00/x", "/%00"):
        assert web.get(path).status_code == 404, path
        assert web.get(path + "?lang=%00").status_code == 404, path
    assert web.get("/?lang=id%00").status_code == 200
    for name in ("job", "text"):
        assert web.post("/pekerjaan", data={name: "1\0"}, headers=OURS).status_code == 400


def test_two_slashes_redirect_nowhere(web: FlaskClient) -> None:
    for path in ("//", "//attacker.example", "/laporan//2026/99.01", "//attacker.example/%2e%2e"):
        answer = web.get(path, base_url="http://localhost")
        assert (answer.status_code, "Location" in answer.headers) == (404, False), path
        assert "attacker" not in answer.text


# ── the languages


def test_languages_nobody_speaks_leave_nothing_behind(web: FlaskClient) -> None:
    for number in range(20):
        assert 'lang="id"' in web.get("/nowhere", query_string={"lang": f"x{number}"}).text
    assert all(catalogue(f"x{number}") is catalogue("id") for number in range(1000))


# ── what a person sees, and what a browser is told


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_are_pages_in_the_readers_language(web: FlaskClient, language: str) -> None:
    words = catalogue(language)
    asked = {"lang": language}
    refused = {
        "error.404": web.get("/nowhere", query_string=asked),
        "error.405": web.delete("/sertifikat", query_string=asked, headers=OURS),
        "error.400": web.post("/pekerjaan", query_string=asked, data={"job": "x"}, headers=OURS),
        "page.other_origin": web.post("/pekerjaan", query_string=asked),
        "page.other_name": web.get("/", query_string=asked, headers={"Host": "attacker.example"}),
        "error.413": web.post("/pekerjaan", query_string=asked, data={"x": "x" * LONGEST_BODY}, headers=OURS),
    }
    for key, answer in refused.items():
        assert f'<html lang="{language}">' in answer.text and words.say(key) in html.unescape(answer.text), key
        assert answer.content_type == "text/html; charset=utf-8"
    assert sorted(answer.status_code for answer in refused.values()) == [400, 403, 403, 404, 405, 413]
    assert refused["error.405"].headers["Allow"]


def test_every_answer_tells_browsers_what_they_may(web: FlaskClient) -> None:
    for path in PATHS:
        for method, headers in (("GET", {}), ("POST", OURS), ("GET", {"Host": "attacker.example"}), ("OPTIONS", {})):
            answer = web.open(path, method=method, headers=headers)
            answer.close()  # a file that is sent
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            if "static" not in path:
                assert answer.headers["Cache-Control"] == "no-store", path


@pytest.mark.parametrize("path", ["/sehat", "/", "/foto/1.jpg"])
def test_a_database_that_is_gone_is_said_at_once(path: str, tmp_path: Path) -> None:
    gone = open_database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    answer = browser(create_app(gone, Settings(data=tmp_path)), "a token").get(path)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert catalogue("id").reason(Reason("database_unreachable")) in html.unescape(answer.text)
