"""The roster as its keepers see it, and how often somebody looked into the register."""

from datetime import date

from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.incidents.reading import reads_by_month
from server.incidents.roster import shifts
from server.roles.account import EVERYWHERE, Account


@view
class Eligible:
    """What may be chosen: a district, or somebody."""

    code: Cleared
    name: Cleared


@view
class WhoCould:
    """Who could be put on the roster as something."""

    kind: Cleared
    people: tuple[Eligible, ...]


@view
class ShiftShown:
    """A shift of the roster."""

    number: Cleared
    kind: Cleared
    who: Cleared
    area: Cleared
    starts: date
    ends: date


@view
class ReadsOfMonth:
    """How often somebody looked in a month."""

    month: Cleared
    lists: Cleared
    ones: Cleared


def shifts_shown(session: Session, account: Account, clear: Clearance) -> tuple[ShiftShown, ...]:
    """List the roster."""
    rows = shifts(session, account)
    areas = names_of(session, None, {shift.area for shift, _ in rows})
    return tuple(ShiftShown(
        clear.id(str(one.id)), clear.say(f"duty_kind.{one.kind}"), clear.ours(name),
        clear.say("people.everywhere") if one.area == EVERYWHERE else clear.ours(areas.get(one.area, one.area)),
        one.starts, one.ends) for one, name in rows)  # fmt: skip


def reads_shown(session: Session, clear: Clearance) -> tuple[ReadsOfMonth, ...]:
    """Count how often somebody looked."""
    return tuple(ReadsOfMonth(clear.id(month), clear.id(str(lists)), clear.id(str(ones)))
                 for month, lists, ones in reads_by_month(session))  # fmt: skip
