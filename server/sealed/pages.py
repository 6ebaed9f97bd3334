"""The officer's pages of sealed assignments, and the list of the two who are sent."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy.orm import Session

from server.assignments.offering import offered, part_shown
from server.audit.entries import Act, write_down
from server.db import HIGHEST_KEY, snapshot, writing
from server.decisions.typed import new_uuid
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.fields import PAGE
from server.roles.table import Permission
from server.sealed.giving import WHY_WITHDRAWN, draw_again, give, withdraw
from server.sealed.queries import given_in, given_to, given_within, sealed_one
from server.sealed.tables import SealedAssignment
from server.sealed.typed import NotSealed, SealedWish, Unsealed
from server.sealed.views import sealed_shown
from server.web.forms import gone, typed
from server.web.guard import BY_ADDRESS, LISTED, account, needs
from server.web.noting import note_read
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.protection.shelter import KINDS
from verification.reason import Reason

blueprint = Blueprint("sealed", __name__, template_folder="templates")
_PART = "/wilayah/<round_id>/<district>/tersegel"
_FIELDS = ("uuid", "kind", "first", "second", "decision", "decided_on", "month")


@blueprint.get("/tersegel")
@needs(Permission.GIVE_SEALED, LISTED)
def given() -> Any:
    """List all assignments that an officer could give."""
    with snapshot(site().engine) as session:
        rows = sealed_shown(session, given_within(session, account()), chosen_words())
    with writing(site().engine) as session:
        write_down(session, Act(account().label, "sealed_listed", " ".join(f"sealed:{one.id}" for one in rows)))
    return show("sealed.html", rows=rows)


@blueprint.get("/tersegel/saya")
@needs(Permission.VISIT_SHELTERS, LISTED)
def mine() -> Any:
    """List one's own: that there is one, never what it is about."""
    with snapshot(site().engine) as session:
        rows = sealed_shown(session, given_to(session, account()), chosen_words())
    return show("sealed_mine.html", rows=rows)


@blueprint.route(_PART, methods=["GET", "POST"])
@needs(Permission.GIVE_SEALED, BY_ADDRESS)
def part_page(round_id: str, district: str) -> Any:
    """List a district's assignments, and give one."""
    if request.method == "GET":
        return _part(round_id, district)
    wish = SealedWish(**{name: typed(name) for name in _FIELDS})
    try:
        with writing(site().engine) as session:
            part_shown(session, round_id, district, chosen_words()) or abort(404)
            return _code_page(session, *give(session, round_id, district, wish, account()))
    except NotSealed as wrong:
        return _part(round_id, district, wrong)


@blueprint.post(f"{_PART}/<int(max={HIGHEST_KEY}):number>")
@needs(Permission.GIVE_SEALED, BY_ADDRESS)
def change(round_id: str, district: str, number: int) -> Any:
    """Draw another code for an assignment, or withdraw it."""
    try:
        with writing(site().engine) as session:
            found = sealed_one(session, number, (round_id, district), to_change=True) or abort(404)
            if typed("act") == "draw":
                return _code_page(session, found, draw_again(session, found, account()))
            withdraw(session, found, typed("why"), account())
    except Unsealed as wrong:
        return _part(round_id, district, NotSealed({PAGE: wrong.reason}))
    here = url_for(".part_page", round_id=round_id, district=district, lang=chosen_words().language)
    return gone(here, "notice.sealed_withdrawn")


def _code_page(session: Session, found: SealedAssignment, code: str) -> str:
    """Show a code, once: what is kept is its digest."""
    (shown,) = sealed_shown(session, [found], chosen_words())
    return show("sealed_code.html", one=shown, code=Clearance(chosen_words()).own(code))


def _part(round_id: str, district: str, wrong: NotSealed | None = None) -> Any:
    words, clear = chosen_words(), Clearance(chosen_words())
    with snapshot(site().engine) as session:
        part = part_shown(session, round_id, district, words) or abort(404)
        rows = sealed_shown(session, given_in(session, round_id, district), words)
        form = offered(session, round_id, district, words)
    note_read("sealed_listed", round_id, district)
    problems = wrong.problems if wrong else dict[str, Reason]()
    page = show(
        "sealed_part.html", part=part, rows=rows, form=form, uuid=clear.id(new_uuid()),
        kinds=[clear.ours(kind) for kind in KINDS], whys=[clear.ours(why) for why in WHY_WITHDRAWN],
        typed=ClearedValues((name, clear.own(typed(name))) for name in _FIELDS),
        problems=ClearedValues((name or "page", clear.why(reason).sentence) for name, reason in problems.items()),
    )  # fmt: skip
    return page, 400 if wrong else 200
