"""The alarm of a place: whoever is on duty is told the same day to look at it, without a number and without a reason.

It opens no incident, and nobody else is told. Whether it is raised, `verification.protection.place_alarm` says.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import insert_into, now
from server.incidents.choices import SAW_ONE
from server.incidents.duty import on_duty
from server.incidents.reading import note
from server.incidents.reporting import today_there
from server.incidents.tables import PlaceAlarm
from server.register.tables import Facility
from server.roles.account import Account
from server.roles.table import Permission
from verification.model import district_of


def raise_place_alarm(session: Session, round_id: str, facility: Facility) -> None:
    """Have the officer on duty told to look at a place; once for a day, however often it is raised."""
    district = district_of(facility.village)
    row = {"round_id": round_id, "district": district, "facility_id": facility.id,
           "raised_on": today_there(session, district)}  # fmt: skip
    session.execute(insert_into(session, PlaceAlarm).values(row).on_conflict_do_nothing())


def alarms_for(session: Session, account: Account) -> list[PlaceAlarm]:
    """List the places that somebody is to look at: in their districts, while they are the ones who are told."""
    reach = account.reach(Permission.READ_INCIDENTS, PlaceAlarm.district, PlaceAlarm.round_id)
    rows = session.scalars(select(PlaceAlarm).where(reach, PlaceAlarm.seen_at.is_(None)).order_by(PlaceAlarm.id))
    return [one for one in rows if _is_theirs(session, account, one)]


def note_seen(session: Session, account: Account, number: int) -> bool:
    """Note that somebody looks after a place; False where there is none of theirs by this number."""
    found = next((one for one in alarms_for(session, account) if one.id == number), None)
    if found is None:
        return False
    found.seen_by, found.seen_at = account.label, now()
    note(session, account, SAW_ONE)
    return True


def _is_theirs(session: Session, account: Account, one: PlaceAlarm) -> bool:
    if account.person_id is None or one.district in account.tied:
        return False
    return account.person_id in on_duty(session, one.district, one.round_id, today_there(session, one.district)).first
