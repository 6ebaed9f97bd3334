"""The register of incidents as tests have it: people on duty, a clock, and a concern that was handed over."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

import server.incidents.alarms
import server.incidents.drills
import server.incidents.escalating
import server.incidents.forgetting
import server.incidents.keeping
import server.incidents.manned
import server.incidents.reading
import server.incidents.reporting
import server.incidents.roster
from server.app import create_app
from server.areas.tables import Area
from server.db import now, snapshot, writing
from server.incidents.escalating import watch
from server.incidents.reporting import Concern, report
from server.incidents.tables import DutyShift, Incident
from server.messages.channels import Topic
from server.messages.tables import Message
from server.people.tables import Person
from server.roles.account import Account, Held
from server.roles.queries import account_of
from server.roles.table import Role
from server.roles.tables import Tie
from server.settings import Settings
from tests.support.claiming import ROUND
from tests.support.rounds import begin
from tests.support.telling import Clock, mailing, put_clock
from tests.support.web import Browser, browser_of, person
from tests.support.workbooks import DISTRICT

NOON = date(2026, 11, 26)
OURS = {"Sec-Fetch-Site": "same-origin"}
PATIENT = mailing(quiet_hours="20-6")


def put_clocks(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Have the register and the outbox go by one clock of the test's; it begins at noon in Jakarta."""
    clock = put_clock(monkeypatch)
    of = server.incidents
    for module in (of.alarms, of.escalating, of.forgetting, of.keeping, of.manned, of.reading, of.reporting, of.roster):
        if hasattr(module, "now"):
            monkeypatch.setattr(module, "now", clock)
    return clock


@dataclass
class Register:
    """A district's part, whose officer, deputy and duty officer have addresses and stand on the roster."""

    engine: Engine
    officer: int
    deputy: int
    ministry: int
    lead: int

    def account(self, number: int) -> Account:
        with snapshot(self.engine) as session:
            found = account_of(session, number)
        assert found
        return found

    def report(self, by: int | None = None, **more: Any) -> str:
        """Hand a concern over; gives its uuid."""
        wish = {"district": DISTRICT, "told_on": NOON.isoformat(), "came_by": "card", "danger": "no",
                "staff": "unknown", "uuid": str(uuid.uuid4())} | more  # fmt: skip
        with writing(self.engine) as session:
            return report(session, Concern(**wish), self.account(by or self.lead)).uuid

    def watch(self, settings: Settings = PATIENT) -> int:
        with writing(self.engine) as session:
            return watch(session, settings)

    def one(self, uuid: str) -> Incident:
        with snapshot(self.engine) as session:
            found = session.scalars(select(Incident).filter_by(uuid=uuid)).one()
            session.expunge_all()
        return found

    def told(self) -> list[tuple[int, datetime]]:
        """Give who was sent a message, and from when on it goes out."""
        with snapshot(self.engine) as session:
            query = select(Message.person_id, Message.next_at).filter_by(kind=Topic.REGISTER).order_by(Message.id)
            return [(who, at) for who, at in session.execute(query)]

    def shift(self, kind: str, who: int, days: int = 30, begins: int = 0, area: str = "") -> None:
        starts = NOON + timedelta(days=begins)
        with writing(self.engine) as session:
            session.add(DutyShift(kind=kind, person_id=who, area=area, starts=starts,
                                  ends=starts + timedelta(days=days), entered_by="test", entered_at=now()))  # fmt: skip

    def off_duty(self, kind: str) -> None:
        with writing(self.engine) as session:
            session.execute(update(DutyShift).filter_by(kind=kind).values(ended_at=now()))

    def tie(self, who: int) -> None:
        with writing(self.engine) as session:
            session.add(Tie(person_id=who, district=DISTRICT, why="x", declared_by="test", declared_at=now()))

    def zone(self, zone: str) -> None:
        with writing(self.engine) as session:
            session.execute(update(Area).values(zone=zone))

    def app(self, **more: Any) -> Flask:
        return create_app(self.engine, Settings.model_validate({"secret_key": "k" * 40} | more))

    def browser(self, number: int, app: Flask | None = None) -> Browser:
        return browser_of(app or self.app(), number)


def a_register(engine: Engine) -> Register:
    """Man the register of a district, for a month from the clock's noon on."""
    begin(engine, DISTRICT)
    roles = (Held(Role.SAFEGUARDING), Held(Role.DEPUTY), Held(Role.SECRETARIAT), Held(Role.LEAD, DISTRICT, ROUND))
    with writing(engine) as session:
        numbers = [person(session, role, name=f"Rekaan {role.role}") for role in roles]
        for one in session.scalars(select(Person).where(Person.id.in_(numbers))):
            one.email = f"{one.id}@contoh.test"
    found = Register(engine, *numbers)
    for kind, who in (("officer", found.officer), ("deputy", found.deputy), ("ministry", found.ministry)):
        found.shift(kind, who)
    found.zone("WIB")
    return found
