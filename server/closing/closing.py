"""Closing a district's part of a round, and opening it again: who may, what must be done first, and why."""

from sqlalchemy import Engine

from server.closing.still_open import still_open, what_blocks
from server.db import snapshot, writing
from server.results.closing import close_part
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.states import OPEN, Entry, NotAllowed, change_part
from verification.reason import Reason


def close_district(
    engine: Engine, round_id: str, district: str, by: Account, why: str, *, project: int
) -> None:  # fmt: skip
    """Close a part with all that has come to it; its traces of places are deleted. Raises NotAllowed, Forbidden."""
    must(by, Permission.CLOSE_PART, district, round_id)
    with snapshot(engine) as session:
        left = what_blocks(still_open(session, round_id, district, project))
    if left:
        raise NotAllowed(*(Reason(f"closing_{one.item.code}", {"count": one.count}) for one in left))
    close_part(engine, round_id, district, Entry(by.label, why))


def reopen_district(engine: Engine, round_id: str, district: str, by: Account, why: str) -> None:
    """Open a part again, with a reason: deciding goes on, and what has come since counts. Raises NotAllowed, Forbidden.

    Points that are deleted stay deleted: what they showed goes on counting.
    """
    must(by, Permission.CLOSE_PART, district, round_id)
    with writing(engine) as session:
        change_part(session, round_id, district, OPEN, Entry(by.label, why))
