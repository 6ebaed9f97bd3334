"""Who is at the other end: the session that the browser carries, looked up once for each request.

Flask-Login keeps a token in Flask's signed cookie; what it stands for is in the database, where it can be ended.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, login_user, logout_user
from sqlalchemy.exc import DBAPIError

from server.db import snapshot, writing
from server.login.entering import LoggedIn, carried_by
from server.login.sessions import is_to_be_noted, note
from server.web.site import site


@dataclass
class Browser(UserMixin):
    """A browser that carries a token; `found` is who that is."""

    token: str
    found: LoggedIn

    def get_id(self) -> str:
        """Give what the cookie holds."""
        return self.token


def know_people(app: Flask) -> None:
    """Have every request know who is at the other end."""
    manager = LoginManager(app)
    manager.session_protection = None  # it compares addresses, and a phone's changes while it walks
    manager.user_loader(_load)


def let_in(token: str) -> None:
    """Let the browser carry a new session, and nothing of what it carried before."""
    session.clear()
    g.pop("lookup", None)
    found = _load(token)
    assert found is not None  # noqa: S101 - it has just begun
    login_user(found)


def let_out() -> None:
    """Let the browser carry nothing any more."""
    logout_user()
    session.clear()


def _load(token: str) -> Browser | None:
    """Look a token up. Where that failed once in this request, nobody is there: the page that says so asks again."""
    if g.get("lookup"):
        return None
    g.lookup = "failed unless it ends well"
    with snapshot(site().engine) as reading:
        carried = carried_by(reading, token)
        kept, found = carried or (None, None)
        late = kept.id if kept and is_to_be_noted(kept) else None
    if late is not None:
        with suppress(DBAPIError), writing(site().engine) as changing:  # somebody else writes: it is noted next time
            note(changing, late)
    g.lookup = ""
    if found:
        g.language = found.language
    return Browser(token, found) if found else None


def device_of(user_agent: Any) -> str:
    """Call a browser so that its owner knows it again: its name and its system, no version."""
    text = str(user_agent)
    browsers = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
                "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS",
               "Linux": "Linux"}  # fmt: skip
    names = (next((name for sign, name in table.items() if sign in text), "") for table in (browsers, systems))
    return ", ".join(filter(None, names)) or "?"
