"""A session whose month has ended: its answers are written anew among themselves, once, and nothing leads back.

In one transaction they leave the fresh answers and come among all others, shuffled, under other keys; a place is named
only where ten or more came. What is known by heart of used codes is marked, and how much came is counted. Then the keys
of the fresh ones are thrown away, and the database clears away what it keeps of deleted rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, exists, insert, or_, select, text, update
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.children.kinds import SMALLEST_OF_ONE_PLACE
from server.children.states import DROPPED, KEPT, OUT, SETTLED, UNSETTLED, USED
from server.children.tables import ChildCode, ChildSession
from server.db import among, leave_no_log, snapshot, writing
from server.feedback.fresh import Fresh, fresh_of, new_key, shuffle
from server.feedback.keys import Keys
from server.feedback.memory import Memory
from server.feedback.tables import ChildAnswer, FreshAnswer, SettledSession
from server.moments import month_in
from server.work.kinds import ChildBatch
from server.work.queue import ask

_ONE_ZONE_MORE = timedelta(days=1)


@dataclass(frozen=True)
class Settling:
    """What settling works with."""

    engine: Engine
    keys: Keys
    memory: Memory


def settle_ended(settling: Settling, moment: datetime) -> int:
    """Settle each session whose month has ended; tells how many there were."""
    with snapshot(settling.engine) as session:
        ended = ended_sessions(session, moment)
    settled = sum(_settle(settling, session_id, moment) for session_id in ended)
    if settled:
        leave_nothing(settling.engine)
    _throw_keys_away(settling)
    return settled


def _throw_keys_away(settling: Settling) -> None:
    """Throw away keys of sessions that are settled: of one that was, just before the process ended."""
    named = settling.keys.sessions()
    with snapshot(settling.engine) as session:
        came = exists().where(FreshAnswer.session_id == ChildSession.id)
        done = select(ChildSession.id).where(among(session, ChildSession.id, named), ~came,
                                             ChildSession.state.in_((SETTLED, DROPPED)))  # fmt: skip
        found = session.scalars(done).all()
    for session_id in found:
        settling.keys.keep_only(session_id, None)


def ended_sessions(session: Session, moment: datetime) -> list[int]:
    """List the sessions that are to be settled, in an order that is drawn; dropped ones too where answers had come."""
    came = exists().where(FreshAnswer.session_id == ChildSession.id)
    open_still = or_(ChildSession.state.in_(UNSETTLED), (ChildSession.state == DROPPED) & came)
    latest = f"{moment + _ONE_ZONE_MORE:%Y-%m}"
    rows = session.scalars(select(ChildSession).where(open_still, ChildSession.month < latest))
    found = [one.id for one in rows if _has_ended(session, one, moment)]
    shuffle(found)
    return found


def _has_ended(session: Session, one: ChildSession, moment: datetime) -> bool:
    return one.month < month_in(zone_of(session, None, one.district), moment)


def _settle(settling: Settling, session_id: int, moment: datetime) -> bool:
    """Settle one, unless somebody else did; tells whether it was settled here."""
    with writing(settling.engine) as session:
        one = session.get_one(ChildSession, session_id, with_for_update=True)
        if one.state == SETTLED or not _has_ended(session, one, moment):
            return False
        fresh = fresh_of(session, session_id, settling.keys.of(session_id))
        _write_anew(session, one, fresh)
        session.execute(delete(FreshAnswer).filter_by(session_id=session_id))
        digests = session.scalars(select(ChildCode.digest).filter_by(session_id=session_id)).all()
        used = _mark_used(session, digests, settling.memory)
        _count(session, session_id, fresh, used)
        if one.state != DROPPED:
            one.state = SETTLED
        if fresh.answers:
            ask(session, ChildBatch(one.round_id, one.district, one.month))
    settling.keys.keep_only(session_id, None)
    settling.memory.forget_codes(digests)
    return True


def _write_anew(session: Session, one: ChildSession, fresh: Fresh) -> None:
    facility_id = one.facility_id if len(fresh.answers) >= SMALLEST_OF_ONE_PLACE else None
    rows = [{"key": new_key(), "round_id": one.round_id, "district": one.district, "place_kind": one.place_kind,
             "facility_id": facility_id, "month": one.month, "version": version, "answers": answers, "state": KEPT}
            for version, answers in fresh.answers]  # fmt: skip
    if rows:
        session.execute(insert(ChildAnswer), rows)


def _mark_used(session: Session, digests: Sequence[str], memory: Memory) -> int:
    used = memory.used_of(digests)
    mine = among(session, ChildCode.digest, sorted(used))
    session.execute(update(ChildCode).where(mine, ChildCode.state == OUT).values(state=USED))
    return len(used)


def _count(session: Session, session_id: int, fresh: Fresh, used: int) -> None:
    """Count what came. A dropped session may be settled again, where an answer came just then."""
    before = session.get(SettledSession, session_id)
    before = before or SettledSession(session_id=session_id, answers=0, codes=0, lost=0)
    before.answers += len(fresh.answers)
    before.codes += used
    before.lost += fresh.lost
    session.add(before)


def leave_nothing(engine: Engine) -> None:
    """Have the database clear away what it keeps of deleted answers."""
    leave_no_log(engine)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM fresh_answers"))
