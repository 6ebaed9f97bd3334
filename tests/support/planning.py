"""A district with places, a team and an open round, and a plan for them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select

from server.assignments.giving import There
from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.plan.agreeing import agree, to_agree
from server.plan.checking import check_plan, frame_of
from server.plan.planning import plan
from server.plan.releasing import Released, release
from server.plan.tables import PlannedVisit
from server.plan.wishes import PlanChange, PlanWish
from server.register.tables import Facility
from server.roles.account import Account, Held
from server.roles.table import Role
from server.roles.tables import Team
from tests.support.assigning import OPEN_PLACE, PART, Field, a_field
from tests.support.builders import VILLAGES
from tests.support.days import today_here
from tests.support.prepared import prepared_after
from tests.support.web import TESTER

OTHER_PLACE, SCHOOL, SHELTER = "Pojok ASI Stasiun", "SD Rekaan Satu", "Rumah Aman Rekaan"
NUMBERS = {OTHER_PLACE: "12e45678", SCHOOL: "00012345", SHELTER: "99999999"}  # as Excel would spoil them
KINDS = {OTHER_PLACE: "pojok_asi", SCHOOL: "sekolah", SHELTER: "rumah_aman"}
DAY = today_here() + timedelta(days=3)
ASSESSOR = Account("person:7", (Held(Role.ASSESSOR),))


class PlanField(Field):
    """The places by their names, and what is done with a plan of them."""

    def wish(self, at: str = OPEN_PLACE, **said: Any) -> PlanWish:
        """Write a row as a page sends it."""
        wish = PlanWish(place=self.places[at].facility_id, team=str(self.team), day=DAY.isoformat())
        return replace(wish, **said)

    def written(self, at: str = OPEN_PLACE, row: int = 2, **said: Any) -> PlanWish:
        """Write a row as a file has it: the team by its name."""
        with snapshot(self.engine) as session:
            name = session.get_one(Team, self.team).name
        return self.wish(at, **{"row": row, "team": name} | said)

    def plan(self, *wishes: PlanWish, by: Account = TESTER) -> PlanChange:
        with writing(self.engine) as session:
            return plan(session, PART, wishes, by)

    def would(self, *wishes: PlanWish) -> PlanChange:
        with snapshot(self.engine) as session:
            return check_plan(frame_of(session, *PART), wishes)

    def agree(self, by: Account = ASSESSOR) -> int:
        with writing(self.engine) as session:
            return agree(session, PART, to_agree(session, PART).mark, by)

    def release(self, by: Account = TESTER, most: int | None = None) -> Released:
        """Release what is planned, once it is agreed to."""
        self.agree()
        with writing(self.engine) as session:
            return release(session, PART, by, most)

    def row(self, place: str = OPEN_PLACE) -> PlannedVisit:
        with snapshot(self.engine) as session:
            query = select(PlannedVisit).filter_by(facility_id=self.places[place].facility_id)
            one = session.scalars(query).one()
            session.expunge(one)
        return one

    def asked(self, place: str = OPEN_PLACE) -> Assignment:
        """Give the assignment that came of a place's row."""
        number = self.row(place).assignment_id
        assert number is not None
        return self.found(number)


def a_plan_field(district: Engine) -> PlanField:
    """Let there be, beside the claimed place and the home, another place, a school and a shelter in the register."""
    return PlanField(district, *prepared_after(district, _claimed_and_registered))


def _claimed_and_registered(district: Engine) -> tuple[dict[str, There], dict[str, int], int, int, int]:
    field = a_field(district)
    with writing(district) as session:
        for name, begins in NUMBERS.items():
            number = f"{begins}-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
            session.add(Facility(id=number, kind=KINDS[name], name=name, village=VILLAGES[0].code,
                                 registry_no="20301234" if name == SCHOOL else None))  # fmt: skip
            field.places[name] = There(*PART, number)
    return field.places, field.lines, field.team, field.lead, field.member


def reasons(change: PlanChange) -> list[tuple[str, str]]:
    """Give what is wrong: fields and codes."""
    return [(one.field, one.reason.code) for one in change.problems]


def on(day: date) -> dict[str, str]:
    return {"day": day.isoformat()}
