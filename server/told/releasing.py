"""Releasing what an institution said in words: somebody of the team read it, and it names no person and no child."""

from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import now
from server.roles.account import Account, must
from server.roles.table import Permission
from server.told.queries import statements_in
from server.told.tables import WhatWasTold


def release(session: Session, round_id: str, district: str, submission_id: int, by: Account, *, released: bool) -> bool:
    """Release an institution's words, or keep them back again; tells whether there are any. Raises Forbidden."""
    must(by, Permission.COMMENT, district, round_id)
    found = next(iter(statements_in(session, round_id, district, submission_id)), None)
    if found is None:
        return False
    told = session.get_one(WhatWasTold, submission_id)
    told.released_by, told.released_at = (by.label, now()) if released else (None, None)
    act = "statement_released" if released else "statement_kept_back"
    write_down(session, Act(by.label, act, f"submission:{found.state_id}", district, round_id))
    return True
