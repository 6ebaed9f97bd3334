"""A round in which children may be asked: officers, contacts, papers, and a facilitator who is ready."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine

from server.children.codes import digest_of_code
from server.children.preparing import QUESTIONS, CheckWish, PaperWish, check_adult, enter_paper, switch_on
from server.children.sessions import SessionWish, draw_codes, plan_session, this_month
from server.children.tables import ChildSession
from server.db import now, snapshot, writing
from server.incidents.choices import TOLD
from server.incidents.tables import DutyShift, Incident, IncidentEntry
from server.opening.tending import ContactWish, accept_code, add_contact, note_phoned
from server.people.tables import Person
from server.roles.account import Account, Held
from server.roles.queries import account_of
from server.roles.table import Role
from tests.support.claiming import ROUND
from tests.support.days import today_here
from tests.support.rounds import begin
from tests.support.web import person
from tests.support.workbooks import DISTRICT

KEY = "k" * 40  # the server's, as `app` of tests/server has it
PART = (ROUND, DISTRICT)
YESTERDAY = today_here() - timedelta(days=1)
ANSWERED = dict.fromkeys(QUESTIONS, "bab 1 (fiktif)")
PAPERS = tuple(PaperWish(kind, "1/2026 (fiktif)", YESTERDAY, "", ANSWERED if kind == "data_protection" else {})
               for kind in ("ethics_protocol", "data_protection", "guardian_rule"))  # fmt: skip
READY = CheckWish(YESTERDAY, YESTERDAY)
CONTACTS = (ContactWish("uptd_ppa", "UPTD PPA rekaan", "(0274) 000-111"), ContactWish("police", "Polres rekaan", "110"))


@dataclass(frozen=True)
class ChildField:
    """Who is there: the safeguarding officer, somebody of the secretariat, a facilitator."""

    engine: Engine
    officer: Account
    deputy: Account
    secretariat: Account
    facilitator: Account

    def papers(self, *papers: PaperWish, by: Account | None = None) -> None:
        with writing(self.engine) as session:
            for paper in papers:
                enter_paper(session, ROUND, paper, by or self.secretariat)

    def phoned(self) -> None:
        with writing(self.engine) as session:
            for wish in CONTACTS:
                note_phoned(session, add_contact(session, DISTRICT, wish, self.secretariat), self.secretariat)

    def agrees(self) -> None:
        with writing(self.engine) as session:
            accept_code(session, ROUND, self.facilitator)

    def checked(self, wish: CheckWish = READY) -> None:
        assert self.facilitator.person_id
        with writing(self.engine) as session:
            check_adult(session, ROUND, self.facilitator.person_id, wish, self.secretariat)

    def manned(self) -> None:
        """Put officer, deputy and a duty officer on the roster, with addresses, and let a drill have been answered."""
        with writing(self.engine) as session:
            today = today_here()
            for kind, who in (("officer", self.officer), ("deputy", self.deputy), ("ministry", self.secretariat)):
                session.get_one(Person, who.person_id).email = f"{kind}@contoh.test"
                starts, ends = (today + timedelta(days=days) for days in (-2, 60))
                session.add(DutyShift(kind=kind, person_id=who.person_id, area="", starts=starts, ends=ends,
                                      entered_by="test", entered_at=now()))  # fmt: skip
            drill = Incident(uuid=str(uuid4()), district=DISTRICT, round_id=ROUND, is_drill=True, told_on=today,
                             came_by="drill", danger=False, called=[], staff="no", state="closed", opened_by="test",
                             opened_at=now(), step=1, acknowledged_by=self.officer.label, acknowledged_at=now(),
                             closed_at=now())  # fmt: skip
            session.add(drill)
            session.flush()
            session.add(IncidentEntry(incident_id=drill.id, at=now(), by="test", what=TOLD, values={}))

    def ready(self) -> None:
        """Do all that is to be done before."""
        self.manned()
        self.phoned()
        self.papers(*PAPERS)
        self.agrees()
        self.checked()

    def switched_on(self, *, anew: bool = True) -> None:
        if anew:
            self.ready()
        with writing(self.engine) as session:
            switch_on(session, ROUND, self.officer)

    def wish(self, **said: Any) -> SessionWish:
        """Wish for a session of this month; `said` changes what is wished."""
        with snapshot(self.engine) as session:
            month = this_month(session, DISTRICT)
        return replace(SessionWish("sekolah", month, attending=30, invited=12), **said)

    def planned(self, **said: Any) -> int:
        with writing(self.engine) as session:
            return plan_session(session, PART, self.wish(**said), self.facilitator).id

    def codes(self, number: int) -> list[str]:
        with writing(self.engine) as session:
            return draw_codes(session, session.get_one(ChildSession, number), KEY, self.facilitator)


def child_field(engine: Engine) -> ChildField:
    """Put officers and a facilitator into a district's round."""
    begin(engine, DISTRICT)
    with writing(engine) as session:
        held = [account_of(session, person(session, Held(role, area, round_id))) for role, area, round_id in (
            (Role.SAFEGUARDING, "", None), (Role.DEPUTY, "", None), (Role.SECRETARIAT, "", None),
            (Role.FACILITATOR, DISTRICT, ROUND))]  # fmt: skip
    officer, deputy, secretariat, facilitator = held
    assert officer and deputy and secretariat and facilitator
    return ChildField(engine, officer, deputy, secretariat, facilitator)


def digests(codes: list[str]) -> set[str]:
    return {digest_of_code(KEY, code) for code in codes}


def in_months(day: date, months: int) -> str:
    """Write the month so many months from a day."""
    number = day.year * 12 + day.month - 1 + months
    return f"{number // 12}-{number % 12 + 1:02}"
