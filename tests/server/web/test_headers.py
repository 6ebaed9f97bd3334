"""What answers tell browsers, whatever is asked for; and scripts, which a page has only by a number of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from sqlalchemy import Engine
from werkzeug.routing import Rule

from server.app import create_app
from server.db import open_database
from server.settings import Settings
from server.web.guard import open_to_all
from tests.support.web import browser

NONCE = re.compile(r"script-src 'nonce-([A-Za-z0-9_-]{32})'")
WHOLE = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

ALWAYS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    yield engine
    engine.dispose()


@pytest.fixture
def app(gone: Engine, tmp_path: Path) -> Flask:
    """Give the pages without a database: what they answer then are pages too."""
    found = create_app(gone, Settings(data=tmp_path))

    @open_to_all("a test's own")
    def scripted() -> str:
        return render_template_string('<script src="/static/x.js" nonce="{{ csp_nonce() }}"></script>{{ csp_nonce() }}')

    found.add_url_rule("/-scripted", view_func=scripted)
    return found


def path_of(rule: Rule) -> str:
    """Write an address that a rule takes, with something or other in its places."""
    return re.sub(r"<(?:int[^:]*:)?[^>]*>", "1", rule.rule)


@pytest.mark.ci
def test_every_page_tells_browsers_what_they_may_whoever_asks_and_however_it_goes(app: Flask) -> None:
    web = browser(app)
    asked = [(path_of(rule), method) for rule in app.url_map.iter_rules() for method in rule.methods or ()]
    assert len(asked) > 30
    for path, method in [*asked, ("/nowhere", "GET"), ("//", "GET"), ("/", "TRACE")]:
        for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Host": "attacker.example"}, {"Host": "["}):
            answer = web.open(path, method=method, headers=headers)
            answer.close()
            told = answer.headers
            assert NONCE.sub("", told["Content-Security-Policy"]).startswith(WHOLE), path
            assert "unsafe" not in told["Content-Security-Policy"]
            assert told["Permissions-Policy"].startswith("accelerometer=(), ")
            assert "publickey-credentials-get=(self)" in told["Permissions-Policy"]
            assert {name: told[name] for name in ALWAYS} == ALWAYS
            assert path.startswith("/static") or told["Cache-Control"] == "no-store", path
            assert told["Content-Type"].endswith("charset=utf-8"), path


def test_a_page_has_scripts_by_a_number_that_nobody_can_know(app: Flask) -> None:
    answers = [app.test_client().get("/-scripted") for _ in range(20)]
    numbers = []
    for answer in answers:
        found = NONCE.search(answer.headers["Content-Security-Policy"])
        assert found and answer.text == f'<script src="/static/x.js" nonce="{found[1]}"></script>{found[1]}'
        allowed = f"{WHOLE}; script-src 'nonce-{found[1]}'; connect-src 'self'"
        assert answer.headers["Content-Security-Policy"] == allowed
        numbers.append(found[1])
    assert len(set(numbers)) == 20


def test_a_page_that_asks_for_no_script_has_none(app: Flask) -> None:
    assert app.test_client().get("/nowhere").headers["Content-Security-Policy"] == WHOLE
