"""Who is refused is written down, and can fill nothing by it; the page that says so comes all the same."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from server.app import create_app
from server.audit import refusals
from server.audit.entries import PATTERNS
from server.audit.refusals import MOST_PAGES, Refusals
from server.audit.tables import AuditEntry
from server.db import now, writing
from server.login.limits import HERE
from server.login.sessions import FIRST, Beginning, begin
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.web.menu import name_of
from server.words import catalogue
from tests.support.acts import written_down
from tests.support.claiming import ROUND
from tests.support.patience import patience_lost
from tests.support.web import Browser, browser, browser_of, entered, person
from tests.support.workbooks import DISTRICT

OURS = {"Sec-Fetch-Site": "same-origin"}
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://lain.contoh.test"}
SAID = catalogue("id").say("page.forbidden", what="§").partition("§")[0].strip()
WORK, TRAIL, PART = "/pekerjaan", "/jejak-audit", f"/wilayah/{ROUND}/{DISTRICT}/baris"
AN_HOUR = now().replace(minute=10)


class Clock:
    """What this hour is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = AN_HOUR
        monkeypatch.setattr(refusals, "now", lambda: self.at)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def app(district: Engine, tmp_path: Path) -> Flask:
    return create_app(district, Settings(data=tmp_path))


@pytest.fixture
def officer(app: Flask) -> Browser:
    """Give the browser of an officer of another district."""
    return entered(app, [Held(Role.DISTRICT, "99.02", ROUND)])


def noted(engine: Engine) -> list[tuple[str, str]]:
    """Give what was written down of refusals; no entry names where."""
    found = [one for one in written_down(engine) if one.act.startswith("refused")]
    assert all((one.district, one.round_id, one.before, one.after) == (None,) * 4 for one in found)
    return [(one.act, one.about) for one in found]


def refused(web: Browser, path: str = WORK, **more: Any) -> None:
    answer = web.get(path, **more)
    assert answer.status_code == 403 and SAID in answer.text


def test_the_first_on_each_page_in_an_hour(district: Engine, officer: Browser, clock: Clock) -> None:
    for path in (WORK, WORK, f"{WORK}?cari=Siti", TRAIL, PART, PART.replace(DISTRICT, "99.09")):
        refused(officer, path)
    first = [("refused", "page:work.work_page"), ("refused", "page:audit.trail"), ("refused", "page:lines.lines_page")]
    assert noted(district) == first
    clock.at += timedelta(minutes=49)
    refused(officer)
    assert noted(district) == first
    clock.at += timedelta(minutes=1)
    refused(officer)
    assert noted(district) == [*first, first[0]]


def test_what_was_to_be_done_is_not_and_the_refusal_is_found_under_the_person(app: Flask, district: Engine) -> None:
    with writing(district) as session:
        number = person(session, Held(Role.OBSERVER), name="Rekaan Lancang")
    assert browser_of(app, number).post(f"/orang/{number}/peran", headers=OURS, data={"role": "lead"}).status_code in (
        403, 404)  # fmt: skip
    (entry,) = [one for one in written_down(district) if one.by == f"person:{number}"]
    assert entry.act == "refused" and entry.about.startswith("page:")
    found = entered(app).post(TRAIL, data={"who": "Rekaan Lancang"}, headers=OURS, follow_redirects=True).text
    name = catalogue("id").say(name_of(entry.about.removeprefix("page:")))
    assert catalogue("id").say("audit.refused") in found and f"halaman {name}" in found


def test_what_is_not_there_is_written_down_as_what_lies_elsewhere(district: Engine, app: Flask) -> None:
    """Everybody reads their own trail: it tells nobody which numbers there are."""
    with writing(district) as session:
        there = person(session, Held(Role.DISTRICT, DISTRICT, ROUND))
    trails = []
    for number in (there, 98765):
        web = entered(app, [Held(Role.SECRETARIAT, "98")])
        before = len(noted(district))
        assert web.get(f"/orang/{number}").status_code == 404
        trails.append(noted(district)[before:])
    assert trails[0] == trails[1] == [("refused", "page:people.person_page")]


def test_many_times_are_told_by_tens(district: Engine, officer: Browser) -> None:
    for _ in range(105):
        refused(officer)
    assert noted(district) == [("refused", "page:work.work_page"), ("refused_often", "times:10"),
                               ("refused_often", "times:100")]  # fmt: skip


def test_nobody_fills_the_trail_page_by_page(district: Engine) -> None:
    counting = Refusals()
    for number in range(1000):
        letters = "".join(chr(97 + int(digit)) for digit in str(number))
        counting.note(district, refusals.Act("person:7", "refused", f"page:x.{letters}"))
    counting.note(district, refusals.Act("person:8", "refused", "page:x.y"))
    assert len(noted(district)) == MOST_PAGES + 3 + 1


def test_a_stale_form_and_one_from_elsewhere(district: Engine, officer: Browser) -> None:
    for _ in range(2):
        assert officer.post("/keluar", headers=OURS | {"X-CSRFToken": "x"}).status_code == 400
        assert officer.post("/keluar", headers=ELSEWHERE).status_code == 403
        assert officer.post("/tidak-ada/Siti", headers=ELSEWHERE).status_code == 403
    assert noted(district) == [("refused_stale", "page:login.logout"), ("refused_origin", "page:login.logout"),
                               ("refused_origin", "")]  # fmt: skip


def test_guessing_a_second_step_too_often(district: Engine, app: Flask) -> None:
    with writing(district) as session:
        number = person(session, Held(Role.SUPERVISOR))
    most = int(HERE.split()[0])
    for _ in range(most + 2):
        with writing(district) as session:
            token = begin(session, Beginning(number, FIRST, "password", "a test"))
        answer = browser(app, token).post("/masuk/langkah-kedua", data={"way": "app", "code": "0"}, headers=OURS)
    assert answer.status_code == 429
    assert noted(district) == [("refused_limit", "page:login.show_factor")]


def test_of_nobody_known_the_log_alone_tells(district: Engine, app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(12):
            browser(app).post("/masuk?lang=Siti", headers=ELSEWHERE)
            browser(app, "no such token").post("/masuk", headers=OURS | {"X-CSRFToken": "x"})
    assert noted(district) == []
    told = [one.getMessage() for one in caplog.records if "refused" in one.getMessage()]
    assert told == [f"refused: nobody known, {what}" for what in (
        "refused_origin page:login.login", "refused_stale page:login.login", "refused_often times:10")]  # fmt: skip


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Hold the lock that whoever writes an entry has to wait for."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE audit_entries IN EXCLUSIVE MODE"))
            yield


REFUSING = """
    CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE 'x' USING ERRCODE = '25006'; END $$ LANGUAGE plpgsql;
    CREATE TRIGGER refuse BEFORE INSERT ON audit_entries EXECUTE FUNCTION refuse()"""  # as a standby would


@contextmanager
def read_only(engine: Engine) -> Iterator[None]:
    """Have the database refuse new entries as one that can only be read."""

    def say(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")

    if engine.dialect.name == "sqlite":
        engine.dispose()
        event.listen(engine, "connect", say)
        yield
        event.remove(engine, "connect", say)
        engine.dispose()
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql(REFUSING)
        yield
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP FUNCTION refuse CASCADE")


@pytest.mark.parametrize("ailing", [locked, read_only])
def test_the_page_comes_at_once_whatever_ails_the_database(
    district: Engine, officer: Browser, monkeypatch: pytest.MonkeyPatch, ailing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert officer.get("/akun").status_code == 200, "the session is noted, and not again for a while"
    assert refusals.WAIT < 1
    with ailing(district), patience_lost(district) as waited:
        refused(officer)
        assert waited == [refusals.WAIT]
        for _ in range(5):
            refused(officer)
        assert waited == [refusals.WAIT], "it is tried once, then not for a while"
    assert noted(district) == [] and "could not be written down" in caplog.text and DISTRICT not in caplog.text
    refused(officer)
    assert noted(district) == []
    monkeypatch.setattr(refusals, "monotonic", lambda: time.monotonic() + refusals.REST)
    refused(officer)
    assert noted(district) == [("refused", "page:work.work_page")]


def test_every_page_can_be_named(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert len(endpoints) > 100
    assert [one for one in endpoints if not PATTERNS["about"].fullmatch(f"page:{one}")] == []
    assert AuditEntry.about.type.length
