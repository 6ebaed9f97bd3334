"""Writing down that somebody read something of a district's part of a round, or took it out."""

from collections.abc import Iterable
from typing import Protocol

from flask import Flask, current_app, request

from server.audit.entries import NOBODY, Act, write_down
from server.audit.refusals import Refusals
from server.db import writing
from server.disclosure.viewer import Viewer
from server.login.entering import LoggedIn
from server.web.guard import account
from server.web.site import site


def note_read(act: str, round_id: str, district: str) -> None:
    """Write it down, in a transaction of its own: a page has been read by then."""
    with writing(site().engine) as session:
        write_down(session, Act(account().label, act, f"report:{round_id}/{district}", district, round_id))


def count_refusals(app: Flask) -> None:
    """Have an application count whom it refuses."""
    app.extensions["tilik-refusals"] = Refusals()


def note_refused(act: str, who: LoggedIn | None) -> None:
    """Write down that somebody was refused the page that was asked for: none of what its address says."""
    refusals: Refusals = current_app.extensions["tilik-refusals"]
    by, page = who.account.label if who else NOBODY, f"page:{request.endpoint}" if request.endpoint else ""
    refusals.note(site().engine, Act(by, act, page))


class MayBeHome(Protocol):
    """A place as it is shown."""

    @property
    def is_home(self) -> bool:
        """Whether those who need protection live there."""


def note_homes(act: str, viewer: Viewer, shown: Iterable[MayBeHome], round_id: str, district: str) -> None:
    """Write down that somebody was shown a home by its name, where they were."""
    if viewer.names_homes and any(one.is_home for one in shown):
        note_read(act, round_id, district)
