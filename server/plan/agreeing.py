"""Agreeing to a plan: rows by hand or from a file become assignments once Tim Penilai agrees, as drawn ones do."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed
from server.audit.entries import Act, digest_of, write_down
from server.db import now
from server.plan.states import of_part, waits_for_agreement
from server.plan.tables import PlannedVisit
from server.plan.wishes import NotPlanned
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.states import hold_part


@dataclass(frozen=True)
class ToAgree:
    """How many rows wait for agreement, and by what it is known that they are still those that were shown."""

    count: int
    mark: str


def to_agree(session: Session, part: tuple[str, str]) -> ToAgree:
    """Give what of a part's plan waits for agreement."""
    return _as_shown(_rows(session, part))


def agree(session: Session, part: tuple[str, str], mark: str, by: Account) -> int:
    """Agree to all rows of a part's plan that wait, if they are those that were shown; gives how many.

    Raises NotPlanned where they are others by now, Forbidden.
    """
    round_id, district = part
    must(by, Permission.APPROVE_DRAW, district, round_id)
    hold_part(session, round_id, district)
    if against := part_is_closed(session, round_id, district):
        raise NotPlanned(against.code)
    rows, moment = _rows(session, part), now()
    found = _as_shown(rows)
    if not rows:
        return 0
    if found.mark != mark:
        raise NotPlanned("plan_changed_meanwhile")
    for row in rows:
        row.agreed_by, row.agreed_at = by.label, moment
    write_down(session, Act(by.label, "plan_agreed", f"round:{round_id}", district, round_id, after=found.mark))
    return len(rows)


def _rows(session: Session, part: tuple[str, str]) -> Sequence[PlannedVisit]:
    query = select(PlannedVisit).where(of_part(*part), waits_for_agreement())
    return session.scalars(query.order_by(PlannedVisit.id)).all()


def _as_shown(rows: Sequence[PlannedVisit]) -> ToAgree:
    said = [[str(value) for value in (one.id, one.facility_id, one.team_id, one.mode, one.substitute_for, one.day)]
            for one in rows]  # fmt: skip
    return ToAgree(len(rows), digest_of(said))
