"""Store what a file changes in the country's areas.

A file that only adds areas adds them to the newest version. All else makes a new version: what is changed, recoded or
gone ends with it, and the versions before stay as they were.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.areas.comparing import AreaChange
from server.areas.queries import in_version
from server.areas.tables import Area, AreaVersion, Recoding
from server.db import among, batches, now


def store(session: Session, change: AreaChange, valid_from: date, successors: Mapping[str, str | None]) -> int:
    """Store what changes, and give the version's number: still the newest one's, where areas were only added.

    `successors` has what became of codes, see `VersionPlan.successors`.
    """
    version_id = change.base
    if version_id is None or change.ended:
        version = AreaVersion(valid_from=valid_from, loaded_at=now())
        session.add(version)
        session.flush()
        version_id = version.id
    for codes in batches(change.ended):
        ends = in_version(change.base or 0) & among(session, Area.code, codes)
        session.execute(update(Area).where(ends).values(until=version_id))
    for codes in batches(change.rows):
        session.execute(insert(Area), [change.rows[code] | {"since": version_id} for code in codes])
    pairs = {old: new for old, new in successors.items() if new is not None}
    pairs |= dict(_that_stayed(session, change.base or 0, pairs))
    for codes in batches(pairs):
        rows = [{"version_id": version_id, "old_code": code, "new_code": pairs[code]} for code in codes]
        session.execute(insert(Recoding), rows)
    return version_id


def _that_stayed(session: Session, base: int, pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Name the areas that others went into, and that were there before under the same code."""
    query = select(Area.code).where(in_version(base), among(session, Area.code, sorted(set(pairs.values()))))
    yield from ((code, code) for code in session.scalars(query) if code not in pairs)
