"""The alarm of a place: raised the same day, when several of at least ten children were not at ease there.

Answers lie sealed until their month has ended; an alarm cannot wait for that. It says that a place is to be looked at,
to the officer on duty alone, without a number; that it was raised on a day says that a session was held by then
(safeguarding 21).
"""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from server.children.tables import ChildSession
from server.db import Json
from server.incidents.alarms import raise_place_alarm
from server.register.tables import Facility
from verification.protection.place_alarm import place_alarm

_QUESTION, _AGAINST = "feel_ok_place", "no"
_ANSWERS = frozenset({"yes", "sometimes", "no", "unknown"})


def alarm_where_unsafe(session: Session, session_id: int, answers: Iterable[Json]) -> None:
    """Raise the alarm of the one place that a session is about, where what children answered gives cause."""
    held = session.get_one(ChildSession, session_id)
    said = [one[_QUESTION] for one in answers if one.get(_QUESTION) in _ANSWERS]
    if held.facility_id is not None and place_alarm(said.count(_AGAINST), len(said)):
        raise_place_alarm(session, held.round_id, session.get_one(Facility, held.facility_id))
