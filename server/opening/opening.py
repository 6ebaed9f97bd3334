"""Opening a round: only once somebody answers for children in it."""

from sqlalchemy.orm import Session

from server.opening.conditions import missing_for_round
from server.rounds.planning import move_round
from server.rounds.states import OPEN, PLANNED, Entry, NotAllowed, round_of
from server.rounds.tables import Round


def open_round(session: Session, round_id: str, entry: Entry) -> Round:
    """Open a round that was planned, or open a closed one again. Raises NotAllowed, with all that is missing."""
    found = round_of(session, round_id)
    missing = missing_for_round(session, round_id) if found.state == PLANNED and found.asks_conditions else []
    if missing:
        raise NotAllowed(*missing)
    return move_round(session, round_id, OPEN, entry)
