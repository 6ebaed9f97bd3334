"""Drawing places by lot on pages: what has been drawn, a new drawing, and one with what it buys, to approve or drop."""

from typing import Any

from flask import Blueprint, abort, request, url_for

from server.assignments.giving import part_is_closed
from server.assignments.offering import offered, part_shown
from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.draws.drawing import DrawProblems, DrawWish, Part, draw_places, drawn_already
from server.draws.settling import approve, draw_of, drop
from server.draws.shown import SHOWN_AT_ONCE, draw_shown, draws_of, lists_offered, steps_of
from server.roles.table import Permission
from server.web import asked
from server.web.forms import gone, typed
from server.web.guard import BY_ADDRESS, account, needs
from server.web.noting import note_homes
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason
from verification.sampling.designs import Design, NotDrawn

blueprint = Blueprint("draws", __name__, template_folder="templates")
_DRAWS = "/wilayah/<round_id>/<district>/rencana/undian"
_TYPED = ("indicator", "design", "visits", "seed", "day", "a_day")


@blueprint.get(_DRAWS)
@needs(Permission.SEE_DRAWS, BY_ADDRESS)
def draws_page(round_id: str, district: str) -> Any:
    """List a part's drawings."""
    part, words = (round_id, district), chosen_words()
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
        found = draws_of(session, part, words)
    return show("draws.html", part=shown, draws=found)


@blueprint.route(f"{_DRAWS}/baru", methods=["GET", "POST"])
@needs(Permission.ASSIGN, BY_ADDRESS)
def draw_page(round_id: str, district: str) -> Any:
    """Draw places from a list."""
    part = (round_id, district)
    if request.method == "GET":
        return _form(part)
    wish = DrawWish(**{name: typed(name) for name in _TYPED}, teams=request.form.getlist("team"))
    try:
        with writing(site().engine) as session:
            part_shown(session, *part, chosen_words()) or abort(404)
            number = draw_places(session, part, wish, account()).id
    except NotDrawn as wrong:
        return _form(part, wrong)
    return gone(_at(part, number), "notice.drawn")


def _form(part: Part, wrong: NotDrawn | None = None) -> Any:
    words = chosen_words()
    clear = Clearance(words)
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
        lists = lists_offered(session, part, words)
        form = offered(session, *part, words, part_is_closed(session, *part))
        chosen = asked.number(request.values.get("indicator", "")) or (lists[0].indicator if lists else 0)
        already = drawn_already(session, part, chosen) if wrong is None else None
    lines = next((one.lines for one in lists if one.indicator == chosen), 0)
    filled = ClearedValues((name, clear.own(typed(name))) for name in _TYPED)
    page = show("draw_new.html", part=shown, lists=lists, chosen=chosen, lines=lines, form=form, typed=filled,
                steps=steps_of(lines) if lines else [], designs=[*map(clear.id, Design)],
                teams=[*map(clear.own, request.form.getlist("team"))], problems=_told(wrong),
                already=clear.why(already).sentence if already else None)  # fmt: skip
    return page, 400 if wrong else 200


def _told(wrong: NotDrawn | None) -> list[Any]:
    if wrong is None:
        return []
    reasons: list[Reason] = [*wrong.reasons] if isinstance(wrong, DrawProblems) else [wrong.reason]
    return [Clearance(chosen_words()).why(reason).sentence for reason in reasons]


@blueprint.route(f"{_DRAWS}/<int(max={HIGHEST_KEY}):number>", methods=["GET", "POST"])
@needs(Permission.SEE_DRAWS, BY_ADDRESS)
def drawn_page(round_id: str, district: str, number: int) -> Any:
    """Show a drawing; approve or drop it, as far as that is permitted."""
    part = (round_id, district)
    if request.method == "GET":
        return _shown(part, number)
    try:
        with writing(site().engine) as session:
            draw_of(session, part, number) or abort(404)
            if typed("act") == "approve":
                approve(session, part, number, account())
            else:
                drop(session, part, number, typed("why"), account())
    except NotDrawn as wrong:
        return _shown(part, number, wrong)
    return gone(_at(part, number), "notice.draw_approved" if typed("act") == "approve" else "notice.draw_dropped")


def _shown(part: Part, number: int, wrong: NotDrawn | None = None) -> Any:
    words = chosen_words()
    viewer = viewer_of(account(), part[1], part[0])
    begin = asked.number(request.args.get("dari", "")) or 0
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
        found = draw_of(session, part, number) or abort(404)
        one = draw_shown(session, part, found, viewer, words, begin)
        closed = part_is_closed(session, *part) is not None
    note_homes("homes_seen", viewer, one.rows, *part)
    page = show("drawn.html", part=shown, draw=one, closed=closed, at_once=SHOWN_AT_ONCE, problems=_told(wrong))
    return page, 400 if wrong else 200


def _at(part: Part, number: int) -> str:
    return url_for(".drawn_page", round_id=part[0], district=part[1], number=number, lang=chosen_words().language)
