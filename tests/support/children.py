"""A round in which children may be asked: officers, contacts, papers, and a facilitator who is ready."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from server.children.codes import digest_of_code
from server.children.preparing import QUESTIONS, CheckWish, PaperWish, check_adult, enter_paper, switch_on
from server.children.sessions import SessionWish, draw_codes, plan_session, this_month
from server.children.tables import ChildSession
from server.db import now, snapshot, writing
from server.opening.tending import ContactWish, accept_code, add_contact, note_phoned
from server.roles.account import Account, Held
from server.roles.queries import account_of
from server.roles.table import Role
from tests.support.claiming import ROUND
from tests.support.rounds import begin
from tests.support.web import person
from tests.support.workbooks import DISTRICT

KEY = "k" * 40  # the server's, as `app` of tests/server has it
PART = (ROUND, DISTRICT)
YESTERDAY = (now() - timedelta(days=1)).date()
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

    def ready(self) -> None:
        """Do all that is to be done before."""
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
    officer, _deputy, secretariat, facilitator = held
    assert officer and secretariat and facilitator
    return ChildField(engine, officer, secretariat, facilitator)


def digests(codes: list[str]) -> set[str]:
    return {digest_of_code(KEY, code) for code in codes}


def in_months(day: date, months: int) -> str:
    """Write the month so many months from a day."""
    number = day.year * 12 + day.month - 1 + months
    return f"{number // 12}-{number % 12 + 1:02}"
