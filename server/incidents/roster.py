"""The duty roster: who is put on it for which days, and taken off. That a deputy acts, an officer says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import now
from server.incidents.duty import ACTING, DEPUTY, KINDS, MINISTRY, OFFICER, ministry_people
from server.incidents.tables import DutyShift
from server.moments import CAPITAL, day_in
from server.people.tables import Person
from server.roles.account import EVERYWHERE, Account, must
from server.roles.queries import label_of
from server.roles.table import Permission, Role
from server.roles.tables import HeldRole
from verification.reason import WithReason

LONGEST_SHIFT = timedelta(days=366)
_ROLES = {OFFICER: Role.SAFEGUARDING, DEPUTY: Role.DEPUTY, ACTING: Role.DEPUTY}
_SAY_WHO_ACTS = (Role.SAFEGUARDING, Role.TERMINAL)


class NotOnDuty(WithReason):
    """A shift that cannot be so."""


@dataclass(frozen=True)
class Shift:
    """A shift as it was typed; `area` is a code, "" everywhere."""

    kind: str
    person_id: int
    starts: str
    ends: str
    area: str = EVERYWHERE


def put_on(session: Session, wish: Shift, by: Account) -> DutyShift:
    """Put somebody on the roster. Raises NotOnDuty, Forbidden."""
    if wish.kind not in KINDS or wish.person_id not in who_can(session, wish.kind):
        raise NotOnDuty("duty_who_missing")
    must(by, Permission.KEEP_DUTY, wish.area or None)
    if wish.kind == ACTING and not any(held.role in _SAY_WHO_ACTS for held in by.held):
        raise NotOnDuty("duty_officer_says")
    starts, ends = _day(wish.starts), _day(wish.ends)
    if not starts <= ends <= starts + LONGEST_SHIFT or ends < day_in(CAPITAL, now()):
        raise NotOnDuty("duty_days_wrong")
    new = DutyShift(kind=wish.kind, person_id=wish.person_id, area=wish.area, starts=starts, ends=ends,
                    entered_by=by.label, entered_at=now())  # fmt: skip
    session.add(new)
    session.flush()
    write_down(session, Act(by.label, "duty_set", label_of(wish.person_id), wish.area or None))
    return new


def take_off(session: Session, number: int, by: Account) -> None:
    """Take a shift off the roster; it stays on record. Raises NotOnDuty, Forbidden."""
    found = session.get(DutyShift, number)
    if found is None or found.ended_at is not None:
        raise NotOnDuty("duty_not_known")
    must(by, Permission.KEEP_DUTY, found.area or None)
    found.ended_at, found.ended_by = now(), by.label
    write_down(session, Act(by.label, "duty_ended", label_of(found.person_id), found.area or None))


def who_can(session: Session, kind: str) -> dict[int, str]:
    """Name who could be put on the roster as this, by number."""
    query = select(Person.id, Person.name).where(Person.ended_at.is_(None)).order_by(Person.name, Person.id)
    if kind == MINISTRY:
        return dict(session.execute(query.where(Person.id.in_(ministry_people(session)))).all())
    holds = select(HeldRole.person_id).where(HeldRole.role == _ROLES[kind], HeldRole.ended_at.is_(None))
    return dict(session.execute(query.where(Person.id.in_(holds))).all())


def shifts(session: Session, by: Account) -> Sequence[tuple[DutyShift, str]]:
    """List the shifts that are not over, with who it is, where somebody keeps the roster or it holds everywhere."""
    query = select(DutyShift, Person.name).join(Person, Person.id == DutyShift.person_id)
    query = query.where(DutyShift.ended_at.is_(None), DutyShift.ends >= day_in(CAPITAL, now()) - timedelta(days=1))
    rows = session.execute(query.order_by(DutyShift.starts, DutyShift.id)).all()
    return [(shift, name) for shift, name in rows
            if shift.area == EVERYWHERE or by.may(Permission.KEEP_DUTY, shift.area)]  # fmt: skip


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise NotOnDuty("duty_days_wrong") from None
