"""The page on which a plan is released: it shows what becomes of each row first, and then what was done."""

from collections.abc import Sequence
from typing import Any

from flask import abort, request

from server.assignments.giving import part_is_closed
from server.assignments.offering import part_shown
from server.db import snapshot, writing
from server.disclosure.cleared import Cleared, ClearedValues
from server.disclosure.clearing import Clearance
from server.plan.filter import PlanFilter
from server.plan.listing import PlanOf, PlanRow, plan_of
from server.plan.releasing import AT_ONCE, Awaiting, Released, awaiting, mark_of, release, waiting_counts
from server.plan.wishes import NotPlanned
from server.visits.places import VisitedPlace
from server.web.forms import typed
from server.web.guard import account
from server.web.listing import PAGE_SIZE
from server.web.noting import MayBeHome, note_homes
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason


def release_page(part: tuple[str, str]) -> Any:
    """Show what awaits its release, or release what was shown."""
    if request.method == "GET":
        return _page(part)
    try:
        with writing(site().engine) as session:
            part_shown(session, *part, chosen_words()) or abort(404)
            done = release(session, part, account(), AT_ONCE, typed("mark"))
    except NotPlanned as wrong:
        return _page(part, wrong=wrong.reason)
    return _page(part, done)


def _page(part: tuple[str, str], done: Released | None = None, wrong: Reason | None = None) -> Any:
    words = chosen_words()
    clear = Clearance(words)
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
        of = plan_of(session, part, PlanFilter(), account(), words)
        waiting, proposed = waiting_counts(session, part)
        await_it = awaiting(session, part)
        rows = _told(of, [one for one in await_it if not one.against][:AT_ONCE], clear)
        hindered = _told(of, [one for one in await_it if one.against][:PAGE_SIZE], clear)
        closed = part_is_closed(session, *part)
    left_out = done.left_out[:PAGE_SIZE] if done else []
    named: list[MayBeHome] = [row for row, _ in (*rows, *hindered)]
    named += [place.place for place, _ in left_out]
    note_homes("homes_seen", of.viewer, named, *part)
    page = show("plan_release.html", part=shown, waiting=waiting, proposed=proposed, at_once=AT_ONCE, rows=rows,
                hindered=hindered, mark=clear.ours(mark_of(await_it)),
                left_out=[_left_out(of, *one) for one in left_out],
                closed=clear.why(closed).sentence if closed else None,
                problems=[clear.why(wrong).sentence] if wrong else [],
                done=ClearedValues(given=done.given, changed=done.changed, taken_back=done.taken_back,
                                   left_out=len(done.left_out)) if done else None)  # fmt: skip
    return page, 400 if wrong else 200


def _told(of: PlanOf, some: Sequence[Awaiting], clear: Clearance) -> list[tuple[PlanRow, Cleared]]:
    """Give rows, each with what becomes of it, or why nothing does."""
    becomes = {one.row.id: clear.why(one.against).sentence if one.against else clear.say(f"plan.becomes.{one.becomes}")
               for one in some}  # fmt: skip
    return [(row, becomes[row.id]) for row in of.rows(numbered=becomes)] if becomes else []


def _left_out(of: PlanOf, place: VisitedPlace, reason: Reason) -> tuple[Cleared, Cleared]:
    clear = Clearance(of.words, place.names, of.viewer)
    named = clear.place(place.place)
    return clear.joined(named.label, named.area), clear.why(reason).sentence
