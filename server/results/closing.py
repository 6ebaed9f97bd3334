"""Closing a district's part of a round: what has come is read and computed first, for in a closed part it never is."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.db import writing
from server.results.verifying import is_from, load_inputs, result_of, verify
from server.rounds.states import CLOSED, Entry, change_part, refuse
from server.visits.reading import is_all_read, read_unread

_PATIENCE = 5  # how often something may come while we look


class _NotYet(Exception):
    """Something has come that is not in the result."""


def close_part(engine: Engine, round_id: str, district: str, entry: Entry) -> None:
    """Close a part with a result that has all that has come to it. Raises NotAllowed."""
    for _ in range(_PATIENCE):
        read_unread(engine)
        verify(engine, round_id, district)
        try:
            with writing(engine) as session:
                change_part(session, round_id, district, CLOSED, entry)  # and hold it: no claim comes in
                if not _has_everything(session, round_id, district):
                    raise _NotYet
        except _NotYet:
            continue
        return
    raise refuse("part_still_changes", round=round_id, district=district)


def _has_everything(session: Session, round_id: str, district: str) -> bool:
    if not is_all_read(session, district):
        return False
    return is_from(result_of(session, round_id, district), load_inputs(session, round_id, district))
