"""Guessing ends; and nobody can keep somebody else out by guessing."""

import logging
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from server.app import create_app
from server.db import writing
from server.login.limits import GUESSED_AT
from server.people.links import RESET, make_link
from server.settings import CHECKOUT, Settings
from server.web.guard import need_of
from tests.support.authenticator import Device, asked, enrolled, send
from tests.support.door import EMAIL, OURS, PASSWORD, STRICT, app_code, come_in, member, text_of, type_password
from tests.support.web import Browser, browser

WRONG = "salah sama sekali"


def try_from(app: Flask, address: str, password: str = WRONG, email: str = EMAIL,
             where: Browser | None = None) -> Any:  # fmt: skip
    return type_password(where or browser(app), email, password, environ_base={"REMOTE_ADDR": address})


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare passwords as they are: what is counted is the same, and a thousand hashes take half a minute."""
    monkeypatch.setattr("server.login.entering.fits", lambda kept, typed: kept is not None and typed == PASSWORD)


def test_guessing_ends(app: Flask, engine: Engine, quick: None) -> None:
    with writing(engine) as session:
        member(session)
    assert [try_from(app, "192.0.2.1").status_code for _ in range(11)] == [400] * 10 + [429]
    refused = try_from(app, "192.0.2.1", PASSWORD)
    assert refused.status_code == 429 and "dalam 15 menit" in text_of(refused)
    assert 890 <= int(refused.headers["Retry-After"]) <= 901
    assert try_from(app, "192.0.2.2", PASSWORD).status_code == 303, "from elsewhere the owner gets in"


def test_what_is_right_is_not_counted(app: Flask, engine: Engine, quick: None) -> None:
    with writing(engine) as session:
        member(session)
    assert {try_from(app, "192.0.2.1", PASSWORD).status_code for _ in range(15)} == {303}


def test_an_address_that_nobody_has_is_counted_likewise(app: Flask, quick: None) -> None:
    answers = [try_from(app, "192.0.2.1", email=" Siapa@example.id").status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]


def test_an_office_behind_one_address_has_a_hundred_wrong_tries(app: Flask, engine: Engine, quick: None) -> None:
    with writing(engine) as session:
        member(session)
    answers = [try_from(app, "192.0.2.1", email=f"{n}@example.id").status_code for n in range(101)]
    assert answers == [400] * 100 + [429]
    assert try_from(app, "192.0.2.1", PASSWORD).status_code == 429


@pytest.mark.parametrize("first, second, same", [
    ("2001:db8::1", "2001:db8::2", True), ("2001:db8::1", "2001:db8:0:1::1", False), ("192.0.2.1", "192.0.2.2", False),
])  # fmt: skip
def test_whoever_has_one_ipv6_address_has_its_network(app: Flask, quick: None, first: str, second: str,
                                                      same: bool) -> None:  # fmt: skip
    for _ in range(10):
        try_from(app, first)
    assert (try_from(app, second).status_code == 429) is same


@pytest.mark.ci
def test_an_attacker_from_anywhere_with_a_thousand_tries_neither_gets_in_nor_keeps_the_owner_out(
    app: Flask, engine: Engine, quick: None
) -> None:
    """The attacker even tries the right password, as their last; and shares the owner's own network address."""
    device = Device()
    owner = enrolled(app, engine, device, also_app=True)
    owner.post("/keluar", headers=OURS)
    answers = [try_from(app, f"198.51.{n % 256}.{n // 256}").status_code for n in range(900)]
    answers += [try_from(app, "127.0.0.1").status_code for _ in range(100)]
    assert answers.count(400) == 100 and answers.count(429) == 900
    assert try_from(app, "203.0.113.9", PASSWORD).status_code == 429, "not even by the right one"
    come_in(app, where=owner)  # the browser that they always use
    owner.post("/masuk/langkah-kedua", data={"way": "app", "code": app_code(1)}, headers=OURS)
    assert owner.get("/akun").status_code == 200
    with_key = browser(app)  # a new browser, and a passkey
    assert send(with_key, "/masuk/kunci", device.show(asked(with_key, "enter").json)).status_code == 303
    with writing(engine) as session:
        link = make_link(session, 1, RESET, "terminal:root")
    by_link = browser(app)  # a new browser, and a one-time link
    assert by_link.post(f"/masuk/tautan/{link.token}", headers=OURS).status_code == 303
    assert send(by_link, "/masuk/langkah-kedua", device.show(asked(by_link, "factor").json)).status_code == 303


def test_a_browser_that_is_known_has_ten_tries_of_its_own(app: Flask, engine: Engine, quick: None) -> None:
    with writing(engine) as session:
        member(session)
    owner = come_in(app)
    owner.post("/keluar", headers=OURS)
    answers = [try_from(app, f"192.0.2.{n}", where=owner).status_code for n in range(11)]
    assert answers == [400] * 10 + [429], "whoever stole it can guess no more than others"
    assert try_from(app, "192.0.2.77", PASSWORD).status_code == 303, "and its owner is not kept out elsewhere"


@pytest.mark.parametrize("spoil", [lambda value: value[:-2] + "xx", lambda _value: "", lambda _value: "e30.x.y"])
def test_a_browser_is_known_by_what_we_signed_only(app: Flask, engine: Engine, quick: None, spoil: Any) -> None:
    with writing(engine) as session:
        member(session)
    owner = come_in(app)
    owner.post("/keluar", headers=OURS)
    cookie = owner.get_cookie("tilik-device")
    assert cookie is not None
    owner.set_cookie("tilik-device", spoil(cookie.value))
    for _ in range(10):
        try_from(app, "192.0.2.1")
    assert try_from(app, "192.0.2.1", PASSWORD, where=owner).status_code == 429


def test_it_is_known_to_those_who_logged_in_with_it_and_to_nobody_else(app: Flask, engine: Engine, quick: None) -> None:
    with writing(engine) as session:
        member(session)
        member(session, email="lain@example.id")
    other = come_in(app, "lain@example.id")
    other.post("/keluar", headers=OURS)
    for _ in range(10):
        try_from(app, "192.0.2.1")
    assert try_from(app, "192.0.2.1", PASSWORD, where=other).status_code == 429


def test_its_cookie_says_nothing_of_anybody_and_is_for_no_script(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        member(session)
    found = browser(app)
    said = [text for text in type_password(found).headers.getlist("Set-Cookie") if text.startswith("tilik-device=")]
    assert len(said) == 1 and "HttpOnly" in said[0] and "SameSite=Lax" in said[0] and "Max-Age=7776000" in said[0]
    from server.login.devices import _signer

    with app.test_request_context():
        kept = _signer().loads(said[0].split("=")[1].split(";")[0])
    assert kept.keys() == {"device", "marks"} and all(len(mark) == 22 for mark in kept["marks"])


def test_wrong_codes_of_the_second_step_are_counted_too(app: Flask, engine: Engine, quick: None) -> None:
    """Who knows the password begins as many sessions as they like: the codes they may guess are no more for it."""
    with writing(engine) as session:
        member(session, STRICT, app=True)
    answers = []
    for _ in range(3):
        found = come_in(app)
        for _ in range(4):
            answers.append(found.post("/masuk/langkah-kedua", data={"code": "000000"}, headers=OURS).status_code)
    assert answers == [400] * 10 + [429] * 2


def test_a_limit_writes_no_word_of_whom_or_what(app: Flask, engine: Engine, quick: None,
                                                caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    for _ in range(11):
        try_from(app, "192.0.2.1", "rahasia-ditanam", "ditanam@example.id")
    storage = str(app.extensions["tilik-guesses"].storage.events)
    for planted in ("ditanam", "192.0.2.1"):
        assert planted not in caplog.text + storage


def test_every_page_at_which_something_can_be_guessed_is_limited(app: Flask) -> None:
    """All others that take something from who is not logged in, with what limits them instead."""
    instead = {
        "login.login_by_passkey": "a signature cannot be guessed", "login.ask_for_passkey": "nothing is guessed",
        "login.link": "256 bits; and five codes", "own.speak": "a language is chosen",
    }  # fmt: skip
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    open_posts = {endpoint for endpoint in posts if need_of(app, endpoint).permission is None}
    assert open_posts == {"login.login", *instead}
    assert set(GUESSED_AT) == {"login.login", "login.show_factor"}


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """Give the address of a Redis of our own, on a socket."""
    program, socket = shutil.which("redis-server"), tmp_path / "redis.sock"
    assert program
    running = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    )
    while not socket.exists():
        assert running.poll() is None
        time.sleep(0.02)
    yield f"redis+unix://{socket}"
    running.terminate()
    running.wait()


@pytest.mark.ci
def test_the_limit_holds_over_two_processes(engine: Engine, redis: str, quick: None) -> None:
    settings = Settings.model_validate({"secret_key": "k" * 40, "redis_url": redis})
    first, second = create_app(engine, settings), create_app(engine, settings)
    assert [try_from(first, "192.0.2.1").status_code for _ in range(10)] == [400] * 10
    assert try_from(second, "192.0.2.1").status_code == 429


@pytest.mark.ci
def test_without_redis_each_process_counts_by_itself(engine: Engine, quick: None, tmp_path: Path) -> None:
    gone = {"secret_key": "k" * 40, "redis_url": f"redis+unix://{tmp_path}/nothing.sock"}
    app = create_app(engine, Settings.model_validate(gone))
    assert [try_from(app, "192.0.2.1").status_code for _ in range(11)] == [400] * 10 + [429]


def test_the_limits_that_are_told_are_those_of_the_code() -> None:
    table = (CHECKOUT / "docs/security.md").read_text(encoding="utf-8").partition("## Limits")[2].partition("\n## ")[0]
    assert "10 in 15 minutes" in table and "100 in 15 minutes" in table and "100 in a day" in table
