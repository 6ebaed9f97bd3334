"""The states of a round and of a district's part of it: which may follow which, and that each change is written down.

Drawn in docs/states.md, from `ROUND_MOVES` and `PART_MOVES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.entries import Act
from server.audit.entries import write_down as note
from server.db import now
from server.rounds.tables import Round, RoundChange, RoundPart
from server.work.kinds import Verify
from server.work.queue import ask
from verification.reason import Reason, Value

PLANNED, OPEN, CLOSED, ARCHIVED = "planned", "open", "closed", "archived"
ROUND_MOVES = ((PLANNED, OPEN), (OPEN, CLOSED), (CLOSED, OPEN), (CLOSED, ARCHIVED))
PART_MOVES = ((OPEN, CLOSED), (CLOSED, OPEN))
REOPENING = (CLOSED, OPEN)  # asks for a reason

# what has to be so before a round opens; each says what is missing, or nothing
CONDITIONS: list[Callable[[Session, Round], Reason | None]] = []


class NotAllowed(Exception):
    """A change that may not be made, with every reason against it."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(reasons[0].code)
        self.reasons = reasons


def refuse(code: str, **values: Value) -> NotAllowed:
    """Refuse for one reason."""
    return NotAllowed(Reason(code, values))


@dataclass(frozen=True)
class Entry:
    """Who changes something, and why: kept beside the change, while the audit entry that goes with it has no words."""

    by: str
    why: str = ""


def change_round(session: Session, round_id: str, state: str, entry: Entry) -> Round:
    """Bring a round into another state. Raises NotAllowed."""
    round_of(session, round_id)
    found = session.get_one(Round, round_id, with_for_update=True)
    _must_follow(found.state, state, ROUND_MOVES, entry)
    against = [reason for condition in CONDITIONS if (reason := condition(session, found))] if state == OPEN else []
    if against:
        raise NotAllowed(*against)
    if state == CLOSED and (left := open_parts(session, round_id)):
        raise refuse("round_has_open_parts", round=found.name, count=len(left), districts=", ".join(left[:10]))
    found.state = state
    write_down(session, round_id, None, state, entry)
    return found


def change_part(session: Session, round_id: str, district: str, state: str, entry: Entry) -> RoundPart:
    """Close a district's part of a round; or open it again, and ask for what has come meanwhile. Raises NotAllowed."""
    found, part = round_of(session, round_id), session.get(RoundPart, (round_id, district), with_for_update=True)
    if part is None:
        raise refuse("part_not_known", round=found.name, district=district)
    if found.state != OPEN:
        raise refuse("round_not_open", round=found.name)
    _must_follow(part.state, state, PART_MOVES, entry)
    part.state = state
    write_down(session, round_id, district, state, entry)
    if state == OPEN:
        ask(session, Verify(round_id, district))
    for later in _set_against_it(session, found, district):
        ask(session, Verify(later, district))
    return part


def _set_against_it(session: Session, found: Round, district: str) -> list[str]:
    """Name the rounds in which the district's open part is set against its list in this one (`results/beside.py`)."""
    query = select(RoundPart.round_id).join(Round, Round.id == RoundPart.round_id)
    later = query.where(RoundPart.district == district, RoundPart.state == OPEN, Round.data_year > found.data_year)
    return list(session.scalars(later.order_by(RoundPart.round_id)))


def begin_part(session: Session, round_id: str, district: str, entry: Entry) -> None:
    """Begin a district's part of a round, unless it has begun."""
    if session.get(RoundPart, (round_id, district)) is None:
        session.add(RoundPart(round_id=round_id, district=district, state=OPEN))
        session.flush()
        write_down(session, round_id, district, OPEN, entry)


def hold_part(session: Session, round_id: str, district: str) -> None:
    """Let a round and a district's part of it stay as they are until the end of this transaction."""
    session.get(Round, round_id, with_for_update={"read": True})
    session.get(RoundPart, (round_id, district), with_for_update=True)


def round_of(session: Session, round_id: str) -> Round:
    """Find a round. Raises NotAllowed where there is none of this name."""
    found = session.get(Round, round_id)
    if found is None:
        raise refuse("round_not_known", round=round_id)
    return found


def open_parts(session: Session, round_id: str) -> list[str]:
    """Name the districts whose part of a round is open."""
    query = select(RoundPart.district).filter_by(round_id=round_id, state=OPEN)
    return list(session.scalars(query.order_by(RoundPart.district)))


def _must_follow(old: str, new: str, moves: tuple[tuple[str, str], ...], entry: Entry) -> None:
    if (old, new) not in moves:
        raise refuse("state_cannot_follow", old=old, new=new)
    if (old, new) == REOPENING and not entry.why.strip():
        raise refuse("reopening_needs_a_reason")


def write_down(session: Session, round_id: str, district: str | None, state: str, entry: Entry) -> None:
    """Write down who changed what, when and why; as an act too, where no reason stands."""
    session.add(RoundChange(round_id=round_id, district=district, state=state, changed_by=entry.by, changed_at=now(),
                            why=entry.why.strip() or None))  # fmt: skip
    note(session, Act(entry.by, f"{'part' if district else 'round'}_{state}", f"round:{round_id}", district, round_id))
