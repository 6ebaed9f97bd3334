"""The restricted pages about shelters: a visit, for the two whom an assignment names, and what was seen of all."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, request, url_for

from server.audit.entries import Act, write_down
from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.restricted.opened import has_opened, remember_opened
from server.restricted.shelter_view import asked_of, view_shelter
from server.restricted.shelter_visit import NotEntered, ShelterWish, confirm, fill_in, say_what_differs
from server.restricted.sums_view import sums_shown
from server.roles.table import Permission
from server.roles.views import rounds_to_choose
from server.rounds.tables import Round
from server.sealed.opening import is_for, open_sealed
from server.sealed.queries import sealed_one
from server.sealed.tables import SealedAssignment
from server.sealed.typed import Unsealed
from server.sealed.views import sealed_shown
from server.web.forms import gone, typed
from server.web.guard import LOOKED_UP, WHOLE, account, must_be_within, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("restricted", __name__, template_folder="templates")
_OPEN, _FILL, _CONFIRM, _DIFFER = "open", "fill", "confirm", "differ"
_OURS = {"csrf_token", "code", "act", "then"}  # fields that no answer is in


@blueprint.route(f"/tersegel/<int(max={HIGHEST_KEY}):number>", methods=["GET", "POST"])
@needs(Permission.VISIT_SHELTERS, LOOKED_UP)
def shelter_page(number: int) -> Any:
    """Open a sealed assignment by its code; fill in the visit, confirm it, or say what differs."""
    given = _look_up(number)
    act = typed("act") if request.method == "POST" else ""
    if act == _OPEN:
        if (wrong := _opens(given)) is not None:
            return _closed(given, wrong)
        act = typed("then")
    elif not has_opened(given, account()):
        return _closed(given, Reason("sealed_open_again") if act else None)
    if not act:
        return _page(given)
    try:
        notice = _do(given, act)
    except NotEntered as refused:
        return _page(given, refused.problems, request.form if act == _FILL else None)
    return gone(url_for(".shelter_page", number=number, lang=chosen_words().language), notice)


@blueprint.get("/rumah-aman")
@needs(Permission.SEE_SHELTER_SUMS, WHOLE)
def shelter_sums() -> Any:
    """Show what was seen of shelters in a round, added up."""
    words = chosen_words()
    with snapshot(site().engine) as session:
        rounds = rounds_to_choose(session, Clearance(words))
        wanted = request.args.get("putaran", rounds[0].code if rounds else "")
        found = session.get(Round, wanted) if wanted in {one.code for one in rounds} else None
        sums = sums_shown(session, found, words) if found else None
    if sums:
        with writing(site().engine) as session:
            write_down(session, Act(account().label, "shelter_sums_seen", f"round:{wanted}", round_id=wanted))
    return show("shelter_sums.html", rounds=rounds, sums=sums)


def _look_up(number: int) -> SealedAssignment:
    with snapshot(site().engine) as session:
        found = sealed_one(session, number) or abort(404)
        session.expunge(found)
    must_be_within(Permission.VISIT_SHELTERS, is_for(found, account()))
    return found


def _opens(given: SealedAssignment) -> Reason | None:
    """Try the code that was typed; gives what is wrong with it."""
    try:
        with writing(site().engine) as session:
            found = sealed_one(session, given.id, to_change=True) or abort(404)
            if not open_sealed(session, found, typed("code"), account()):
                return Reason("sealed_code_wrong")
    except Unsealed as locked:
        return locked.reason
    remember_opened(given, account())
    return None


def _do(given: SealedAssignment, act: str) -> str:
    """Do what was asked for; gives the notice that says so. Raises NotEntered."""
    before = request.form.get("before", -1, type=int)
    with writing(site().engine) as session:
        found = sealed_one(session, given.id, to_change=True) or abort(404)
        if not is_for(found, account()):
            abort(404)
        if act == _FILL:
            wish = ShelterWish(before, typed("month"), request.form, typed("why"))
            fill_in(session, found, asked_of(session, found), wish, account())
            return "notice.shelter_filled"
        if act == _CONFIRM:
            confirm(session, found, before, account())
            return "notice.shelter_confirmed"
        say_what_differs(session, found, before, request.form.getlist("differs"), account())
        return "notice.shelter_differs"


def _closed(given: SealedAssignment, wrong: Reason | None) -> Any:
    """Ask for the code. What was typed before it had to be asked for again goes with it."""
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        (one,) = sealed_shown(session, [given], chosen_words())
    then = typed("then") or (typed("act") if typed("act") != _OPEN else "")
    carried = [ClearedValues(name=clear.own(name), value=clear.own(value)) for name in request.form
               if name not in _OURS for value in request.form.getlist(name)]  # fmt: skip
    page = show("shelter_closed.html", one=one, then=clear.own(then), carried=carried,
                wrong=clear.why(wrong).sentence if wrong else None)  # fmt: skip
    return page, 400 if wrong else 200


def _page(
    given: SealedAssignment, problems: Mapping[str, Reason] | None = None, was_typed: Mapping[str, str] | None = None
) -> Any:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        page = view_shelter(session, given, chosen_words(), account(), was_typed)
    with writing(site().engine) as session:
        write_down(session, Act(account().label, "shelter_seen", f"sealed:{given.id}", given.district, given.round_id))
    wrong = ClearedValues((name or "page", clear.why(reason).sentence) for name, reason in (problems or {}).items())
    shown = show("shelter.html", page=page, wrong=wrong, why=clear.own(typed("why") if was_typed else ""))
    return shown, 400 if problems else 200
