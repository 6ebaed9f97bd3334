"""Who is on duty for a district on a day, and whether its deputy acts. Whoever has a tie to it is passed over.

The deputy acts where the officer says so from a day until a day, and where the roster names a deputy and no officer who
could. Who stands on the roster without holding the role any more is not on duty.
"""

from collections.abc import Collection, Mapping, Sequence
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
    return on_duty_each_day(session, district, round_id, [day])[0]


def on_duty_each_day(session: Session, district: str, round_id: str | None, days: Sequence[date]) -> list[OnDuty]:
    """Say who is on duty on each of some days, in as many statements as for one."""
    officers, deputies = (holding(session, role, district, round_id) for role in (Role.SAFEGUARDING, Role.DEPUTY))
    could = {OFFICER: officers, DEPUTY: deputies, ACTING: deputies, MINISTRY: _of_ministry(session, district)}
    shifts = _on_roster(session, district, min(days), max(days))
    return [_on_duty(day, shifts, could) for day in days]


def _on_duty(day: date, shifts: Collection[DutyShift], could: Mapping[str, tuple[int, ...]]) -> OnDuty:
    named = {(one.kind, one.person_id) for one in shifts if one.starts <= day <= one.ends}
    there = {kind: tuple(who for who in sorted(could[kind]) if (kind, who) in named) for kind in KINDS}
    acting = there[ACTING] or (there[DEPUTY] if not there[OFFICER] else ())
    first = there[ACTING] or there[OFFICER] or acting or could[OFFICER]
    return OnDuty(first, there[DEPUTY] or could[DEPUTY], there[MINISTRY], frozenset(acting),
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


def _on_roster(session: Session, district: str, first: date, last: date) -> list[DutyShift]:
    shift = DutyShift
    query = select(shift).where(
        shift.ended_at.is_(None), shift.starts <= last, shift.ends >= first, shift.area.in_(areas_around(district))
    )
    return list(session.scalars(query))


def _of_ministry(session: Session, district: str) -> tuple[int, ...]:
    return _untied(session, ministry_people(session), district)


def _untied(session: Session, people: Collection[int], district: str) -> tuple[int, ...]:
    tied = set(session.scalars(select(Tie.person_id).filter_by(district=district, ended_at=None)))
    return tuple(one for one in people if one not in tied)
