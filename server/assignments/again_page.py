"""The page of places to ask again, because a form has come to ask what decides there."""

from typing import Any

from flask import abort, request

from server.assignments.again import give_again, places_to_ask_again
from server.assignments.giving import NotAssigned, part_is_closed
from server.assignments.offering import offered, part_shown, problems_shown
from server.assignments.several_page import show_done, typed_again, wish_typed
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.results.parts import judged_part
from server.web.guard import account
from server.web.noting import note_homes
from server.web.showing import show
from server.web.site import chosen_words, site

_MOST_TICKED = 200


def again_page(round_id: str, district: str) -> Any:
    """Offer the places to ask again; send somebody to those that were ticked."""
    if request.method == "GET":
        return _page(round_id, district)
    try:
        with writing(site().engine) as session:
            here = judged_part(session, round_id, district) or abort(404)
            done = give_again(session, here, _ticked(), wish_typed(), account())
    except NotAssigned as wrong:
        return _page(round_id, district, wrong)
    return show_done(round_id, district, done)


def _ticked() -> list[str]:
    return list(dict.fromkeys(request.form.getlist("place")))[:_MOST_TICKED]


def _page(round_id: str, district: str, wrong: NotAssigned | None = None) -> Any:
    words, viewer = chosen_words(), viewer_of(account(), district, round_id)
    clear = Clearance(words)
    with snapshot(site().engine) as session:
        here = judged_part(session, round_id, district) or abort(404)
        part = part_shown(session, round_id, district, words)
        again = places_to_ask_again(session, here, words, viewer)
        form = offered(session, round_id, district, words, part_is_closed(session, round_id, district))
    note_homes("homes_seen", viewer, again.places, round_id, district)
    ticked = set(_ticked())
    page = show(
        "again.html", part=part, again=again, form=form, problems=problems_shown(wrong, words),
        ticked=[one.facility_id for one in again.places if wrong is None or one.facility_id in ticked],
        typed=typed_again(clear),
    )  # fmt: skip
    return page, 400 if wrong else 200
