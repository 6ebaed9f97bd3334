"""Writing down that somebody read something of a district's part of a round, or took it out."""

from server.audit.entries import Act, write_down
from server.db import writing
from server.web.guard import account
from server.web.site import site


def note_read(act: str, round_id: str, district: str) -> None:
    """Write it down, in a transaction of its own: a page has been read by then."""
    with writing(site().engine) as session:
        write_down(session, Act(account().label, act, f"report:{round_id}/{district}", district, round_id))
