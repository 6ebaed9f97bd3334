"""How far the shelters' visits are."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db import among
from server.restricted.tables import ShelterVisit

NOT_FILLED, WAITS, DIFFERS, CONFIRMED = "not_filled", "waits", "differs", "confirmed"
PROGRESS = (NOT_FILLED, WAITS, DIFFERS, CONFIRMED)


def progress_of(visit: ShelterVisit | None) -> str:
    """Tell how far a visit is, by its newest version."""
    if visit is None:
        return NOT_FILLED
    if visit.confirmed_by is not None:
        return CONFIRMED
    return DIFFERS if visit.differs else WAITS


def progress_by_assignment(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Tell how far the visits of these assignments are; of one without any, nothing was filled in."""
    one = ShelterVisit
    wanted = among(session, one.assignment_id, list(ids))
    newest = select(one.assignment_id, func.max(one.number).label("number")).where(wanted).group_by(one.assignment_id)
    last = newest.subquery()
    is_newest = (last.c.assignment_id == one.assignment_id) & (last.c.number == one.number)
    found = {visit.assignment_id: progress_of(visit) for visit in session.scalars(select(one).join(last, is_newest))}
    return {number: found.get(number, NOT_FILLED) for number in ids}
