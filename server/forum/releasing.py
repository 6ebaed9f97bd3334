"""Releasing a forum's words: somebody of the team read them, and they point at no child."""

from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import now
from server.forum.queries import KeptMinutes, minutes_in
from server.roles.account import Account, must
from server.roles.table import Permission
from server.told.tables import WhatWasTold


def release_summary(
    session: Session, part: tuple[str, str], submission_id: int, by: Account, *, released: bool
) -> bool:
    """Release the summary of minutes, or keep it back again; tells whether there is one. Raises Forbidden."""
    round_id, district = part
    must(by, Permission.COMMENT, district, round_id)
    found = next((one for one in minutes_in(session, *part, submission_id) if _to_release(one)), None)
    if found is None:
        return False
    told = session.get_one(WhatWasTold, submission_id)
    told.released_by, told.released_at = (by.label, now()) if released else (None, None)
    act = "summary_released" if released else "summary_kept_back"
    write_down(session, Act(by.label, act, f"submission:{found.state_id}", district, round_id))
    return True


def _to_release(one: KeptMinutes) -> bool:
    return one.independent and one.minutes.summary is not None
