"""Calling whoever is on duty: the officer, then the deputy, then the ministry's duty officer, until somebody answers.

By a job, every minute. A message says that something waits, and where to log in: no place, no day, not whether it is a
drill. Each goes out once for a step, however often the job runs or is killed. A level without anybody who could be
told is passed over at once; when all were told, all are told again each time that the hours have gone by.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.audit.entries import digest_of
from server.db import now
from server.incidents.choices import TOLD
from server.incidents.clock import due_at
from server.incidents.duty import on_duty
from server.incidents.reading import on_duty_for
from server.incidents.reporting import write_entry
from server.incidents.tables import Incident, PlaceAlarm
from server.messages.channels import Topic, channel_of
from server.messages.outbox import News, put_in
from server.messages.quiet import NEVER, not_in
from server.people.tables import Person
from server.settings import Settings

BY_THE_CLOCK = "the clock"


def watch(session: Session, settings: Settings) -> int:
    """Put messages into the outbox for who is to be told now; returns how many people were told."""
    moment = now()
    due = select(Incident).where(Incident.acknowledged_at.is_(None), Incident.next_at <= moment)
    rows = session.scalars(due.order_by(Incident.id).with_for_update(skip_locked=True)).all()
    told = sum(_go_on(session, settings, one, moment) for one in rows)
    untold = select(PlaceAlarm).where(PlaceAlarm.told_at.is_(None), PlaceAlarm.seen_at.is_(None))
    alarms = session.scalars(untold.order_by(PlaceAlarm.id).with_for_update(skip_locked=True)).all()
    return told + sum(_tell_of_place(session, settings, one, moment) for one in alarms)


def _go_on(session: Session, settings: Settings, one: Incident, moment: datetime) -> int:
    levels, told = on_duty_for(session, one).levels, list[int]()
    while not told and one.step < len(levels):
        one.step += 1
        told = _tell(session, settings, one, levels[one.step - 1], moment)
    if not told:
        one.step += 1
        told = _tell(session, settings, one, {person: 0 for level in levels for person in level}, moment)
    if told:
        write_entry(session, one, BY_THE_CLOCK, TOLD, {"step": one.step, "people": told})
    one.next_at = due_at(session, one, moment, settings.quiet_hours)
    return len(told)


def _tell(session: Session, settings: Settings, one: Incident, people: Iterable[int], moment: datetime) -> list[int]:
    """Tell those whom a message reaches; gives them."""
    quiet = NEVER if one.danger else settings.quiet_hours
    at = not_in(quiet, moment, zone_of(session, None, one.district))
    return _call(session, settings, people, f"{one.uuid}/{one.step}", at)


def _tell_of_place(session: Session, settings: Settings, one: PlaceAlarm, moment: datetime) -> int:
    """Tell the officer of a place on the same day, whatever the hour."""
    people = on_duty(session, one.district, one.round_id, one.raised_on).first
    told = _call(session, settings, people, f"place/{one.id}", moment)
    one.told_at = moment
    return len(told)


def _call(session: Session, settings: Settings, people: Iterable[int], what: str, at: datetime) -> list[int]:
    digest, told = digest_of(what), list[int]()
    for number in people:
        person = session.get_one(Person, number)
        news = News(Topic.REGISTER, "register", digest, digest[:60])
        if channel_of(session, settings, person, Topic.REGISTER) and put_in(session, settings, person, news, at):
            told.append(number)
    return told
