"""Incidents, what became of them, who looked, and who is on duty. No name of a child is asked for anywhere.

Nothing in here is told to anybody by another package: no export, search, list, count or audit entry. Personal data in
here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.people.tables import Person
from server.register.tables import Facility
from server.rounds.tables import Round


class Incident(Base):
    """Something that somebody worries about, as it stands now; `uuid` names it in addresses.

    `place` is a code from a list of places. `callback` is the number of an adult who knows more. `called`: which of
    112, 110 and 129 were. `staff`: whether staff are suspected. `step`: how many levels of those on duty were told,
    `next_at` when the next one is, none once somebody has taken it. A drill is a row like any other.
    """

    __tablename__ = "incidents"
    __table_args__ = (Index(None, "next_at"), Index(None, "district"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    district: Mapped[str] = mapped_column(String(13))
    round_id: Mapped[str | None] = mapped_column(ForeignKey(Round.id))
    is_drill: Mapped[bool]
    place: Mapped[str | None] = mapped_column(String(8))
    told_on: Mapped[date]
    came_by: Mapped[str] = mapped_column(String(10))  # telephone, card, adult, seen, drill
    callback: Mapped[str | None] = mapped_column(String(60))
    danger: Mapped[bool]
    called: Mapped[list[str]] = mapped_column(JSON)
    staff: Mapped[str] = mapped_column(String(10))  # yes, no, unknown
    told_child: Mapped[str | None] = mapped_column(String(15))  # yes, not_yet, not_possible
    wish: Mapped[str | None] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(Text)
    why_not: Mapped[str | None] = mapped_column(Text)
    feedback: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))  # waiting, taken, referred, closed
    opened_by: Mapped[str] = mapped_column(String(100))
    opened_at: Mapped[datetime]
    step: Mapped[int]
    next_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(100))
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class IncidentReferral(Base):
    """Whom an incident was referred to, and when they said that they have it."""

    __tablename__ = "incident_referrals"

    incident_id: Mapped[int] = mapped_column(ForeignKey(Incident.id), primary_key=True)
    receiver: Mapped[str] = mapped_column(String(20), primary_key=True)
    sent_on: Mapped[date]
    received_on: Mapped[date | None]


class IncidentEntry(Base):
    """The history of an incident, only added to: what was done, and which values fields had from then on."""

    __tablename__ = "incident_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey(Incident.id), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(20))
    values: Mapped[Json]


class IncidentRead(Base):
    """The register's own log, only added to: who looked at what, or did what, and when; `incident` is a number."""

    __tablename__ = "incident_reads"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(20))
    incident: Mapped[int | None]


class IncidentGone(Base):
    """Proof that an incident was deleted when its time was over: its number and the day."""

    __tablename__ = "incidents_gone"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    gone_on: Mapped[date]


class DutyShift(Base):
    """Who is on duty on which days, in an area ("" is everywhere).

    `kind`: officer, deputy, ministry (a duty officer above both), or acting (a deputy in the officer's place).
    """

    __tablename__ = "duty_shifts"
    __table_args__ = (Index(None, "kind", "starts", "ends"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    area: Mapped[str] = mapped_column(String(13))
    starts: Mapped[date]
    ends: Mapped[date]
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(100))


class PlaceAlarm(Base):
    """That a place is to be looked at, on a day: no number, nothing of why. `told_at`: when an officer was told."""

    __tablename__ = "place_alarms"
    __table_args__ = (UniqueConstraint("round_id", "facility_id", "raised_on"), Index(None, "told_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    facility_id: Mapped[str] = mapped_column(ForeignKey(Facility.id))
    raised_on: Mapped[date]
    told_at: Mapped[datetime | None]
    seen_by: Mapped[str | None] = mapped_column(String(100))
    seen_at: Mapped[datetime | None]
