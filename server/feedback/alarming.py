"""The alarm of a place: raised the same day, when several of at least ten children were not at ease there.

Answers lie sealed until their month has ended; an alarm cannot wait for that. It is looked for once a day, at an hour
by which sessions are over, and never when an answer comes: its moment would tell roughly what that one said. It says
that a place is to be looked at, to the officer on duty alone, without a number; and so, to who has the database, that
a session about the place had been held by that day (safeguarding 21).
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.children.tables import ChildSession
from server.db import Json
from server.feedback.fresh import fresh_of
from server.feedback.keys import Keys
from server.feedback.tables import FreshAnswer
from server.incidents.alarms import raise_place_alarm
from server.incidents.tables import PlaceAlarm
from server.register.tables import Facility
from verification.protection.place_alarm import place_alarm

_QUESTION, _AGAINST = "feel_ok_place", "no"
_ANSWERS = frozenset({"yes", "sometimes", "no", "unknown"})


def alarm_unsafe_places(session: Session, keys: Keys, today: date) -> None:
    """Raise the alarm of each place about which children answered that it gives cause; once a month for a place."""
    came = exists().where(FreshAnswer.session_id == ChildSession.id)
    month = today.replace(day=1)
    alarmed = exists().where(PlaceAlarm.facility_id == ChildSession.facility_id, PlaceAlarm.raised_on >= month,
                             PlaceAlarm.round_id == ChildSession.round_id)  # fmt: skip
    held = select(ChildSession).where(ChildSession.facility_id.is_not(None), came, ~alarmed).order_by(ChildSession.id)
    for one in session.scalars(held).all():
        fresh = fresh_of(session, one.id, keys.of(one.id))
        if gives_cause(answers for _, answers in fresh.answers):
            raise_place_alarm(session, one.round_id, session.get_one(Facility, one.facility_id))


def gives_cause(answers: Iterable[Json]) -> bool:
    """Tell whether what children answered about a place gives cause for its alarm."""
    said = [one[_QUESTION] for one in answers if one.get(_QUESTION) in _ANSWERS]
    return place_alarm(said.count(_AGAINST), len(said))
