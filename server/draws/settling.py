"""Settling a drawing: Tim Penilai approves it, and its places are planned; or somebody drops it, and says why."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed
from server.audit.entries import Act, write_down
from server.db import Json, now
from server.draws.drawing import DrawProblems, Part, still_to_plan, wishes_of
from server.draws.states import APPROVED, DROPPED, move
from server.draws.tables import Draw, DrawnPlace
from server.plan.checking import frame_of
from server.plan.planning import bring_in
from server.plan.wishes import LONGEST_WHY
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.states import hold_part
from server.words import catalogue
from server.work.kinds import Verify
from server.work.queue import ask
from verification.sampling.designs import NotDrawn


def draw_of(session: Session, part: Part, number: int) -> Draw | None:
    """Find a part's drawing; None where there is none of it."""
    return session.scalars(select(Draw).filter_by(id=number, round_id=part[0], district=part[1])).one_or_none()


def approve(session: Session, part: Part, number: int, by: Account) -> int:
    """Bring what was drawn into the visit plan, all of it or nothing; gives how many visits that added.

    What is planned already stays as it is, and so does what no phone may have (`still_to_plan`). Raises NotDrawn,
    Forbidden.
    """
    must(by, Permission.APPROVE_DRAW, part[1], part[0])
    one = _begin(session, part, number)
    move(one, APPROVED)
    drawn = _drawn(session, one)
    rows = still_to_plan(frame_of(session, *part, [row["facility_id"] for row in drawn]), drawn)
    why = catalogue("id").say("draw.why", number=one.id)
    change = bring_in(session, part, wishes_of(rows, why), by, agreed=True)
    if change.problems:
        raise DrawProblems([*{problem.reason.code: problem.reason for problem in change.problems}.values()])
    ask(session, Verify(*part))
    return _settled(session, one, by, "draw_approved", len(change.added) + len(change.changed))


def _drawn(session: Session, one: Draw) -> list[Json]:
    lot = DrawnPlace
    columns = lot.facility_id, lot.team_id, lot.day, lot.substitute_for, lot.substitute_order
    rows = session.execute(select(*columns).filter_by(draw_id=one.id).order_by(lot.turn))
    return [row._asdict() for row in rows]


def drop(session: Session, part: Part, number: int, why: str, by: Account) -> int:
    """Leave a drawing unused; it stays on record, with why. Raises NotDrawn, Forbidden."""
    if not by.may(Permission.APPROVE_DRAW, part[1], part[0]):
        must(by, Permission.ASSIGN, part[1], part[0])
    one = _begin(session, part, number)
    said = why.strip()
    if not said:
        raise NotDrawn("draw_why_missing")
    if len(said) > LONGEST_WHY:
        raise NotDrawn("decision_text_too_long", limit=LONGEST_WHY)
    move(one, DROPPED)
    one.why = said
    return _settled(session, one, by, "draw_dropped", 0)


def _begin(session: Session, part: Part, number: int) -> Draw:
    hold_part(session, *part)
    if against := part_is_closed(session, *part):
        raise NotDrawn(against.code)
    if (one := draw_of(session, part, number)) is None:
        raise NotDrawn("draw_unknown")
    return one


def _settled(session: Session, one: Draw, by: Account, act: str, count: int) -> int:
    one.settled_by, one.settled_at = by.label, now()
    session.flush()
    write_down(session, Act(by.label, act, f"draw:{one.id}", one.district, one.round_id))
    return count
