"""Changing a part's plan: rows come in all together or not at all, and one can be taken out again."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed
from server.audit.entries import Act, digest_of, write_down
from server.db import Json, now
from server.plan.checking import check_plan, frame_of
from server.plan.states import PLANNED, WITHDRAWN, of_part
from server.plan.tables import PlannedVisit
from server.plan.wishes import NotPlanned, PlanChange, PlanValues, PlanWish
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.states import hold_part

_MOST_NAMED = 5  # places, in an act


def plan(
    session: Session, part: tuple[str, str], wishes: Sequence[PlanWish], by: Account,
    instead: PlannedVisit | None = None,
) -> PlanChange:  # fmt: skip
    """Bring rows into the plan of a part (round and district); with any problem nothing is changed.

    The same rows again change nothing. `instead` is the row that a single one takes the place of. Raises NotPlanned,
    Forbidden.
    """
    _begin(session, part, by)
    return bring_in(session, part, wishes, by, instead)


def bring_in(
    session: Session, part: tuple[str, str], wishes: Sequence[PlanWish], by: Account,
    instead: PlannedVisit | None = None, *, agreed: bool = False,
) -> PlanChange:  # fmt: skip
    """Do what `plan` does, for whoever holds the part and has asked whether it is permitted; `agreed` with it."""
    few = [wish.place for wish in wishes] if all(not wish.row for wish in wishes) else None
    if few is not None:
        few += [wish.substitute_for for wish in wishes if wish.substitute_for]
    found = check_plan(frame_of(session, *part, few), wishes, instead)
    if found.problems or found.is_empty:
        return found
    if found.added:
        session.execute(insert(PlannedVisit), [_row(part, values, by, agreed) for values in found.added])
    for row, values in found.changed:
        _change(row, values, by, agreed)
    session.flush()
    _note(session, part, by, [*found.added, *(values for _, values in found.changed)])
    return found


def _begin(session: Session, part: tuple[str, str], by: Account) -> None:
    round_id, district = part
    must(by, Permission.ASSIGN, district, round_id)
    hold_part(session, round_id, district)
    if against := part_is_closed(session, round_id, district):
        raise NotPlanned(against.code)


def _row(part: tuple[str, str], values: PlanValues, by: Account, agreed: bool) -> Json:
    round_id, district = part
    moment = now()
    return asdict(values) | {"round_id": round_id, "district": district, "state": PLANNED, "released": False,
                             "changed_by": by.label, "changed_at": moment, "agreed_by": by.label if agreed else None,
                             "agreed_at": moment if agreed else None}  # fmt: skip


_AGREED_TO = ("facility_id", "team_id", "mode", "substitute_for")  # a day, a member or a module is the team's to change


def _change(row: PlannedVisit, values: PlanValues, by: Account, agreed: bool) -> None:
    wanted, moment = asdict(values), now()
    if agreed:
        row.agreed_by, row.agreed_at = by.label, moment
    elif row.state != PLANNED or any(getattr(row, name) != wanted[name] for name in _AGREED_TO):
        row.agreed_by = row.agreed_at = None
    for name, value in wanted.items():
        setattr(row, name, value)
    row.state, row.released, row.changed_by, row.changed_at = PLANNED, False, by.label, moment


def _note(session: Session, part: tuple[str, str], by: Account, rows: Sequence[PlanValues]) -> None:
    round_id, district = part
    places = " ".join(f"place:{one.facility_id}" for one in rows)
    about = places if len(rows) <= _MOST_NAMED else f"round:{round_id}"
    told = digest_of([[str(value) for value in asdict(one).values()] for one in rows])
    write_down(session, Act(by.label, "plan_changed", about, district, round_id, after=told))


def withdraw(session: Session, part: tuple[str, str], number: int, by: Account) -> int:
    """Take a row out of the plan, with those that stand in for it; gives how many. Raises NotPlanned, Forbidden."""
    _begin(session, part, by)
    found = row_of(session, part, number)
    if found is None or found.state != PLANNED:
        return 0
    if found.arrival is not None:
        raise NotPlanned("plan_visited")
    one = PlannedVisit
    query = select(one).where(of_part(*part), one.team_id == found.team_id, one.state == PLANNED,
                              one.substitute_for == found.facility_id, one.arrival.is_(None))  # fmt: skip
    rows = [found, *session.scalars(query)]
    for row in rows:
        row.state, row.released = WITHDRAWN, row.assignment_id is None
        row.changed_by, row.changed_at = by.label, now()
    write_down(session, Act(by.label, "plan_withdrawn", f"place:{found.facility_id}", part[1], part[0]))
    return len(rows)


def row_of(session: Session, part: tuple[str, str], number: int) -> PlannedVisit | None:
    """Find a row of a part's plan by its number; None where there is none."""
    return session.scalars(select(PlannedVisit).where(of_part(*part), PlannedVisit.id == number)).one_or_none()
