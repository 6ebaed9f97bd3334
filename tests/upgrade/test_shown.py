"""What any earlier Tilik left is shown: every page answers, and every command that reads."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.app import create_app
from server.db import snapshot
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round, RoundPart
from server.settings import Settings
from server.submissions.tables import Attachment, Form, SubmissionState
from tests.sandbox.server import PASSWORD, USER
from tests.support.cli import tilik
from tests.support.web import EVERYTHING, entered
from tests.upgrade.left import FIRST, Left

_LINK = re.compile(r"""(?:href|src)="(/[^"#?]+)""")


@pytest.mark.ci
def test_every_page_answers_and_whatever_it_links_to(looked_at: Left) -> None:
    with snapshot(looked_at.engine) as session:
        living = districts().join(Round, Round.id == RoundPart.round_id).where(Round.state != ARCHIVED)
        part = session.execute(living).first()
    assert part
    restricted = (Held(Role.SAFEGUARDING), Held(Role.ASSESSOR), Held(Role.FACILITATOR), Held(Role.INSPECTORATE),
                  Held(Role.LEAD, part.district, part.round_id))  # fmt: skip
    web = entered(create_app(looked_at.engine, looked_at.context.settings), [*EVERYTHING, *restricted])
    seen: dict[str, int] = {}
    to_see = addresses(looked_at, web.application)
    assert len(to_see) > 20
    for address in to_see:
        if address not in seen:
            seen[address], links = ask(web, address)
            to_see += links
    assert {address: status for address, status in seen.items() if status != HTTPStatus.OK} == {}
    assert any(address.startswith("/foto/") for address in seen) or looked_at.release == FIRST


def ask(web: FlaskClient, address: str) -> tuple[int, list[str]]:
    """Give a page's status, and what it links to."""
    with web.get(address) as answer:
        return answer.status_code, _LINK.findall(answer.data.decode()) if answer.mimetype == "text/html" else []


def addresses(left: Left, app: Flask) -> list[str]:
    """Give the pages of all parts and submissions, and those about nothing in particular; links lead to others."""
    about: dict[frozenset[str], Any] = {frozenset(): [{}]}
    with snapshot(left.engine) as session:
        for things in (districts(), submissions()):
            found = session.execute(things).mappings().all()
            about[frozenset(found[0].keys())] = found
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules()
             if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("login.")]  # fmt: skip
    return [adapter.build(rule.endpoint, one) for rule in rules for one in about.get(frozenset(rule.arguments), ())]


def districts() -> Any:
    return select(RoundPart.round_id, RoundPart.district).order_by(RoundPart.round_id, RoundPart.district)


def submissions() -> Any:
    return select(Form.form_id, SubmissionState.root_id).join(SubmissionState, SubmissionState.form_pk == Form.id)


READING = [
    ("rounds", "list"), ("rounds", "list", "--json"), ("files", "list"), ("files", "list", "--json"),
    ("homes", "--district", "99.01"),
]  # fmt: skip
OF_A_PART = [("report",), ("report", "--json"), ("report", "--csv"), ("claims", "show"), ("claims", "show", "--json")]


@pytest.mark.ci
def test_every_command_that_reads_ends_well(looked_at: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    as_an_operator_sets_it(looked_at.context.settings, monkeypatch)
    of_form = Form.id == Attachment.form_pk
    replaced = select(Form.form_id, Attachment.root_id).join(Form, of_form).where(Attachment.replaced_at.is_not(None))
    with snapshot(looked_at.engine) as session:
        parts = [("--round", round_id, "--district", district) for round_id, district in session.execute(districts())]
        commands = [*READING, *(("replaced", *one) for one in session.execute(replaced))]
    commands += [(*words, *part) for part in parts for words in OF_A_PART]
    ended = {" ".join(words): tilik(*words) for words in commands}
    assert {words: result.output for words, result in ended.items() if result.exit_code} == {}
    assert [words for words, result in ended.items() if not (result.stdout or result.stderr)] == []


def as_an_operator_sets_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"data": settings.data, "database_url": settings.database, "central_url": settings.central_url,
             "central_user": USER, "central_password": PASSWORD, "central_project": 1}  # fmt: skip
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TILIK_{name.upper()}", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(f"TILIK_{name.upper()}", str(value))
