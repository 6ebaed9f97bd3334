"""Closing a district's part of a round: what has come is read and computed first, for in a closed part it never is.

With it, in the same transaction, the traces of places of all that belongs to the part are given up: what visits' points
show is kept (`server/traces/stones.py`), and a job is asked for that deletes them. Where the round keeps them for some
days, that happens once these have passed.
"""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.results.inputs import Inputs, load_inputs
from server.results.kept import kept_of
from server.results.reading import is_all_read, read_unread
from server.results.verifying import is_from, result_of, verify
from server.rounds.states import CLOSED, OPEN, Entry, change_part, refuse
from server.rounds.tables import RoundPart
from server.told.closing import keep_what_was_told
from server.traces.queries import traces_are_due
from server.traces.stones import Kept, let_traces_go, what_points_show, zone_of
from server.work.kinds import DeleteTraces
from server.work.queue import ask

_PATIENCE = 5  # how often something may come while we look


class _NotYet(Exception):
    """Something has come that is not in the result."""


def close_part(engine: Engine, round_id: str, district: str, entry: Entry) -> None:
    """Close a part with a result that has all that has come to it. Raises NotAllowed."""
    for _ in range(_PATIENCE):
        read_unread(engine)
        verify(engine, round_id, district)
        inputs, kept = _to_keep(engine, round_id, district)
        try:
            with writing(engine) as session:
                change_part(session, round_id, district, CLOSED, entry)  # and hold it: no claim comes in
                if not _has_everything(session, round_id, district, inputs):
                    raise _NotYet
                keep_what_was_told(session, round_id, district)
                if traces_are_due(session, round_id, district):  # else once their days have passed
                    let_traces_go(session, round_id, district, kept)
                    ask(session, DeleteTraces(round_id, district))
        except _NotYet:
            continue
        kept_of(engine).take(round_id, district)  # and let go: it is not computed again
        return
    raise refuse("part_still_changes", round=round_id, district=district)


def _to_keep(engine: Engine, round_id: str, district: str) -> tuple[Inputs | None, Kept]:
    """Work out what visits' points show, and of which inputs that is so; nothing where the part is not open."""
    with snapshot(engine) as session:
        part = session.get(RoundPart, (round_id, district))
        if part is None or part.state != OPEN:
            return None, {}
        inputs, zone = load_inputs(session, round_id, district), zone_of(session, round_id, district)
    return inputs, what_points_show(inputs, zone)


def _has_everything(session: Session, round_id: str, district: str, inputs: Inputs | None) -> bool:
    if inputs is None or not is_all_read(session, district):
        return False
    last = load_inputs(session, round_id, district)
    return last.digest == inputs.digest and is_from(result_of(session, round_id, district), last)
