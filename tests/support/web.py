"""Browsers for tests: somebody with roles, logged in, whose forms carry what the pages' own forms carry."""

import html
import re
import secrets
from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from server.db import now, writing
from server.login.sessions import WHOLE, Beginning, begin
from server.people.tables import Person
from server.roles.account import Account, Held
from server.roles.queries import account_of
from server.roles.table import Role
from server.roles.tables import HeldRole, Team, TeamDistrict, TeamMember

EVERYTHING = (Held(Role.SUPERVISOR), Held(Role.SECRETARIAT), Held(Role.OPERATOR))
TESTER = Account("terminal:test", EVERYTHING)


class Browser(FlaskClient):
    """A browser that sends the token of its session's forms with whatever it posts."""

    def post(self, *args: Any, **more: Any) -> Any:
        """Post as a form of our own pages would."""
        with self.session_transaction() as cookie:
            cookie.setdefault("csrf_token", "0" * 40)
            signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
            token = signer.dumps(cookie["csrf_token"])
        more["headers"] = {"X-CSRFToken": token} | dict(more.get("headers") or {})
        return super().post(*args, **more)


def person(session: Session, *held: Held, name: str = "Orang Rekaan", email: str | None = None) -> int:
    """Make a person who holds roles; those of teams by a team of their own."""
    made = Person(name=name, email=email, language="id", totp_secret="A" * 32, made_by="terminal:test", made_at=now())
    session.add(made)
    session.flush()
    for one in held:
        if one.role in (Role.VERIFIER, Role.LEAD):
            _team(session, made.id, one)
        else:
            session.add(HeldRole(person_id=made.id, role=one.role.value, area=one.area, round_id=one.round_id,
                                 given_by="terminal:test", given_at=now()))  # fmt: skip
    session.flush()
    return made.id


def _team(session: Session, person_id: int, held: Held) -> None:
    team = Team(round_id=str(held.round_id), name="Tim Rekaan", made_by="terminal:test", made_at=now())
    session.add(team)
    session.flush()
    session.add(TeamDistrict(team_id=team.id, district=held.area))
    session.add(TeamMember(team_id=team.id, person_id=person_id, leads=held.role is Role.LEAD, given_by="terminal:test",
                           given_at=now()))  # fmt: skip


def browser_of(app: Flask, person_id: int) -> Browser:
    """Give a browser in which a person is logged in, all the way."""
    with writing(app.extensions["tilik"].engine) as session:
        token = begin(session, Beginning(person_id, WHOLE, "password", "a test"))
    return browser(app, token)


def browser(app: Flask, token: str | None = None) -> Browser:
    """Give a browser; with a token it carries that session."""
    app.test_client_class = Browser
    found = app.test_client()
    assert isinstance(found, Browser)
    if token is not None:
        with found.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["_id"] = token, True, secrets.token_hex(8)
    return found


def entered(app: Flask, held: Iterable[Held] = EVERYTHING) -> Browser:
    """Give a browser of somebody new who holds roles: by default all that the pages ask for, everywhere."""
    with writing(app.extensions["tilik"].engine) as session:
        person_id = person(session, *held)
    return browser_of(app, person_id)


def cookie_of(app: Flask, held: Iterable[Held] = EVERYTHING) -> dict[str, str]:
    """Give the name and value of the cookie that the browser of somebody new carries, for a real browser."""
    found, name = entered(app, held), str(app.config["SESSION_COOKIE_NAME"])
    cookie = found.get_cookie(name)
    assert cookie
    return {"name": name, "value": cookie.value}


def as_read(page: str) -> str:
    """Give a page's text as a person reads it: without its markup, with one blank between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def account(session: Session, *held: Held) -> Account:
    """Give the account of somebody new who holds roles."""
    found = account_of(session, person(session, *held))
    assert found
    return found
