"""What was told in a part that is closed: kept as it counted then, since what comes later changes no closed part."""

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from server.told.queries import counting
from server.told.tables import ToldAtClosing, WhatWasTold


def keep_what_was_told(session: Session, round_id: str, district: str) -> None:
    """Keep what counts now of a part that is being closed, in place of an earlier closing."""
    mine, told = ToldAtClosing, WhatWasTold
    session.execute(delete(mine).where(mine.round_id == round_id, mine.district == district))
    rows = select(literal(round_id), literal(district), told.submission_id, told.area, told.subdistrict)
    columns = ["round_id", "district", "submission_id", "area", "subdistrict"]
    session.execute(insert(mine).from_select(columns, counting(rows, round_id, district)))
