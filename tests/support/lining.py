"""Sessions in which children answer, with codes in hand; and a line that is asked as their page asks it."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.children.codes import digest_of_code, new_code
from server.children.tables import ChildCode, ChildSession, ChildSwitch
from server.db import Json, snapshot, writing
from server.feedback.keys import unseal
from server.feedback.line import create_line, line_of
from server.feedback.memory import Memory
from server.feedback.tables import ChildAnswer, ChildForm, FreshAnswer
from server.settings import Settings
from tests.support.claiming import ROUND
from tests.support.web import person
from tests.support.workbooks import DISTRICT

SECRET = "s" * 40
NOVEMBER, DECEMBER = datetime(2026, 11, 20, 3, tzinfo=UTC), datetime(2026, 12, 2, 3, tzinfo=UTC)
OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
VERSION = "2026112801"
YES_NO = [{"name": name, "label": {"id": name, "en": name}, "picture": None} for name in ("yes", "no", "dont_know")]


def question(name: str, *choices: str, kinds: list[str] | None = None) -> Json:
    """Make a question of the page; without choices of its own it is answered by yes, no, or not known."""
    own = [{"name": one, "label": {"id": one, "en": one}, "picture": None} for one in choices]
    return {"name": name, "label": {"id": name, "en": name}, "picture": None, "kinds": kinds, "choices": own or YES_NO}


PAGE: Json = {
    "version": VERSION, "title": {"id": "Rekaan", "en": "Made up"}, "intro": [],
    "questions": [
        question("age", "10_12", "13_15", "16_17"), question("may_come"), question("feel_safe"),
        question("shelf", kinds=["child_information_centre"]),
        *(question(f"mark_{number}", *"abcdefgh") for number in range(4)),  # so that rows can be told apart
    ],
}  # fmt: skip


@dataclass
class Planned:
    """A session, and the codes that were handed out for it."""

    id: int
    codes: list[str] = field(default_factory=list)


def plan_session(
    session: Session, codes: int = 12, month: str = "2026-11", secret: str = SECRET, **more: Any
) -> Planned:
    """Plan a session of the made-up district, in a round in which children are asked."""
    of_round = more.get("round_id", ROUND)
    session.merge(ChildSwitch(round_id=of_round, on=True, changed_by="terminal:test", changed_at=NOVEMBER))
    session.merge(ChildForm(version=VERSION, page=PAGE, number=0))  # any other that is kept is newer
    values: dict[str, Any] = {
        "round_id": ROUND, "district": DISTRICT, "facilitator_id": person(session), "place_kind": "children_group",
        "facility_id": None, "month": month, "attending": codes, "invited": codes, "state": "planned",
    }  # fmt: skip
    made = ChildSession(**(values | more))
    session.add(made)
    session.flush()
    found = Planned(made.id, [new_code() for _ in range(codes)])
    session.add_all(ChildCode(digest=digest_of_code(secret, code), session_id=made.id, state="out")
                    for code in found.codes)  # fmt: skip
    return found


class Clock:
    """A moment, and the seconds that memory counts, both to be moved on by hand."""

    def __init__(self, moment: datetime = NOVEMBER) -> None:
        self.moment, self.seconds = moment, 1000.0


def a_line(engine: Engine, settings: Settings, clock: Clock) -> Flask:
    return create_line(engine, settings, memory=Memory(lambda: clock.seconds), clock=lambda: clock.moment)


def ask(app: Flask, path: str, **sent: Any) -> Any:
    """Ask as the page asks."""
    return app.test_client().post(f"/anak/{path}", json=sent, headers=OURS)


def answer(app: Flask, code: str, answers: Json | None = None, once: str | None = None) -> Any:
    more = {"once": once or secrets.token_hex(16)}
    return ask(app, "jawaban", code=code, version=VERSION, answers=answers or {"may_come": "yes"}, **more)


def why(response: Any) -> tuple[int, str | None]:
    """Give how something was refused."""
    return response.status_code, json.loads(response.data)["why"] if response.data else None


def fresh(app: Flask, session_id: int) -> list[Json]:
    """Give the fresh answers of a session, opened, in an order of their own."""
    keys = line_of(app).keys.of(session_id)
    with snapshot(line_of(app).engine) as session:
        rows = session.scalars(select(FreshAnswer.answers).filter_by(session_id=session_id)).all()
    opened = [unseal(row, keys) for row in rows]
    assert None not in opened
    return in_order(one for one in opened if one is not None)


def kept(engine: Engine) -> list[Json]:
    with snapshot(engine) as session:
        return in_order(session.scalars(select(ChildAnswer.answers)))


def in_order(answers: Iterable[Json]) -> list[Json]:
    return sorted(answers, key=lambda one: json.dumps(one, sort_keys=True))


def planned(engine: Engine, **more: Any) -> Planned:
    with writing(engine) as session:
        return plan_session(session, **more)
