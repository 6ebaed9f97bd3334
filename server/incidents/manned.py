"""Whether the register is manned for a district: a condition of every page for children."""

from datetime import date, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.db import now
from server.incidents.choices import TOLD
from server.incidents.clock import due_at
from server.incidents.duty import ACTING, DEPUTY, MINISTRY, OFFICER, OnDuty, holding, on_duty_each_day
from server.incidents.tables import Incident, IncidentEntry
from server.people.tables import Person
from server.roles.queries import label_of
from server.roles.table import Role
from server.settings import Settings
from verification.reason import Reason

DAYS_AHEAD, DRILL_DAYS = 14, 90
_OFFICERS = {Role.SAFEGUARDING: Reason("register_no_officer"), Role.DEPUTY: Reason("register_no_deputy")}


def register_is_manned(session: Session, round_id: str, district: str, today: date) -> list[Reason]:
    """Say what keeps children's pages from being switched on in a district; nothing where the register is manned.

    A drill that nobody answered, none at all, and something that waits too long are one and the same sentence: whoever
    reads it is not told that there was an incident.
    """
    found = [reason for role, reason in _OFFICERS.items() if not _can_be_told(session, role, district, round_id)]
    days = [today + timedelta(days=number) for number in range(DAYS_AHEAD)]
    duty = on_duty_each_day(session, district, round_id, days)
    open_days = [day for day, there in zip(days, duty, strict=True) if not _is_covered(there)]
    if open_days:
        found.append(Reason("register_days_open", {"count": len(open_days), "days": DAYS_AHEAD,
                                                   "first": open_days[0].isoformat()}))  # fmt: skip
    if not _was_drilled(session, round_id, district) or _waits_too_long(session, district):
        found.append(Reason("register_not_tried", {"days": DRILL_DAYS}))
    return found


def _can_be_told(session: Session, role: Role, district: str, round_id: str) -> bool:
    """Tell whether somebody holds the role without a tie, and has an address; that it works, the drill shows."""
    people = holding(session, role, district, round_id)
    reached = Person.id.in_(people) & (Person.email.is_not(None) | Person.phone.is_not(None))
    return session.scalar(select(Person.id).where(reached).limit(1)) is not None


def _is_covered(duty: OnDuty) -> bool:
    return MINISTRY in duty.on_roster and not duty.on_roster.isdisjoint((OFFICER, DEPUTY, ACTING))


def _was_drilled(session: Session, round_id: str, district: str) -> bool:
    """Tell whether somebody who reads here answered a drill lately that they were told of by a message."""
    who = [label_of(number) for role in _OFFICERS for number in holding(session, role, district, round_id)]
    was_told = exists().where(IncidentEntry.incident_id == Incident.id, IncidentEntry.what == TOLD)
    query = select(Incident.id).where(
        Incident.is_drill, Incident.acknowledged_by.in_(who), was_told,
        Incident.acknowledged_at > now() - timedelta(days=DRILL_DAYS),
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None


def _waits_too_long(session: Session, district: str) -> bool:
    """Tell whether somebody waits longer than even the quiet hours of the default allow."""
    waits = select(Incident).where(Incident.district == district, Incident.acknowledged_at.is_(None))
    quiet = str(Settings.model_fields["quiet_hours"].default)
    return any(due_at(session, one, one.opened_at, quiet) < now() for one in session.scalars(waits))
