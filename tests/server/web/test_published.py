"""Published: the pages have one name, over TLS, and believe one proxy; on this machine alone they believe none."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import Engine

from server import wsgi
from server.app import create_app
from server.db import open_database
from server.settings import CHECKOUT, Settings
from server.words import catalogue
from verification.reason import Reason

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

NAME = "tilik.example.go.id"
TLS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Give what gunicorn serves."""
    monkeypatch.setenv("TILIK_DATA", str(tmp_path))
    monkeypatch.setenv("TILIK_WEB_NAME", NAME.upper())
    return wsgi.application()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Flask]:
    """Give what `tilik serve` serves."""
    engine: Engine = open_database(f"sqlite:///{tmp_path / 'alone.sqlite3'}")
    yield create_app(engine, Settings(data=tmp_path, web_name=NAME))
    engine.dispose()


@pytest.mark.parametrize(("host", "headers", "status"), [
    (NAME, TLS, 200), (NAME.title(), TLS, 200), (NAME, {}, 403), (NAME, {"X-Forwarded-Proto": "http"}, 403),
    (NAME, {"X-Forwarded-Proto": "https, http"}, 403), (NAME, {"X-Forwarded-Ssl": "on"}, 403),
    (NAME, {"Forwarded": "proto=https"}, 403), (f"{NAME}:443", TLS, 403), (f"{NAME}:8443", TLS, 403),
    (f"{NAME}.", TLS, 403),
    ("localhost", TLS, 403), ("127.0.0.1", TLS, 403), ("[::1]", TLS, 403), (f"x.{NAME}", TLS, 403), ("", TLS, 403),
    ("localhost", TLS | {"X-Forwarded-Host": NAME}, 403),
])  # fmt: skip
@pytest.mark.parametrize("path", ["/masuk", "/sehat"])
def test_it_is_asked_for_by_its_name_over_tls(
    app: Flask, path: str, host: str, headers: dict[str, str], status: int
) -> None:
    answer = app.test_client().get(path, headers={"Host": host, **headers})
    assert answer.status_code == status
    if status == 403:
        assert "tidak lewat sambungan aman" in answer.text and "localhost" not in answer.text


@pytest.mark.parametrize("origin", [f"http://{NAME}", f"https://{NAME}:443", "https://localhost", "null"])
def test_a_change_comes_from_its_very_address(app: Flask, origin: str) -> None:
    web, said = app.test_client(), catalogue("id").say("page.other_origin")
    assert said in web.post("/masuk", headers={"Host": NAME, "Origin": origin, **TLS}).text
    ours = web.post("/masuk", headers={"Host": NAME, "Origin": f"https://{NAME}", **TLS})
    assert ours.status_code == 400 and said not in ours.text, "it only lacks what a form of ours carries"


def test_no_other_scheme_of_this_machine_is_ours(alone: Flask) -> None:
    for origin, status in (("http://localhost", 400), ("https://localhost", 403), ("http://LOCALHOST", 403)):
        assert alone.test_client().post("/masuk", headers={"Origin": origin}).status_code == status


def test_a_cookie_is_for_tls_and_this_name_alone_where_it_is_published(app: Flask, alone: Flask) -> None:
    published = app.test_client().get("/masuk", headers={"Host": NAME, **TLS}).headers["Set-Cookie"]
    here = alone.test_client().get("/masuk").headers["Set-Cookie"]
    assert published.startswith("__Host-tilik=") and published.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")
    assert here.startswith("tilik=") and here.endswith("; HttpOnly; Path=/; SameSite=Lax"), (
        "http://localhost has no TLS"
    )


def test_on_this_machine_no_proxy_is_believed(alone: Flask) -> None:
    seen: list[tuple[str, str | None]] = []

    def note() -> None:
        from flask import request

        seen.append((request.scheme, request.remote_addr))

    alone.before_request_funcs.setdefault(None, []).insert(0, note)
    alone.test_client().get("/masuk", headers=TLS)
    assert seen == [("http", "127.0.0.1")]


def test_without_a_name_nothing_is_published(tmp_path: Path) -> None:
    program = "from server.wsgi import application; application()"
    environment = {"TILIK_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 1 and ended.stderr.strip() == catalogue("id").reason(Reason("no_web_name"))


@pytest.mark.parametrize("name", ["https://tilik.example", "tilik.example:8443", "", "tilik.example/", "-x", "a b",
                                  "a;b", "tilik.example\n", "*.example", "{x}"])  # fmt: skip
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings(web_name=name)
