"""What people hold, read from the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from server.people.tables import Person
from server.roles.account import EVERYWHERE, Account, Held
from server.roles.table import JUDGING, MAY, Permission, Role, Scope
from server.roles.tables import HeldRole, Team, TeamDistrict, TeamMember, Tie
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round

_TIE = "tie"
_Part = tuple[str | None, str]  # round, or of whichever; and district


def account_of(session: Session, person_id: int) -> Account | None:
    """Give the account of a person; None where there is none, or it has ended."""
    rows = session.execute(_with_parts(), {"person": person_id}).all()
    return account_from(rows[0][0], [tuple(row[1:]) for row in rows]) if rows else None


@cache  # putting it together takes longer than asking it
def _with_parts() -> Select[Any]:
    """Ask for a `person` and what they hold."""
    parts = held_parts(bindparam("person"))
    query = select(Person, *parts.c).outerjoin(parts, true()).where(Person.id == bindparam("person"))
    return query.order_by(*order_of(parts))


def account_from(person: Person, parts: Iterable[tuple[Any, ...]]) -> Account | None:
    """Make a person's account of their rows of `held_parts`; None where it has ended."""
    if person.ended_at is not None:
        return None
    held: list[Held] = []
    tied: set[str] = set()
    for role, area, round_id, *_order in parts:
        if role == _TIE:
            tied.add(area)
        elif role is not None:  # a row of nothing: they hold nothing
            held.append(Held(Role(role), area, round_id))
    return Account(label_of(person.id), tuple(held), frozenset(tied), person.id)


def held_parts(person_id: Any) -> Subquery:
    """Ask for what somebody was given, holds by teams and is tied to, at once: every page begins with it."""
    given = select(HeldRole.role, HeldRole.area, HeldRole.round_id, literal(1).label("part"), HeldRole.id.label("row"))
    in_team = _of_teams(case((TeamMember.leads, Role.LEAD.value), else_=Role.VERIFIER.value).label("role"),
                        TeamDistrict.district, Team.round_id, literal(2), Team.id)  # fmt: skip
    ties = select(literal(_TIE), Tie.district, null(), literal(3), Tie.id)
    parts: Any = union_all(given.where(HeldRole.person_id == person_id, HeldRole.ended_at.is_(None)),
                      in_team.where(TeamMember.person_id == person_id),
                      ties.where(Tie.person_id == person_id, Tie.ended_at.is_(None)))  # fmt: skip
    return parts.subquery()


def order_of(parts: Subquery) -> tuple[ColumnElement[Any], ...]:
    """Give the order of `held_parts`: first what somebody was given, then what they hold by teams, then ties."""
    return parts.c.part, parts.c.row, parts.c.area


def label_of(person_id: int) -> str:
    """Write who acted, as it is kept: never a name, which may have to be forgotten."""
    return f"person:{person_id}"


def person_of(label: str) -> int | None:
    """Read who acted; None where it was no person with an account."""
    kind, _, number = label.partition(":")
    return int(number) if kind == "person" and number.isdecimal() else None


def number_of(label: SQLCoreOperations[Any]) -> ColumnElement[int | None]:
    """Read who acted as SQL, to join their name by their number; nobody's where it was no person."""
    return case((label.startswith("person:"), cast(func.substr(label, len("person:") + 1), Integer)))


def held_of(session: Session, ids: Collection[int] | None = None) -> Mapping[int, Sequence[Held]]:
    """Give what these people hold, or all people: first what they were given, then what they hold by a team."""
    found: dict[int, list[Held]] = defaultdict(list)
    for person_id, held in (*_given(session, ids), *_by_team(session, ids)):
        found[person_id].append(held)
    return found


def held_by(session: Session, person_id: int) -> list[Held]:
    """List the roles that a person was given; those of teams are not among them."""
    return [held for _, held in _given(session, [person_id])]


def _given(session: Session, ids: Collection[int] | None) -> list[tuple[int, Held]]:
    query = select(HeldRole).filter_by(ended_at=None).where(_one_of(HeldRole.person_id, ids)).order_by(HeldRole.id)
    return [(row.person_id, Held(Role(row.role), row.area, row.round_id)) for row in session.scalars(query)]


def _by_team(session: Session, ids: Collection[int] | None) -> list[tuple[int, Held]]:
    query = _of_teams(TeamMember.person_id, TeamMember.leads, Team.round_id, TeamDistrict.district)
    query = query.where(_one_of(TeamMember.person_id, ids)).order_by(Team.id, TeamDistrict.district)
    return [(person_id, Held(Role.LEAD if leads else Role.VERIFIER, district, round_id))
            for person_id, leads, round_id, district in session.execute(query)]  # fmt: skip


def _of_teams(*columns: Any) -> Select[Any]:
    """Select from the members of teams that see their round, with the districts that these verify."""
    return (
        select(*columns)
        .select_from(TeamMember)
        .join(Team, Team.id == TeamMember.team_id)
        .join(TeamDistrict, TeamDistrict.team_id == Team.id)
        .join(Round, Round.id == Team.round_id)
        .where(_in_team())
    )


def _in_team() -> ColumnElement[bool]:
    """Tell whether somebody is of a team that sees its round: it may be asked about a closed one, of none archived."""
    return TeamMember.ended_at.is_(None) & Team.ended_at.is_(None) & (Round.state != ARCHIVED)


def _one_of(person_id: SQLCoreOperations[Any], ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if ids is None else person_id.in_(ids)


def people_who_may(
    session: Session, permission: Permission, district: str | None = None, round_id: str | None = None
) -> Sequence[int]:
    """Number the people who may do something to a district in a round: `Account.may`, asked of all at once."""
    roles, about = MAY[permission].roles, (MAY[permission].scope, district, round_id)
    given = select(HeldRole.person_id).where(
        HeldRole.ended_at.is_(None), HeldRole.role.in_(roles), _covers(HeldRole.area, HeldRole.round_id, *about),
        _untied(HeldRole.person_id, district) | HeldRole.role.not_in(JUDGING),
    )  # fmt: skip
    leads = {role is Role.LEAD for role in (Role.LEAD, Role.VERIFIER) if role in roles}
    in_team = (
        select(TeamMember.person_id)
        .join(Team, Team.id == TeamMember.team_id)
        .join(TeamDistrict, TeamDistrict.team_id == Team.id)
        .join(Round, Round.id == Team.round_id)
        .where(_in_team(), TeamMember.leads.in_(leads),
               _covers(TeamDistrict.district, Team.round_id, *about), _untied(TeamMember.person_id, district))
    )  # fmt: skip
    query = select(Person.id).where(Person.ended_at.is_(None), Person.id.in_(given) | Person.id.in_(in_team))
    return session.scalars(query.order_by(Person.id)).all()


def people_by_part(session: Session, permission: Permission, parts: Collection[_Part]) -> Mapping[_Part, Sequence[int]]:
    """Number the people who may do something in each of these parts (round, district): four statements for all."""
    if not parts:
        return {}
    tied: dict[int, set[str]] = defaultdict(set)
    for person_id, district in session.execute(select(Tie.person_id, Tie.district).where(Tie.ended_at.is_(None))):
        tied[person_id].add(district)
    living = set(session.scalars(select(Person.id).where(Person.ended_at.is_(None))))
    accounts = [(person_id, Account(label_of(person_id), tuple(held), frozenset(tied[person_id]), person_id))
                for person_id, held in sorted(held_of(session).items()) if person_id in living]  # fmt: skip
    of_area: dict[str, list[tuple[int, Account]]] = defaultdict(list)
    for person_id, account in accounts:
        if account.may_somewhere(permission):
            for area in {held.area for held in account.held}:
                of_area[area].append((person_id, account))
    return {(round_id, district): sorted({number for area in _areas_over(district) for number, account in of_area[area]
                                          if account.may(permission, district, round_id)})
            for round_id, district in parts}  # fmt: skip


def holders_by_part(
    session: Session, role: Role, parts: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], Sequence[int]]:
    """Number the people who hold a role in each of these parts: `people_holding`, one statement for all."""
    query = select(HeldRole.person_id, HeldRole.area, HeldRole.round_id).join(Person, Person.id == HeldRole.person_id)
    of_area: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    for person_id, area, held in session.execute(
        query.where(HeldRole.ended_at.is_(None), HeldRole.role == role, Person.ended_at.is_(None))
    ):
        of_area[area].append((person_id, held))
    return {(round_id, district): sorted({number for area in _areas_over(district) for number, held in of_area[area]
                                          if held in (None, round_id)})
            for round_id, district in parts}  # fmt: skip


def people_holding(session: Session, role: Role, district: str | None, round_id: str) -> Sequence[int]:
    """Number the people who hold a role in a district, in a round; of no district, those who hold it anywhere."""
    in_round = HeldRole.round_id.is_(None) | (HeldRole.round_id == round_id)
    there = _covers(HeldRole.area, HeldRole.round_id, Scope.DISTRICT, district, round_id) if district else true()
    query = select(HeldRole.person_id).where(HeldRole.ended_at.is_(None), HeldRole.role == role, in_round, there)
    ends = Person.ended_at.is_(None) & Person.id.in_(query)
    return session.scalars(select(Person.id).where(ends).order_by(Person.id)).all()


def _covers(
    area: SQLCoreOperations[Any], held: SQLCoreOperations[Any], scope: Scope, district: str | None, round_id: str | None
) -> ColumnElement[bool]:
    """Write `Held.covers` as SQL: of a role held for an area and a round."""
    if scope is not Scope.DISTRICT:
        return area == EVERYWHERE
    return area.in_(_areas_over(district)) & (true() if round_id is None else held.is_(None) | (held == round_id))


def _areas_over(district: str | None) -> list[str]:
    """Name the areas that a district lies in (`lies_in`), itself and everywhere too."""
    parts = district.split(".") if district else []
    return [EVERYWHERE, *(".".join(parts[: length + 1]) for length in range(len(parts)))]


def _untied(person_id: SQLCoreOperations[Any], district: str | None) -> ColumnElement[bool]:
    tied = select(Tie.person_id).where(Tie.district == district, Tie.ended_at.is_(None)) if district else None
    return true() if tied is None else person_id.not_in(tied)


def people_called(session: Session, labels: set[str]) -> dict[str, str]:
    """Name who is written down as having acted, where they are people; others stay what they are called."""
    ids = {int(label[7:]): label for label in labels if label.startswith("person:") and label[7:].isdigit()}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {ids[number]: name for number, name in found}
