"""Who is on duty for a district on a day, and whether its deputy acts. Whoever has a tie to it is passed over.

The deputy acts where the officer says so from a day until a day, and where the roster names a deputy and no officer who
could. Who stands on the roster without holding the role any more is not on duty.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.incidents.tables import DutyShift
from server.people.tables import Person
from server.roles.account import EVERYWHERE
from server.roles.queries import people_holding
from server.roles.table import Role
from server.roles.tables import HeldRole, Tie

OFFICER, DEPUTY, MINISTRY, ACTING = "officer", "deputy", "ministry", "acting"
KINDS = (OFFICER, DEPUTY, MINISTRY, ACTING)
_ROLES_OF_MINISTRY = (Role.SECRETARIAT, Role.ASSESSOR)


@dataclass(frozen=True)
class OnDuty:
    """Who is told of a district's incidents on a day, one level after the other; and which deputies act."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    third: tuple[int, ...]
    acting: frozenset[int]
    on_roster: frozenset[str]  # levels for which the roster itself names somebody who can

    @property
    def levels(self) -> tuple[tuple[int, ...], ...]:
        """Give the levels in their order."""
        return self.first, self.second, self.third


def on_duty(session: Session, district: str, round_id: str | None, day: date) -> OnDuty:
    """Say who is on duty; of officers and deputies all that could, where the roster names none."""
    officers, deputies = (holding(session, role, district, round_id) for role in (Role.SAFEGUARDING, Role.DEPUTY))
    could = {OFFICER: officers, DEPUTY: deputies, ACTING: deputies, MINISTRY: _of_ministry(session, district)}
    there = {kind: _among(_on_roster(session, kind, district, day), could[kind]) for kind in KINDS}
    acting = there[ACTING] or (there[DEPUTY] if not there[OFFICER] else ())
    first = there[ACTING] or there[OFFICER] or acting or officers
    return OnDuty(first, there[DEPUTY] or deputies, there[MINISTRY], frozenset(acting),
                  frozenset(kind for kind, people in there.items() if people))  # fmt: skip


def holding(session: Session, role: Role, district: str, round_id: str | None) -> tuple[int, ...]:
    """Number the people who hold a role in a district and have no tie to it."""
    return _untied(session, people_holding(session, role, district, round_id or ""), district)


def ministry_people(session: Session) -> list[int]:
    """Number the people of the ministry who could be its duty officer: secretariat, or assessors everywhere."""
    held = select(HeldRole.person_id).where(
        HeldRole.ended_at.is_(None), HeldRole.role.in_(_ROLES_OF_MINISTRY), HeldRole.area == EVERYWHERE
    )
    return list(session.scalars(select(Person.id).where(Person.ended_at.is_(None), Person.id.in_(held))))


def areas_around(district: str) -> list[str]:
    """List the areas in which a district lies, itself and everywhere among them."""
    parts = district.split(".")
    return [EVERYWHERE, *(".".join(parts[: length + 1]) for length in range(len(parts)))]


def _on_roster(session: Session, kind: str, district: str, day: date) -> list[int]:
    shift = DutyShift
    query = select(shift.person_id).where(
        shift.kind == kind, shift.ended_at.is_(None), shift.starts <= day, shift.ends >= day,
        shift.area.in_(areas_around(district)),
    )  # fmt: skip
    return list(session.scalars(query.distinct().order_by(shift.person_id)))


def _among(people: Collection[int], who_could: Collection[int]) -> tuple[int, ...]:
    return tuple(one for one in people if one in who_could)


def _of_ministry(session: Session, district: str) -> tuple[int, ...]:
    return _untied(session, ministry_people(session), district)


def _untied(session: Session, people: Collection[int], district: str) -> tuple[int, ...]:
    tied = set(session.scalars(select(Tie.person_id).filter_by(district=district, ended_at=None)))
    return tuple(one for one in people if one not in tied)
