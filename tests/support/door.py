"""The door as somebody stands before it: people with passwords and factors, and browsers that log in."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.audit.tables import AuditEntry
from server.db import now, writing
from server.people.factors import draw_codes, keep_codes
from server.people.passwords import hashed
from server.people.tables import Person
from server.roles.account import Held
from server.roles.table import Role
from tests.support.web import Browser, browser
from tests.support.web import person as a_person

PASSWORD = "kuda hijau menyanyi pelan"
HASHED = hashed(PASSWORD)
EMAIL = "bu.rekaan@example.id"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PLAIN, STRICT = Held(Role.OBSERVER), Held(Role.SUPERVISOR)  # without, and with a second step


def member(session: Session, *held: Held, email: str = EMAIL, app: bool = False, codes: bool = False) -> int:
    """Make a person with a password, and second factors if wanted; their app's secret is `SECRET`."""
    person_id = a_person(session, *(held or (PLAIN,)), email=email)
    person = session.get_one(Person, person_id)
    person.password, person.password_set_at = HASHED, now()
    person.totp_secret = SECRET if app else None
    if codes:
        keep_codes(session, person_id, LIST)
    return person_id


LIST = draw_codes()


def app_code(steps: int = 0) -> str:
    """Give what the app shows now, or so many steps of 30 seconds later."""
    return pyotp.TOTP(SECRET).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def come_in(app: Flask, email: str = EMAIL, password: str = PASSWORD, where: Browser | None = None) -> Browser:
    """Give a browser in which somebody typed address and password."""
    found = where or browser(app)
    type_password(found, email, password)
    return found


def type_password(found: Browser, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> Any:
    """Type address and password."""
    return found.post("/masuk", data={"email": email, "password": password}, headers=OURS, **more)


OURS = {"Sec-Fetch-Site": "same-origin"}


def acts(engine: Engine) -> list[tuple[str, str, str]]:
    """List what was written down: who, what, about what."""
    with writing(engine) as session:
        query = select(AuditEntry.by, AuditEntry.act, AuditEntry.about).order_by(AuditEntry.id)
        return [(by, act, about) for by, act, about in session.execute(query)]


class Clock:
    """A clock that is put forward, for all that asks `server.db.now`."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.passed = timedelta(0)
        for module in MODULES:
            patched.setattr(f"{module}.now", self)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


MODULES = ("server.login.sessions", "server.login.entering", "server.login.passkeys", "server.people.factors",
           "server.people.links", "server.people.own")  # fmt: skip


def text_of(answer: Any) -> str:
    """Read what a page says, without its marks."""
    return re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
