"""What a district's life is lived with: a Tilik, its Central, and phones that send visits like the demo's."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select

from server.db import writing
from server.decisions.deciding import Wish, decide
from server.submissions.tables import SubmissionState
from server.work.kinds import Work
from server.work.queue import ask
from tests.sandbox.server import Sandbox
from tests.support.days import today_here
from tests.support.forms import new_id
from tests.support.photographs import a_picture
from tests.support.web import TESTER
from workers.central.api import Central
from workers.demo.story import FilledVisit
from workers.queue.context import Context
from workers.queue.draining import drain

BY = "terminal:petugas"
TOWN_HALL = "Pojok ASI Balai Kota Rekaan"


@dataclass
class Life:
    """Where it is lived; and what was sent, by a name for each: its form and first instance id."""

    context: Context
    central: Central
    sandbox: Sandbox
    visits: list[FilledVisit] = field(default_factory=list)
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        return self.context.engine

    def visit_to(self, place: str) -> FilledVisit:
        return next(visit for visit in self.visits if place in visit.xml)

    def send(self, name: str, form_id: str, xml: str, **files: bytes) -> None:
        """Send a submission; `files` are named without their ending, which is jpg."""
        named = {f"{file}.jpg": content for file, content in files.items()}
        self.sent[name] = form_id, self.central.submit(form_id, xml, named)

    def edit(self, name: str, **answers: str) -> None:
        """Edit a visit that was sent like the one to the town hall."""
        form_id, root = self.sent[name]
        xml = altered(self.visit_to(TOWN_HALL).xml, **answers)
        edited = xml.replace("<instanceName>", f"<deprecatedID>{root}</deprecatedID><instanceName>")
        self.central.edit(form_id, root, edited)

    def ask(self, *works: Work) -> None:
        with writing(self.engine) as session:
            for work in works:
                ask(session, work)

    def work(self, *works: Work) -> None:
        """Have work done, with all that it asks for."""
        self.ask(*works)
        drain(self.context)

    def decide(self, name: str, kind: str, **typed: Any) -> None:
        root = self.sent[name][1]
        with writing(self.engine) as session:
            state = session.scalars(select(SubmissionState).filter_by(root_id=root)).one()
            decide(session, state.form_pk, root, Wish(kind, state.instance_id, **typed), TESTER)


def day(ago: int) -> date:
    return today_here() - timedelta(days=ago)


def picture(number: int) -> bytes:
    return a_picture(size=(64 + number, 48))


def altered(xml: str, **answers: str) -> str:
    """Give a visit as another phone would send it, with other answers to some questions."""
    for name, answer in ({"instanceID": new_id()} | answers).items():
        xml = re.sub(rf"<{name}( /|>[^<]*</{name})>", f"<{name}>{answer}</{name}>", xml)
    return xml


def began(ago: int) -> dict[str, str]:
    return {"start": f"{day(ago)}T03:00:00.000Z", "today": str(day(ago))}
