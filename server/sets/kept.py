"""A kept indicator set as the rest of Tilik asks for it: by its id, in the database that is at work.

Whoever names a set has read its id from a row of that database, or from a workbook that is looked at beside it. Asking
it each time, and not a list that each process filled at its start, is what lets a running worker know at once a set
that was loaded on a page.
"""

import json
from typing import Any

from sqlalchemy import select

from server.db import database_at_work, snapshot
from server.sets.tables import KeptSet


def digest_of_kept(set_id: str) -> str | None:
    """Give the digest of the set that is kept under an id; None where there is none."""
    engine = database_at_work()
    if engine is None:
        return None
    with snapshot(engine) as session:
        return session.scalar(select(KeptSet.digest).where(KeptSet.id == set_id[: KeptSet.id.type.length]))


def plain_of_kept(set_id: str, digest: str) -> dict[str, Any]:
    """Give what a kept set says. Raises FileNotFoundError where another is kept under this id by now."""
    engine = database_at_work()
    if engine is None:
        raise FileNotFoundError(set_id)
    with snapshot(engine) as session:
        text = session.scalar(select(KeptSet.text).where(KeptSet.id == set_id, KeptSet.digest == digest))
    if text is None:
        raise FileNotFoundError(set_id)
    found: dict[str, Any] = json.loads(text)
    return found
