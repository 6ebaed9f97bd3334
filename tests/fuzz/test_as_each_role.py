"""Whatever somebody asks who is logged in: no mistake of ours, and no markup that was typed runs on any page.

Every address that the application has, and every field that a form of its templates has, as each role and as nobody.
TILIK_TEST_EXAMPLES says how many requests each database gets.
"""

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from server.db import writing
from server.roles.account import Held
from server.roles.table import BY_TEAM, GIVEN, Role
from server.settings import CHECKOUT
from tests.support.copying import a_copy
from tests.support.demo import Demo
from tests.support.environment import DATABASES
from tests.support.walking import World, a_world
from tests.support.web import browser, entered, person
from workers.demo.story import DISTRICT, ROUND

OURS = {"Origin": "http://localhost"}
EXAMPLES = int(os.environ.get("TILIK_TEST_EXAMPLES") or 400)
MARKUP = ("<script>alert(7)</script>", '"><img src=x onerror=alert(7)>', "javascript:alert(7)", "'-alert(7)-'",
          "</textarea><svg onload=alert(7)>", "{{7*7}}", "<a href='javascript:alert(7)'>x</a>")  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from([*MARKUP, *(role.value for role in Role), DISTRICT, DISTRICT[:2], ROUND, "2031", "1", "2", "id",
                     "sri@kla.example", "x@kla.example\r\nBcc: y@z.example", "", " ", "\0", "x" * 600, "9" * 30, "%",
                     "review", "comment", "follow_up", "round", "approved", "2099-01-01", "app", "printed"]),
    st.text(max_size=40),
)  # fmt: skip
NUMBERS = st.one_of(st.integers(0, 130), st.sampled_from([2**31 - 1, 2**31, 987654]))
TEMPLATES = "\n".join(file.read_text(encoding="utf-8") for file in Path(CHECKOUT / "server").rglob("templates/*.html"))
FIELDS = sorted(set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', TEMPLATES)) | {
    "kind", "version", "uuid", "review_state", "text", "why", "deadline", "round_id", "confirm"})  # fmt: skip
ADDRESSES = {"href", "src", "srcset", "action", "formaction", "data", "poster", "xlink:href"}
WHO = ["nobody", "no role", *GIVEN]


class Running(HTMLParser):
    """What on a page would run: scripts, attributes for events, addresses that are programs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = tag == "script" and (dict(attrs).get("src") or "").startswith("/static/")
        if tag in ("script", "iframe", "object", "embed", "base") and not ours:
            self.found.append(tag)
        for name, value in attrs:
            is_program = name in ADDRESSES and (value or "").strip().lower().startswith(("javascript:", "data:text"))
            if name.startswith("on") or is_program:
                self.found.append(f"{tag} {name}={value}")


@pytest.fixture(scope="module")
def world(run: Demo, request: pytest.FixtureRequest) -> Iterator[World]:
    with a_copy(run.engine, request.param) as engine:
        yield a_world(run, engine)


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "web.static"]


def ask(world: World, data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(rules(world.app)), "where")
    who = data.draw(st.sampled_from(WHO), "who")
    values = {name: data.draw(NUMBERS if "int" in type(converter).__name__.lower() else TEXTS, name)
              for name, converter in rule._converters.items()}  # fmt: skip
    known = data.draw(st.sampled_from([asked.path for asked in world.everything]), "known")
    path = rule.build(values, append_unknown=False) if data.draw(st.booleans(), "drawn") else ("", known)
    method = data.draw(st.sampled_from(sorted((rule.methods or set()) & {"GET", "POST"})), "method")
    fields = data.draw(st.dictionaries(st.sampled_from(FIELDS), TEXTS, max_size=12), "fields")
    web = browser(world.app) if who == "nobody" else entered(world.app, held_by(world, who))
    address = (path or ("", known))[1].partition("?")[0]
    if method == "GET":
        answer = web.get(address, query_string=fields, buffered=True)
    else:
        answer = web.post(address, data=fields, headers=OURS, buffered=True)
    assert answer.status_code < 500, (who, method, address, fields)
    if answer.mimetype == "text/html":
        assert Running(answer.text).found == [], (who, method, address, fields)


def held_by(world: World, who: str) -> list[Held]:
    if who == "no role":
        return []
    role = Role(who)
    return [Held(role, DISTRICT, ROUND) if role in BY_TEAM else Held(role)]


def stored_markup(world: World) -> None:
    """Let markup be the name of a person and a team, and of what is typed with a tie."""
    for markup in MARKUP:
        with writing(world.engine) as session:
            number = person(session, Held(Role.LEAD, DISTRICT, ROUND), name=markup, email=None)
        web = entered(world.app, [Held(Role.SECRETARIAT)])
        fields = {"district": DISTRICT, "why": markup}
        assert web.post(f"/orang/{number}/benturan", headers=OURS, data=fields).status_code == 303
        made = web.post("/tim", headers=OURS, data={"name": markup, "round": ROUND, "districts": DISTRICT})
        assert made.status_code == 303
        for page in (f"/orang/{number}", "/orang?q=alert", "/tim", made.headers["Location"]):
            answer = web.get(page)
            assert Running(answer.text).found == [] and answer.status_code == 200, (page, markup)
        assert "alert(7)" in web.get(f"/orang/{number}").text or "7*7" in markup


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_a_few_requests_as_somebody(world: World, data: st.DataObject) -> None:
    ask(world, data)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_what_was_typed_runs_nowhere(world: World) -> None:
    stored_markup(world)
    assert Running("<p onclick='x'>").found and Running("<script>").found, "it would be seen"


@pytest.mark.ci
@pytest.mark.parametrize("world", DATABASES, indirect=True)
def test_requests_as_each_role(world: World) -> None:
    stored_markup(world)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def all_of_them(data: st.DataObject) -> None:
        ask(world, data)

    all_of_them()
