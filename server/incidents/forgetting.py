"""Deleting closed incidents when their time is over, leaving proof: a number and a day.

Run again after a restore, it deletes again what a backup brought back.
"""

from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from server.db import now
from server.incidents.choices import CLOSED
from server.incidents.tables import (
    Incident,
    IncidentEntry,
    IncidentGone,
    IncidentRead,
    IncidentReferral,
    PlaceAlarm,
)
from server.moments import CAPITAL, day_in


def forget_closed(session: Session, days: int) -> int:
    """Delete what was closed so many days ago, with its history, and lines of the log as old; returns how many.

    Lines about what is still there stay as long as it does.
    """
    before = now() - timedelta(days=days)
    over = select(Incident.id).where(Incident.state == CLOSED, Incident.closed_at < before)
    numbers = session.scalars(over.order_by(Incident.id)).all()
    for table in (IncidentEntry, IncidentReferral):
        session.execute(delete(table).where(table.incident_id.in_(numbers)))
    session.execute(delete(Incident).where(Incident.id.in_(numbers)))
    for number in numbers:
        session.merge(IncidentGone(number=number, gone_on=day_in(CAPITAL, now())))
    is_there = exists().where(Incident.id == IncidentRead.incident)
    session.execute(delete(IncidentRead).where(IncidentRead.at < before, ~is_there))
    session.execute(delete(PlaceAlarm).where(PlaceAlarm.seen_at < before))
    return len(numbers)
