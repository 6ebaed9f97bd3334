"""Whom somebody manages: people whose every role they could have given, and those they invited who have none yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from server.people.tables import Person
from server.roles.account import Account, Forbidden, Held, column_lies_in, must_somewhere
from server.roles.table import BY_TEAM, Permission, Role, roles_with
from server.roles.tables import HeldRole, Team, TeamDistrict, TeamMember
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round
from verification.reason import WithReason

PER_PAGE = 50


class NotMade(WithReason):
    """An account that cannot be made or changed so, with the reason."""


@dataclass(frozen=True)
class SoughtPeople:
    """Which people are listed: by a part of their name or address, by a role, which page of them."""

    text: str = ""
    role: Role | None = None
    page: int = 1
    ended: bool = False


def managed(session: Session, by: Account, person_id: int) -> Person:
    """Find a person whom `by` manages; one beyond reach is as one who is not there. Raises NotMade, Forbidden."""
    must_somewhere(by, Permission.MANAGE_PEOPLE)
    query = select(Person).where(Person.id == person_id, Person.ended_at.is_(None), _managed_by(by))
    person = session.scalars(query).one_or_none()
    if person is None:
        raise NotMade("person_not_known")
    return person


def must_give_everywhere(by: Account) -> None:
    """Refuse who does not manage all people. Raises Forbidden."""
    if not by.may_give(Held(Role.OBSERVER)):
        raise Forbidden(Permission.MANAGE_PEOPLE)


def people_managed(session: Session, by: Account, sought: SoughtPeople) -> tuple[Sequence[Person], bool]:
    """List the people whom `by` manages, a page of them by name; and whether there are more."""
    query = select(Person).where(_managed_by(by), _is_sought(sought)).order_by(func.lower(Person.name), Person.id)
    first = (max(sought.page, 1) - 1) * PER_PAGE
    found = session.scalars(query.offset(first).limit(PER_PAGE + 1)).all()
    return found[:PER_PAGE], len(found) > PER_PAGE


def _managed_by(by: Account) -> ColumnElement[bool]:
    """Choose people whose every role `by` could have given; who holds none is managed by who invited them."""
    if by.may_give(Held(Role.OBSERVER)):
        return true()
    given = (HeldRole.person_id == Person.id) & HeldRole.ended_at.is_(None)
    in_team = (TeamMember.person_id == Person.id) & (TeamMember.team_id == Team.id) & TeamMember.ended_at.is_(None)
    in_team &= (TeamDistrict.team_id == Team.id) & Team.ended_at.is_(None)
    in_team &= (Round.id == Team.round_id) & (Round.state != ARCHIVED)
    beyond = or_(
        exists().where(given, not_(_within(by, HeldRole.area, HeldRole.round_id))),
        exists().where(in_team, not_(_within(by, TeamDistrict.district, Team.round_id))),
    )
    any_role = or_(exists().where(given), exists().where(in_team))
    return and_(not_(beyond), or_(any_role, Person.made_by == by.label))


def _within(by: Account, area: SQLCoreOperations[Any], round_id: SQLCoreOperations[Any]) -> ColumnElement[bool]:
    """Write `Account.may_give` as SQL; true or false, never unknown."""
    reached: list[ColumnElement[bool]] = [false()]
    for own in by.held:
        if own.role in roles_with(Permission.MANAGE_PEOPLE):
            where = column_lies_in(area, own.area)
            if own.round_id is not None:
                where &= func.coalesce(round_id, "") == own.round_id
            reached.append(where)
    return or_(*reached)


def _is_sought(sought: SoughtPeople) -> ColumnElement[bool]:
    where: list[ColumnElement[bool]] = [Person.ended_at.is_not(None) if sought.ended else Person.ended_at.is_(None)]
    if text := sought.text.strip().lower():
        where.append(func.lower(Person.name).contains(text, autoescape=True)
                     | func.coalesce(Person.email, "").contains(text, autoescape=True))  # fmt: skip
    if sought.role in BY_TEAM:
        member = (TeamMember.person_id == Person.id) & TeamMember.ended_at.is_(None) & (TeamMember.team_id == Team.id)
        where.append(exists().where(member, Team.ended_at.is_(None), TeamMember.leads == (sought.role is Role.LEAD)))
    elif sought.role is not None:
        where.append(exists().where(HeldRole.person_id == Person.id, HeldRole.ended_at.is_(None),
                                    HeldRole.role == sought.role.value))  # fmt: skip
    return and_(*where)
