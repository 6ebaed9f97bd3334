"""A district with claimed places nobody has visited, a team that verifies there, and who gives assignments."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.assignments.giving import AssignmentWish, There, give
from server.assignments.tables import Assignment
from server.claims.tables import ClaimLine
from server.db import now, snapshot, writing
from server.roles.account import Account, Held
from server.roles.table import Role
from server.roles.tables import TeamMember, Tie
from tests.support.claiming import ROUND, claims_come, forget_jobs
from tests.support.days import today_here
from tests.support.prepared import prepared_after
from tests.support.web import TESTER, account, person
from tests.support.workbooks import DISTRICT, a_place, filled

PART = (ROUND, DISTRICT)
OPEN_PLACE, HOME = "Pojok ASI Pasar", "Panti Asuhan Rekaan Kasih"
DEADLINE = today_here() + timedelta(days=30)
WISH = AssignmentWish(question="Berapa ruang yang dipakai?", why="Belum pernah dikunjungi.",
                      deadline=DEADLINE.isoformat())  # fmt: skip


@dataclass
class Field:
    """The places by their names, and the team: its number, its lead and its member by theirs."""

    engine: Engine
    places: dict[str, There]
    lines: dict[str, int]
    team: int
    lead: int
    member: int

    def give(self, place: str = OPEN_PLACE, by: Account = TESTER, **wish: Any) -> int:
        """Give an assignment; gives its number."""
        with writing(self.engine) as session:
            return give(session, self.places[place], replace(WISH, **{"uuid": AssignmentWish().uuid} | wish), by).id

    def found(self, number: int) -> Assignment:
        with snapshot(self.engine) as session:
            one = session.get_one(Assignment, number)
            session.expunge(one)
        return one

    def changed(self, number: int, **values: Any) -> None:
        with writing(self.engine) as session:
            session.execute(update(Assignment).filter_by(id=number).values(**values))

    def tie(self, person_id: int, district: str = DISTRICT, place: str | None = None) -> None:
        with writing(self.engine) as session:
            session.add(Tie(person_id=person_id, district=district, why="x", declared_by="test", declared_at=now(),
                            facility_id=self.places[place].facility_id if place else None))  # fmt: skip


def a_field(district: Engine) -> Field:
    """Let claims come, of a place that may be named and of a home; and make a team of two."""
    return Field(district, *prepared_after(district, _claimed_with_a_team))


def _claimed_with_a_team(district: Engine) -> tuple[dict[str, There], dict[str, int], int, int, int]:
    claims_come(district, filled(None, a_place(OPEN_PLACE), a_place(HOME, A=13, B="lksa", F=2019)))
    with writing(district) as session:
        rows = session.execute(select(ClaimLine.name, ClaimLine.id, ClaimLine.facility_id)).all()
        lead, member = _team(session)
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=lead)).one()
    forget_jobs(district)
    places = {name: There(ROUND, DISTRICT, facility) for name, _, facility in rows}
    return places, {name: line for name, line, _ in rows}, team, lead, member


def _team(session: Session) -> tuple[int, int]:
    lead = person(session, Held(Role.LEAD, DISTRICT, ROUND), name="Ketua Rekaan")
    member = person(session, name="Anggota Rekaan")
    team = session.scalars(select(TeamMember.team_id).filter_by(person_id=lead)).one()
    session.add(TeamMember(team_id=team, person_id=member, leads=False, given_by="test", given_at=now()))
    session.flush()
    return lead, member


def somebody(engine: Engine, *held: Held) -> Account:
    """Give the account of somebody who holds roles."""
    with writing(engine) as session:
        return account(session, *held)
