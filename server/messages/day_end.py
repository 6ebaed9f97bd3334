"""At a day's end: a team's lead is told that visits of this day were expected and are not here.

By the clock of the place, from the set hour to midnight; once for a day, whatever else is found missing, and by the
outbox itself: two who look at once, or one who looks again after being killed, put in one message. It says nothing of
what is missing: one logs in to see.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.areas.queries import newest_number, zones
from server.assignments.states import is_open
from server.assignments.tables import Assignment
from server.audit.entries import digest_of
from server.db import among, now
from server.messages.channels import Topic
from server.messages.outbox import News, put_in
from server.moments import CAPITAL, ZONES
from server.people.tables import Person
from server.roles.tables import Team, TeamMember, Tie
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.settings import Settings
from verification.model import province_of


def tell_what_is_missing(session: Session, settings: Settings) -> int:
    """Put a message into the outbox for each lead of whose visits of today some are missing; returns how many."""
    days = _days_at_their_end(settings.day_end_hour)
    missing = dict(_missing(session, days)) if days else {}
    people = session.scalars(select(Person).where(among(session, Person.id, list(missing))).order_by(Person.id)).all()
    return sum(put_in(session, settings, person, _news(missing[person.id])) for person in people)


def _news(day: date) -> News:
    return News(Topic.DAY, "assignment", digest_of(day.isoformat()), day.isoformat())


def _days_at_their_end(hour: int) -> dict[str, date]:
    """Give the zones where the hour has come, each with the day it is there."""
    there = {zone: now().astimezone(clock) for zone, clock in ZONES.items()}
    return {zone: moment.date() for zone, moment in there.items() if moment.hour >= hour}


def _missing(session: Session, days: dict[str, date]) -> Iterator[tuple[int, date]]:
    """Give the leads of teams whose visits of the day have not come, with that day."""
    one, member = Assignment, TeamMember
    tied = exists().where(Tie.person_id == member.person_id, Tie.district == one.district, Tie.ended_at.is_(None))
    query = (
        select(member.person_id, one.district, one.deadline)
        .distinct()
        .join(Team, Team.id == one.team_id)
        .join(member, (member.team_id == Team.id) & member.ended_at.is_(None) & member.leads)
        .join(Round, Round.id == one.round_id)
        .join(RoundPart, (RoundPart.round_id == one.round_id) & (RoundPart.district == one.district))
        .where(is_open(), one.deadline.in_(set(days.values())), ~tied, Team.ended_at.is_(None),
               Round.state == OPEN, RoundPart.state == OPEN)
    )  # fmt: skip
    of_provinces = zones(session, newest_number(session))
    for person_id, district, day in session.execute(query.order_by(member.person_id, one.district, one.deadline)):
        if days.get(of_provinces.get(province_of(district), CAPITAL)) == day:
            yield person_id, day
