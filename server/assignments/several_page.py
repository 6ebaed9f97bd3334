"""The page that sends somebody to several places at once."""

from dataclasses import fields
from typing import Any

from flask import abort, request

from server.assignments.giving import AssignmentWish, NotAssigned, part_is_closed
from server.assignments.listing import ReadBy
from server.assignments.offering import offered as form_offered
from server.assignments.offering import part_shown, problems_shown
from server.assignments.several import Done, OfferedPlace, give_several, offered
from server.db import snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.lines.filter import read
from server.results.parts import judged_part
from server.web import asked
from server.web.forms import typed
from server.web.guard import account
from server.web.noting import note_homes
from server.web.showing import show
from server.web.site import chosen_words, site

_FIELDS = tuple(field.name for field in fields(AssignmentWish))


def several_page(round_id: str, district: str) -> Any:
    """Offer the unvisited places that the filter in the address chooses; give what was ticked."""
    if request.method == "GET":
        return _page(round_id, district)
    try:
        with writing(site().engine) as session:
            here = judged_part(session, round_id, district) or abort(404)
            done = give_several(session, here, _ticked(), wish_typed(), account())
    except NotAssigned as wrong:
        return _page(round_id, district, wrong)
    return show_done(round_id, district, done)


def _ticked() -> list[int]:
    return sorted(set(filter(None, map(asked.number, request.form.getlist("line")))))


def _reader(round_id: str, district: str) -> ReadBy:
    return ReadBy(chosen_words(), viewer_of(account(), district, round_id))


def _page(round_id: str, district: str, wrong: NotAssigned | None = None) -> Any:
    words, wanted = chosen_words(), read(request.args)
    clear, reader = Clearance(words), _reader(round_id, district)
    with snapshot(site().engine) as session:
        here = judged_part(session, round_id, district) or abort(404)
        part = part_shown(session, round_id, district, words)
        several = offered(session, here, wanted, reader)
        form = form_offered(session, round_id, district, words, part_is_closed(session, round_id, district))
    note_homes("homes_seen", reader.viewer, several.places, round_id, district)
    page = show(
        "several.html", part=part, several=several, form=form, problems=problems_shown(wrong, words),
        ticked=_ticked() if wrong else [one.line_id for one in several.places],
        wanted=ClearedValues((name, clear.own(value)) for name, value in wanted.args().items()),
        typed=typed_again(clear),
    )  # fmt: skip
    return page, 400 if wrong else 200


def wish_typed() -> AssignmentWish:
    """Give the assignment that was typed into the form."""
    return AssignmentWish(*map(typed, _FIELDS))


def typed_again(clear: Clearance) -> ClearedValues:
    """Give what was typed into the form back to whoever typed it."""
    return ClearedValues((name, clear.own(typed(name))) for name in _FIELDS)


def show_done(round_id: str, district: str, done: Done) -> Any:
    """Say what became of it."""
    reader = _reader(round_id, district)
    names = done.left_out[0][0].names if done.left_out else {}
    clear = Clearance(reader.words, names, reader.viewer)
    left_out = [OfferedPlace(0, (named := clear.place(place.place)).label, named.area, clear.why(reason).sentence,
                             place.place.is_home) for place, reason in done.left_out]  # fmt: skip
    note_homes("homes_seen", reader.viewer, left_out, round_id, district)
    with snapshot(site().engine) as session:
        part = part_shown(session, round_id, district, reader.words)
    return show("several_done.html", part=part, given=done.given, left_out=left_out)
