"""Delete the traces of places of a closed part of a round, a few hundred submissions at a time, with proof.

Killed anywhere, it goes on where it was: what is to be deleted was said before anything is (`stones.py`), and its proof
was worked out before the first of it went. Done twice, the second finds nothing.
"""

from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.audit.entries import PATTERNS, Act, write_down
from server.db import among, leave_no_log, now, snapshot, writing
from server.results.inputs import load_inputs
from server.rounds.states import CLOSED
from server.rounds.tables import RoundChange, RoundPart
from server.store.interface import Store
from server.traces.queries import traces_are_due
from server.traces.stones import let_traces_go, still_with_traces, what_points_show, zone_of
from server.traces.tables import TraceRemoval, TracesGone
from server.traces.taking import files_with_traces, take_traces, traces_of
from server.work.kinds import PutApart
from server.work.queue import ask

BATCH = 200


def delete_traces(
    engine: Engine, store: Store, round_id: str, district: str, alive: Callable[[], object] = lambda: None
) -> None:
    """Delete all traces of places that a part has, if it is closed; if it was opened again, those it had when closed.

    `alive` is called after each step.
    """
    _include_what_came_late(engine, round_id, district)
    while (number := _begun(engine, round_id, district)) is not None:
        while _take_some(engine, store, number):
            alive()
        leave_no_log(engine)
        _finish(engine, number)


def _include_what_came_late(engine: Engine, round_id: str, district: str) -> None:
    """Say of what has come to a closed part since that its traces go too, with what its points show."""
    with snapshot(engine) as session:
        is_due = _is_closed(session, round_id, district) and traces_are_due(session, round_id, district)
        if not (is_due and still_with_traces(session, round_id, district)):
            return
        inputs, zone = load_inputs(session, round_id, district), zone_of(session, round_id, district)
    kept = what_points_show(inputs, zone)
    with writing(engine) as session:
        if _is_closed(session, round_id, district, hold=True):
            let_traces_go(session, round_id, district, kept)


def _is_closed(session: Session, round_id: str, district: str, *, hold: bool = False) -> bool:
    part = session.get(RoundPart, (round_id, district), with_for_update=hold or None)
    return part is not None and part.state == CLOSED


def _begun(engine: Engine, round_id: str, district: str) -> int | None:
    """Give the deletion that is not finished; else begin one, with its proof, where there is something to delete."""
    mine = {"round_id": round_id, "district": district}
    with writing(engine) as session:
        known = session.scalar(select(TraceRemoval.id).filter_by(**mine, finished_at=None).order_by(TraceRemoval.id))
        if known is not None:
            return known
        gone = session.scalars(select(TracesGone).filter_by(**mine, removal_id=None, done=False)).all()
        if not gone:
            return None
        found = traces_of(session, gone)
        removal = TraceRemoval(
            uuid=str(uuid4()), **mine, begun_at=now(), finished_at=None, submissions=len(gone),
            versions=found.versions, points=found.points, photographs=0, digest=found.digest,
        )  # fmt: skip
        session.add(removal)
        session.flush()
        waiting = update(TracesGone).filter_by(**mine, removal_id=None, done=False)
        session.execute(waiting.values(removal_id=removal.id))
        ask(session, PutApart())  # a restore has to know it from now on
        return removal.id


def _take_some(engine: Engine, store: Store, number: int) -> int:
    """Take the traces of the next submissions away; gives how many submissions that were.

    They are done with only once their files are gone too: killed in between, both are done again.
    """
    query = select(TracesGone).filter_by(removal_id=number, done=False).order_by(TracesGone.id).limit(BATCH)
    with writing(engine) as session:
        gone = session.scalars(query).all()
        who = _who_closed(session, session.get_one(TraceRemoval, number))
        take_traces(session, gone, who)
        files, numbers = files_with_traces(session, gone), [one.id for one in gone]
    for digest in files:
        store.remove(digest)
    with writing(engine) as session:
        session.execute(update(TracesGone).where(among(session, TracesGone.id, numbers)).values(done=True))
    return len(numbers)


def _finish(engine: Engine, number: int) -> None:
    with writing(engine) as session:
        removal = session.get_one(TraceRemoval, number, with_for_update=True)
        if removal.finished_at is None:
            removal.finished_at = now()
            who = _who_closed(session, removal)
            write_down(session, Act(who, "traces_deleted", f"traces:{number}", removal.district, removal.round_id,
                                    after=removal.digest))  # fmt: skip


def _who_closed(session: Session, removal: TraceRemoval) -> str:
    """Name whose act this follows from: who closed the part last."""
    change = RoundChange
    query = select(change.changed_by).filter_by(round_id=removal.round_id, district=removal.district, state=CLOSED)
    who = session.scalar(query.order_by(change.id.desc()).limit(1)) or ""
    return who if PATTERNS["by"].fullmatch(who) else "nobody"
