"""The page on which Tim Penilai agrees to what teams have planned by hand or from a file: to all that it shows."""

from typing import Any

from flask import abort, request, url_for

from server.assignments.giving import part_is_closed
from server.assignments.offering import part_shown
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.plan.agreeing import agree, to_agree
from server.plan.filter import PlanFilter
from server.plan.listing import plan_of
from server.plan.stake import stakes
from server.plan.states import PROPOSED
from server.plan.wishes import NotPlanned
from server.web.forms import gone, typed
from server.web.guard import account
from server.web.noting import note_homes
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason


def agree_page(part: tuple[str, str]) -> Any:
    """Show what waits for agreement, or agree to all that was shown."""
    if request.method == "GET":
        return _page(part)
    try:
        with writing(site().engine) as session:
            part_shown(session, *part, chosen_words()) or abort(404)
            agree(session, part, typed("mark"), account())
    except NotPlanned as wrong:
        return _page(part, wrong.reason)
    language = chosen_words().language
    return gone(url_for(".agree_page", round_id=part[0], district=part[1], lang=language), "notice.plan_agreed")


def _page(part: tuple[str, str], wrong: Reason | None = None) -> Any:
    words = chosen_words()
    clear = Clearance(words)
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
        of = plan_of(session, part, PlanFilter(state=PROPOSED), account(), words)
        at_stake = stakes(session, part, of.viewer, words)
        rows, waits, closed = of.rows(), to_agree(session, part), part_is_closed(session, *part)
    note_homes("homes_seen", of.viewer, rows, *part)
    page = show("plan_agree.html", part=shown, rows=[(row, None) for row in rows], count=waits.count,
                mark=clear.ours(waits.mark), at_stake=at_stake, closed=clear.why(closed).sentence if closed else None,
                problems=[clear.why(wrong).sentence] if wrong else [])  # fmt: skip
    return page, 400 if wrong else 200
