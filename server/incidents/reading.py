"""Who may read which incident, and the register's own log: every look, at the list or at one, writes a line.

The officer reads in their districts, but where they have a tie; the deputy while acting there, and what nobody took up
before the deputy was called, until it is closed. Nobody else reads, whatever they hold; the terminal never does.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.db import now
from server.incidents.choices import CLOSED, SAW_LIST, SAW_ONE, WAITING
from server.incidents.duty import OnDuty, on_duty
from server.incidents.tables import Incident, IncidentRead
from server.moments import day_in
from server.roles.account import Account
from server.roles.table import Permission, Role

_SECOND = 2  # so many levels were told when the deputy has been
MOST = 500


def readable(session: Session, account: Account) -> list[Incident]:
    """List the incidents that somebody may read now: what is not closed first, the newest first."""
    query = select(Incident).where(or_(*(_reached(account, role) for role in (Role.SAFEGUARDING, Role.DEPUTY))))
    rows = session.scalars(query.order_by(Incident.state == CLOSED, Incident.id.desc()).limit(MOST)).all()
    return [one for one in rows if may_read(session, account, one)]


def incident_of(session: Session, account: Account, uuid: str, *, to_change: bool = False) -> Incident | None:
    """Find one that somebody may read; one that they may not is as one that is not there."""
    query = select(Incident).filter_by(uuid=uuid)
    found = session.scalars(query.with_for_update() if to_change else query).one_or_none()
    return found if found is not None and may_read(session, account, found) else None


def may_read(session: Session, account: Account, one: Incident) -> bool:
    """Tell whether somebody may read an incident now."""
    if account.person_id is None or one.district in account.tied:
        return False
    if _holds(account, Role.SAFEGUARDING, one):
        return True
    return _holds(account, Role.DEPUTY, one) and _stands_in(on_duty_for(session, one), account, one)


def on_duty_for(session: Session, one: Incident) -> OnDuty:
    """Say who is on duty for an incident today, by the district's calendar."""
    return on_duty(session, one.district, one.round_id, day_in(zone_of(session, None, one.district), now()))


def _stands_in(watch: OnDuty, account: Account, one: Incident) -> bool:
    """Tell whether a deputy acts: in the district today, or for what they were called to."""
    if account.person_id in watch.acting:
        return True
    if one.state == WAITING:
        return one.step >= _SECOND and account.person_id in watch.second
    return one.acknowledged_by == account.label and one.state != CLOSED


def _only(account: Account, role: Role) -> Account:
    return replace(account, held=tuple(held for held in account.held if held.role is role))


def _holds(account: Account, role: Role, one: Incident) -> bool:
    return _only(account, role).may(Permission.READ_INCIDENTS, one.district, one.round_id)


def _reached(account: Account, role: Role) -> ColumnElement[bool]:
    return _only(account, role).reach(Permission.READ_INCIDENTS, Incident.district, Incident.round_id)


def note(session: Session, account: Account, what: str, incident: int | None = None) -> None:
    """Write a line into the register's own log."""
    session.add(IncidentRead(at=now(), by=account.label, what=what, incident=incident))


def log_of(session: Session, account: Account) -> Sequence[IncidentRead]:
    """List who looked at what somebody may read, the newest first; of lists an officer sees all, others their own."""
    numbers = [one.id for one in readable(session, account)]
    of_lists: ColumnElement[bool] = IncidentRead.incident.is_(None)
    if not any(held.role is Role.SAFEGUARDING for held in account.held):
        of_lists &= IncidentRead.by == account.label
    query = select(IncidentRead).where(IncidentRead.incident.in_(numbers) | of_lists)
    return session.scalars(query.order_by(IncidentRead.id.desc()).limit(MOST)).all()


def reads_by_month(session: Session) -> list[tuple[str, int, int]]:
    """Count by month how often somebody looked at a list, and at an incident: all that the inspectorate is told."""
    month = func.substr(cast(IncidentRead.at, String), 1, 7)
    counts = [func.count().filter(IncidentRead.what == what) for what in (SAW_LIST, SAW_ONE)]
    rows = session.execute(select(month, *counts).group_by(month).order_by(month.desc()))
    return [(name, lists, ones) for name, lists, ones in rows]
