"""Handing a concern over: a short form whose sender reads nothing back. Whoever took the call sends it at once."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.areas.queries import area_of, newest, zone_of
from server.db import Json, now
from server.decisions.typed import Undecidable, new_uuid, read_uuid
from server.fields import PAGE, Misread, read_field
from server.incidents.choices import (
    ACKNOWLEDGED,
    CALLED,
    CAME_BY,
    LONGEST_NUMBER,
    OPENED,
    STAFF,
    TAKEN,
    WAITING,
)
from server.incidents.reading import may_read, note
from server.incidents.tables import Incident, IncidentEntry
from server.moments import day_in
from server.roles.account import Account, must_somewhere
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from verification.reason import Reason, WithReason

_PLACE = re.compile(r"[0-9a-f]{8}", re.ASCII)
_NUMBER = re.compile(r"[0-9+() .-]{3,60}", re.ASCII)
_LONG_AGO = timedelta(days=366)


class NotReported(Misread):
    """A concern that cannot be handed over as it was typed."""


class NotRegistered(WithReason):
    """Something about an incident that is not so, or cannot be done."""


@dataclass(frozen=True)
class Concern:
    """A concern as it was typed: codes, a day and a number; no field takes a story."""

    uuid: str = field(default_factory=new_uuid)
    district: str = ""
    place: str = ""
    told_on: str = ""
    came_by: str = ""
    callback: str = ""
    danger: str = ""
    called: Collection[str] = ()
    staff: str = ""


def report(session: Session, concern: Concern, by: Account) -> Incident:
    """Open an incident; what was sent before under this uuid is given again. Raises NotReported, Forbidden.

    It is taken up already where who opens it reads it. The audit is told nothing: who reads that may not know of it.
    """
    must_somewhere(by, Permission.REPORT_CONCERN)
    values = _read(session, concern)
    known = select(Incident).filter_by(uuid=concern.uuid)
    if (found := session.scalars(known).one_or_none()) is not None:
        return found
    try:
        with session.begin_nested():
            return open_incident(session, values, by)
    except IntegrityError:  # tapped twice: the other request was a moment faster
        return session.scalars(known).one()


def open_incident(session: Session, values: Json, by: Account, *, is_drill: bool = False) -> Incident:
    """Open an incident, or a drill, by its values."""
    moment = now()
    one = Incident(
        round_id=round_of(session, values["district"]), is_drill=is_drill, state=WAITING, opened_by=by.label,
        opened_at=moment, step=0, next_at=moment, **values,
    )  # fmt: skip
    session.add(one)
    session.flush()
    write_entry(session, one, by.label, OPENED)
    note(session, by, OPENED, one.id)
    if not is_drill and may_read(session, by, one):
        take_up(session, one, by)
    return one


def take_up(session: Session, one: Incident, by: Account) -> None:
    """Note that somebody has taken an incident up: nobody else is called any more."""
    one.acknowledged_by, one.acknowledged_at, one.next_at = by.label, now(), None
    if may_read(session, by, one):  # not who only sees to it that somebody does
        one.state = TAKEN
    write_entry(session, one, by.label, ACKNOWLEDGED)
    note(session, by, ACKNOWLEDGED, one.id)


def write_entry(session: Session, one: Incident, by: str, what: str, values: Json | None = None) -> None:
    """Add to the history of an incident."""
    session.add(IncidentEntry(incident_id=one.id, at=now(), by=by, what=what, values=values or {}))
    session.flush()


def round_of(session: Session, district: str) -> str | None:
    """Give the newest open round in which a district has a part; none where there is none."""
    query = select(Round.id).join(RoundPart, RoundPart.round_id == Round.id)
    query = query.where(Round.state == OPEN, RoundPart.district == district)
    return session.scalars(query.order_by(Round.data_year.desc(), Round.id.desc()).limit(1)).first()


def today_there(session: Session, district: str) -> date:
    """Give the day that it is in a district."""
    return day_in(zone_of(session, None, district), now())


def _read(session: Session, concern: Concern) -> Json:
    problems: dict[str, Reason] = {}
    values: Json = {
        "uuid": read_field(problems, PAGE, lambda: _uuid(concern.uuid)),
        "district": read_field(problems, "district", lambda: _district(session, concern.district)),
        "place": read_field(problems, "place", lambda: _place(concern.place)),
        "came_by": read_field(problems, "came_by", lambda: one_of(CAME_BY, concern.came_by)),
        "callback": read_field(problems, "callback", lambda: _callback(concern.callback)),
        "danger": read_field(problems, "danger", lambda: one_of(("yes", "no"), concern.danger) == "yes"),
        "staff": read_field(problems, "staff", lambda: one_of(STAFF, concern.staff)),
        "called": [number for number in CALLED if number in concern.called],
    }  # fmt: skip
    today = today_there(session, str(values["district"] or ""))
    values["told_on"] = read_field(problems, "told_on", lambda: read_day(concern.told_on, today))
    if problems:
        raise NotReported(problems)
    return values


def one_of(codes: Collection[str], typed: str) -> str:
    """Read a choice. Raises NotRegistered."""
    if typed not in codes:
        raise NotRegistered("incident_choose")
    return typed


def read_day(typed: str, today: date) -> date:
    """Read a day that was, within a year. Raises NotRegistered."""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise NotRegistered("incident_day_wrong") from None
    if not today - _LONG_AGO <= day <= today:
        raise NotRegistered("incident_day_wrong")
    return day


def _uuid(typed: str) -> str:
    try:
        return read_uuid(typed)
    except Undecidable as wrong:
        raise NotRegistered(wrong.reason.code) from None


def _district(session: Session, typed: str) -> str:
    area = area_of(session, newest(), typed)
    if area is None or area.level != "district":
        raise NotRegistered("incident_district_missing")
    return area.code


def _place(typed: str) -> str | None:
    text = typed.strip().lower().lstrip("#")
    if text and not _PLACE.fullmatch(text):
        raise NotRegistered("incident_place_wrong")
    return text or None


def _callback(typed: str) -> str | None:
    text = " ".join(typed.split())
    if text and not (_NUMBER.fullmatch(text) and any(map(str.isdigit, text))):
        raise NotRegistered("incident_number_wrong", longest=LONGEST_NUMBER)
    return text or None
