"""A database that another program holds: who decides is told so soon, and loses nothing of what was typed."""

import html
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from server.app import create_app
from server.settings import Settings
from server.web.site import Site
from server.words import catalogue
from tests.sandbox.server import Sandbox
from tests.support.deciding import TYPED, a_trial, a_visit, jobs
from tests.support.forms import FORM_ID
from tests.support.patience import patience_lost
from tests.support.web import entered
from verification.reason import Reason
from workers.central.api import Central

OURS = {"Sec-Fetch-Site": "same-origin"}
HELD = catalogue("id").reason(Reason("database_locked"))


@contextmanager
def held(engine: Engine) -> Iterator[None]:
    """Keep others from writing, as a program does that looks into the file, or one that changes the table."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as other:
            other.execute(text("LOCK TABLE decisions, jobs IN SHARE MODE"))
            yield
        return
    other_program = sqlite3.connect(engine.url.database or "", isolation_level=None)
    other_program.execute("BEGIN EXCLUSIVE")
    yield
    other_program.close()


def test_a_decision_is_answered_with_a_sentence_and_what_was_typed(
    engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.app._WAIT_SECONDS", 1)
    with a_trial(engine, central, sandbox, tmp_path) as trial:
        root = a_visit(engine, central)
        web = entered(create_app(engine, trial.context.settings))
        sent = TYPED["comment"] | {"kind": "comment", "version": root, "uuid": "3c2f0f9e-5d0a-4f5e-9a58-5a1c2d3e4f50"}
        with held(engine), patience_lost(engine) as waited:
            answer = web.post(f"/kiriman/{FORM_ID}/{root}", data=sent, headers=OURS)
            assert (answer.status_code, waited) == (503, [1]), "it is tried once, and waits no longer than pages do"
            assert HELD in html.unescape(answer.text) and f">{TYPED['comment']['text']}</textarea>" in answer.text
            if engine.dialect.name == "sqlite":  # elsewhere only what writes waits
                again = web.post("/pekerjaan", data={"job": "1"}, headers=OURS)
                assert (again.status_code, again.headers["Retry-After"]) == (503, "5")
                assert HELD in html.unescape(again.text)
            assert web.get("/pekerjaan").status_code == 200, "reading goes on"
        assert jobs(engine) == []
        assert web.post(f"/kiriman/{FORM_ID}/{root}", data=sent, headers=OURS).status_code == 303
        assert len(jobs(engine)) == 1


def test_what_the_pages_wait_is_a_few_seconds_and_others_wait_longer(engine: Engine, tmp_path: Path) -> None:
    app = create_app(engine, Settings(data=tmp_path))
    site: Site = app.extensions["tilik"]
    asked = "SHOW lock_timeout" if engine.dialect.name == "postgresql" else "PRAGMA busy_timeout"
    with site.engine.connect() as connection:
        assert connection.execute(text(asked)).scalar() in (3000, "3s")
    with engine.connect() as connection:
        assert connection.execute(text(asked)).scalar() in (30_000, "0")
