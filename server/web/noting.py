"""Writing down that somebody read something of a district's part of a round, or took it out."""

from collections.abc import Iterable
from typing import Protocol

from server.audit.entries import Act, write_down
from server.db import writing
from server.disclosure.viewer import Viewer
from server.web.guard import account
from server.web.site import site


def note_read(act: str, round_id: str, district: str) -> None:
    """Write it down, in a transaction of its own: a page has been read by then."""
    with writing(site().engine) as session:
        write_down(session, Act(account().label, act, f"report:{round_id}/{district}", district, round_id))


class MayBeHome(Protocol):
    """A place as it is shown."""

    @property
    def is_home(self) -> bool:
        """Whether those who need protection live there."""


def note_homes(act: str, viewer: Viewer, shown: Iterable[MayBeHome], round_id: str, district: str) -> None:
    """Write down that somebody was shown a home by its name, where they were."""
    if viewer.names_homes and any(one.is_home for one in shown):
        note_read(act, round_id, district)
