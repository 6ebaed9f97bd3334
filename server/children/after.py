"""After children were asked: whether anybody punished them for it is asked 30 and 90 days later (safeguarding 22).

The days count from the end of the last month in which a session was held, and from the day the district's part was
closed, where that is later: then the district has its result. What was told goes into the register of incidents.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.assignments.giving import today_in
from server.audit.entries import Act, write_down
from server.children.preparing import NotPrepared
from server.children.states import HELD, SETTLED
from server.children.tables import ChildSession, RetaliationCheck
from server.db import now
from server.moments import day_in
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import RoundChange, RoundPart

AFTER = (30, 90)  # days
OUTCOMES = ("nobody", "not_reached", "register")


@dataclass(frozen=True)
class Due:
    """A check of a district: how many days after, from which day on it is due, and what came of it."""

    days: int
    since: date
    done: RetaliationCheck | None


def checks_of(session: Session, round_id: str, district: str) -> list[Due]:
    """List the checks of a district, first the earlier; none where no session was held."""
    began = _counted_from(session, round_id, district)
    if began is None:
        return []
    return [Due(days, began + timedelta(days=days), session.get(RetaliationCheck, (round_id, district, days)))
            for days in AFTER]  # fmt: skip


def note_check(session: Session, part: tuple[str, str], days: int | None, outcome: str, by: Account) -> None:
    """Note that children were asked, and what came of it. Raises NotPrepared, Forbidden."""
    round_id, district = part
    must(by, Permission.CHECK_RETALIATION, district, round_id)
    found = next((one for one in checks_of(session, *part) if one.days == days), None)
    if found is None or found.since > today_in(session, district):
        raise NotPrepared("retaliation_early")
    if outcome not in OUTCOMES:
        raise NotPrepared("retaliation_outcome_unknown")
    session.merge(RetaliationCheck(round_id=round_id, district=district, days=found.days, outcome=outcome,
                                   done_by=by.label, done_at=now()))  # fmt: skip
    write_down(session, Act(by.label, "retaliation_checked", "", district, round_id))


def _counted_from(session: Session, round_id: str, district: str) -> date | None:
    held = select(func.max(ChildSession.month)).filter_by(round_id=round_id, district=district)
    last = session.scalar(held.where(ChildSession.state.in_((HELD, SETTLED))))
    if last is None:
        return None
    year, month = map(int, last.split("-"))
    ended, closed = date(year, month, monthrange(year, month)[1]), _closed_on(session, round_id, district)
    return max(ended, closed) if closed else ended


def _closed_on(session: Session, round_id: str, district: str) -> date | None:
    part = session.get(RoundPart, (round_id, district))
    if part is None or part.state == OPEN:
        return None
    at = session.scalar(select(func.max(RoundChange.changed_at)).filter_by(
        round_id=round_id, district=district, state=part.state))  # fmt: skip
    return day_in(zone_of(session, None, district), at) if at else None
