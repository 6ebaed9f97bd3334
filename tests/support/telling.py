"""People to tell, things that wait for them, and a clock that a test puts forward."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import server.messages.alerts
import server.messages.choosing
import server.messages.day_end
import server.messages.outbox
import server.messages.waiting
import server.people.links
from server.db import snapshot, writing
from server.decisions.tables import Decision
from server.messages.channels import Topic
from server.messages.outbox import News, put_in
from server.messages.tables import Message
from server.people.tables import Person
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.submissions.tables import Form, SubmissionState
from tests.support.mail import FROM
from tests.support.web import person
from verification.reason import Reason

NOON = datetime(2026, 11, 26, 5, tzinfo=UTC)  # by Jakarta's clock
AS_CENTRAL = "2026-11-26T00:00:00.000Z"
DISTRICT, ELSEWHERE, PROJECT = "99.01", "99.02", 7


class Clock:
    """What the outbox takes for now."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **passed: float) -> None:
        self.moment += timedelta(**passed)


def put_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Have the outbox go by a clock of the test's."""
    clock = Clock()
    for module in (server.messages.outbox, server.messages.waiting, server.messages.alerts, server.messages.choosing,
                   server.messages.day_end, server.people.links):  # fmt: skip
        monkeypatch.setattr(module, "now", clock)
    return clock


def mailing(port: int = 25, host: str = "localhost", **more: Any) -> Settings:
    """Give settings with a mail server; nothing else of the environment."""
    return Settings.model_validate({"smtp_url": f"smtp://{host}:{port}", "mail_from": FROM, "central_project": PROJECT,
                                    "web_name": "tilik.contoh.test", **more})  # fmt: skip


def somebody(session: Session, email: str | None, *held: Held, **more: Any) -> Person:
    """Make a person to tell."""
    found = session.get_one(Person, person(session, *(held or (Held(Role.OBSERVER),)), email=email))
    for name, value in more.items():
        setattr(found, name, value)
    session.flush()
    return found


def news(once: str = "2026-11-26", kind: Topic = Topic.WAITS) -> News:
    return News(kind, "aside", "0" * 64, once)


def told(engine: Engine, settings: Settings, *emails: str, **more: Any) -> list[int]:
    """Put a message into the outbox for somebody new at each address; returns the messages' numbers."""
    with writing(engine) as session:
        for email in emails:
            assert put_in(session, settings, somebody(session, email, **more), news())
        return list(session.scalars(select(Message.id).order_by(Message.id)))


def messages(engine: Engine) -> list[Message]:
    with snapshot(engine) as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def states(engine: Engine) -> list[tuple[str, str | None]]:
    """Give state and reason of each message."""
    return [(one.state, one.problem.code if one.problem else None) for one in messages(engine)]


def a_form(session: Session, form_id: str = "visit_sekolah", **more: Any) -> Form:
    form = session.scalars(select(Form).filter_by(form_id=form_id)).one_or_none() or Form(
        project=PROJECT, form_id=form_id
    )
    for name, value in more.items():
        setattr(form, name, value)
    session.add(form)
    session.flush()
    return form


def set_aside(session: Session, district: str | None, round_id: str | None = None) -> SubmissionState:
    """Have a submission wait for a person."""
    state = SubmissionState(
        form_pk=a_form(session).id, root_id=f"uuid:{uuid.uuid4()}", instance_id="uuid:1", submitted_at=AS_CENTRAL,
        edits=0, attachments_present=0, attachments_expected=0, seen_at=AS_CENTRAL, changes_read=1,
        district=district, round_id=round_id, aside=Reason("in_no_round"),
    )  # fmt: skip
    session.add(state)
    session.flush()
    return state


def a_decision(session: Session, by: str, **more: Any) -> Decision:
    found = Decision(
        uuid=str(uuid.uuid4()), form_pk=a_form(session).id, root_id="uuid:1", instance_id="uuid:1", kind="comment",
        text="Kuncitanya", decided_by=by, decided_at=NOON, **more,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found
