"""Reading all that has come, whatever it is read as: a job does it, closing a part, and the command that verifies."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.told.reading import is_told_read, read_told
from server.visits.reading import are_visits_read, read_visits


def read_unread(engine: Engine) -> int:
    """Read every submission that has changed since it was last read; returns how many there were."""
    return read_visits(engine) + read_told(engine)


def is_all_read(session: Session, district: str) -> bool:
    """Tell whether nothing waits to be read that may be about a district."""
    return are_visits_read(session, district) and is_told_read(session, district)
