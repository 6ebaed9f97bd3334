"""The children's line with the form as it is, sessions in it, and codes in hand: for the page in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Engine, update

from server.children.codes import digest_of_code
from server.children.tables import ChildCode, ChildSession, ChildSwitch
from server.db import Json, now, snapshot, writing
from server.feedback.forms import keep_child_form
from server.feedback.fresh import fresh_of
from server.feedback.line import create_line, line_of
from server.opening.tables import Contact
from server.settings import Settings
from tests.support.builders import load_district
from tests.support.built import built
from tests.support.claiming import open_round
from tests.support.lining import NOVEMBER, SECRET, Planned, plan_session
from tests.support.workbooks import DISTRICT
from xlsforms.child_page import child_page
from xlsforms.forms import CHILD_FORM


@dataclass
class ChildLine:
    """A line whose month is November, with a session at a school."""

    app: Flask
    engine: Engine
    page: Json
    saw: list[dict[str, str]] = field(default_factory=list)
    _sessions: list[Planned] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """Give the codes of the session at a school."""
        return self._sessions[0].codes

    @property
    def stored(self) -> list[Json]:
        """Give what was stored, of all sessions, in an order of its own."""
        keys = line_of(self.app).keys
        with snapshot(self.engine) as session:
            fresh = [fresh_of(session, one.id, keys.of(one.id)) for one in self._sessions]
        assert not any(one.lost for one in fresh)
        return [answers for one in fresh for _, answers in one.answers]

    def session_at(self, kind: str) -> list[str]:
        """Plan a session at a place of a kind, and give its codes."""
        with writing(self.engine) as session:
            self._sessions.append(plan_session(session, place_kind=kind, codes=8))
            keep_child_form(session, self.page)
        return self._sessions[-1].codes

    def is_used(self, code: str) -> bool:
        return line_of(self.app).memory.is_used(digest_of_code(SECRET, code))

    def ends(self, code: str, why: str) -> None:
        """Let a code open nothing any more, for a reason that the page is told."""
        found = ChildCode.digest == digest_of_code(SECRET, code)
        its_session = ChildCode.session_id == ChildSession.id
        how: Any = {
            "expired": update(ChildSession).where(its_session, found).values(month="2026-10"),
            "off": update(ChildSwitch).values(on=False),
        }.get(why, update(ChildCode).where(found).values(state=why))
        with writing(self.engine) as session:
            session.execute(how)


@contextmanager
def child_line(engine: Engine, settings: Settings) -> Iterator[ChildLine]:
    """Make a line in a district that has contacts, around an empty database."""
    load_district(engine)
    open_round(engine)
    with writing(engine) as session:
        session.add(Contact(district=DISTRICT, kind="uptd_ppa", office="UPTD PPA Rekaan", number="(0999) 123-456",
                            entered_by="terminal:test", entered_at=now() - timedelta(days=1)))  # fmt: skip
    app = create_line(engine, settings, clock=lambda: NOVEMBER)
    found = ChildLine(app, engine, child_page(built(CHILD_FORM)))
    found.session_at("sekolah")
    serve = app.wsgi_app

    def noting(environ: Any, start_response: Any) -> Any:
        """Note what a browser sent, before the line leaves most of it out."""
        if environ["REQUEST_METHOD"] == "POST":
            found.saw.append({name: value for name, value in environ.items() if name.startswith("HTTP_")})
        return serve(environ, start_response)

    app.wsgi_app = noting  # type: ignore[method-assign]
    yield found
