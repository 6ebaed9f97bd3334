"""Giving and taking roles: nobody gives what reaches further than what they may give, or where there is a tie."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.queries import area_of, newest_number
from server.audit.entries import Act, write_down
from server.db import now
from server.roles.account import EVERYWHERE, Account, Forbidden, Held, NotGiven, lies_in
from server.roles.picking import WHERE_ROLES_ARE
from server.roles.queries import held_by, label_of
from server.roles.table import BY_TEAM, EVERYWHERE_ONLY, GIVEN, JUDGING, Permission, Role
from server.roles.tables import HeldRole, Tie
from server.roles.teams import leave_all
from server.rounds.tables import Round


def give(session: Session, by: Account, person_id: int, held: Held) -> None:
    """Give a role; what is held already stays. Raises NotGiven, Forbidden."""
    _must_give(by, held)
    _check(session, held)
    if by.person_id == person_id:
        raise NotGiven("role_to_oneself")
    if held.role in JUDGING and (tied := _tied_within(session, person_id, held.area)):
        raise NotGiven("role_where_tied", district=tied)
    if held in held_by(session, person_id):
        return
    session.add(HeldRole(person_id=person_id, role=held.role.value, area=held.area, round_id=held.round_id,
                         given_by=by.label, given_at=now()))  # fmt: skip
    session.flush()
    write_down(session, _act(by, "role_given", person_id, held))


def take(session: Session, by: Account, person_id: int, held: Held) -> None:
    """Take a role away. Raises Forbidden, and NotGiven where it would leave nobody who can give roles."""
    _must_give(by, held)
    found = session.scalars(
        select(HeldRole).filter_by(person_id=person_id, role=held.role.value, area=held.area, round_id=held.round_id,
                                   ended_at=None)
    ).one_or_none()  # fmt: skip
    if found is None:
        return
    if held == Held(Role.SECRETARIAT) and _secretariats(session) == 1:
        raise NotGiven("role_last_secretariat")
    found.ended_at, found.ended_by = now(), by.label
    write_down(session, _act(by, "role_taken", person_id, held))


def take_all(session: Session, by: Account, person_id: int) -> None:
    """Take every role away, and every place in a team. Raises as `take`."""
    for held in held_by(session, person_id):
        take(session, by, person_id, held)
    leave_all(session, by, person_id)


def held_row(session: Session, person_id: int, number: int) -> Held | None:
    """Give the role of a row, if it is this person's and stands."""
    row = session.scalars(select(HeldRole).filter_by(id=number, person_id=person_id, ended_at=None)).one_or_none()
    return Held(Role(row.role), row.area, row.round_id) if row else None


def _must_give(by: Account, held: Held) -> None:
    if not by.may_give(held):
        raise Forbidden(Permission.MANAGE_PEOPLE)


def _check(session: Session, held: Held) -> None:
    if held.role not in GIVEN:
        raise NotGiven("role_not_given")
    if held.role in BY_TEAM:
        raise NotGiven("role_by_team")
    if held.role in EVERYWHERE_ONLY and held.area != EVERYWHERE:
        raise NotGiven("role_everywhere_only")
    if held.area != EVERYWHERE:
        area = area_of(session, newest_number(session), held.area)
        if area is None or area.level not in WHERE_ROLES_ARE:
            raise NotGiven("role_area_unknown", area=held.area[:13])
    if held.round_id is not None and session.get(Round, held.round_id) is None:
        raise NotGiven("role_round_unknown", round=held.round_id[:20])


def _tied_within(session: Session, person_id: int, area: str) -> str | None:
    """Name a district of an area to which a person has a tie; one who judges everywhere is refused there only later."""
    if area == EVERYWHERE:
        return None
    query = select(Tie.district).filter_by(person_id=person_id, ended_at=None)
    return next((code for code in session.scalars(query) if lies_in(code, area)), None)


def _secretariats(session: Session) -> int:
    query = select(func.count()).select_from(HeldRole)
    query = query.filter_by(role=Role.SECRETARIAT.value, area=EVERYWHERE, round_id=None, ended_at=None)
    return session.scalar(query) or 0


def _act(by: Account, act: str, person_id: int, held: Held) -> Act:
    about = f"{label_of(person_id)} role:{held.role.value}"
    return Act(by.label, act, about, district=held.area or None, round_id=held.round_id)
