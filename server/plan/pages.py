"""The visit plan of a district's part of a round: its list, one day of it, rows by hand, and its release."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed
from server.assignments.offering import offered, part_shown
from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.plan.agree_page import agree_page as agreed_to
from server.plan.checking import as_typed
from server.plan.choosing import found_and_planned, found_places
from server.plan.days import teams_of_day
from server.plan.file_pages import file_page, given_out
from server.plan.filter import read
from server.plan.listing import PlanOf, plan_of
from server.plan.modules import MODES, MODULES
from server.plan.planning import plan, row_of, withdraw
from server.plan.release_page import release_page as released_from
from server.plan.releasing import waiting_counts
from server.plan.states import PLANNED
from server.plan.wishes import NotPlanned, PlanChange, PlanWish
from server.roles.table import Permission
from server.web import asked
from server.web.door import LONGEST_FILES
from server.web.forms import gone, typed
from server.web.guard import BY_ADDRESS, account, needs
from server.web.listing import PAGE, PAGE_SIZE, offset
from server.web.noting import note_homes
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("plan", __name__, template_folder="templates")
_PLAN = "/wilayah/<round_id>/<district>/rencana"
Part = tuple[str, str]


@blueprint.get(_PLAN)
@needs(Permission.SEE_PLAN, BY_ADDRESS)
def plan_page(round_id: str, district: str) -> Any:
    """List a part's plan."""
    part = (round_id, district)
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, chosen_words()) or abort(404)
        of = _plan_of(session, part)
        listing = of.listing(of.facets(), request.args.get(PAGE))
        rows = of.rows(PAGE_SIZE, offset(listing.paging))
        waiting, proposed = waiting_counts(session, part)
    note_homes("plan_seen", of.viewer, rows, *part)
    return show("plan.html", part=shown, listing=listing, rows=rows, waiting=waiting, proposed=proposed)


def _plan_of(session: Session, part: Part) -> PlanOf:
    return plan_of(session, part, read(request.args), account(), chosen_words())


@blueprint.get(f"{_PLAN}/hari")
@needs(Permission.SEE_PLAN, BY_ADDRESS)
def day_page(round_id: str, district: str) -> Any:
    """Show one day of the plan, team by team: today, unless another is asked for."""
    part, words = (round_id, district), chosen_words()
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
        of = _plan_of(session, part)
        day = asked.day(request.args.get("hari", "")) or of.today
        rows = teams_of_day(session, part, day, of.teams, (of.moment, of.today), words)
    return show("plan_day.html", part=shown, day=day, rows=rows)


@blueprint.get(f"{_PLAN}/rencana.<ending>")
@needs(Permission.ASSIGN, BY_ADDRESS)
def plan_as_file(round_id: str, district: str, ending: str) -> Response:
    """Give the plan as a file that can be changed and brought back; with all other places too, where that is asked."""
    return given_out((round_id, district), ending, _plan_of)


@blueprint.route(f"{_PLAN}/berkas", methods=["GET", "POST"])
@needs(Permission.ASSIGN, BY_ADDRESS, longest=LONGEST_FILES)
def plan_from_file(round_id: str, district: str) -> Any:
    """Bring rows in from a file: shown first, and then all together or not at all."""
    return file_page((round_id, district))


@blueprint.route(f"{_PLAN}/tambah", methods=["GET", "POST"])
@needs(Permission.ASSIGN, BY_ADDRESS)
def plan_by_hand(round_id: str, district: str) -> Any:
    """Plan visits to places that are looked for and ticked."""
    part = (round_id, district)
    if request.method == "GET":
        return _by_hand(part)
    wishes = [_wish(place) for place in dict.fromkeys(request.form.getlist("place"))]
    if not wishes:
        return _by_hand(part, [Reason("plan_place_missing")])
    try:
        with writing(site().engine) as session:
            part_shown(session, *part, chosen_words()) or abort(404)
            change = plan(session, part, wishes, account())
    except NotPlanned as wrong:
        return _by_hand(part, [wrong.reason])
    return _by_hand(part, _reasons(change)) if change.problems else gone(_at("plan_page", part), "notice.plan_added")


def _wish(place: str) -> PlanWish:
    team, _, member = typed("who").partition("/")
    return PlanWish(place=place, team=team, member=member, day=typed("day"), mode=typed("mode"),
                    modules=",".join(request.form.getlist("modules")), substitute_for=typed("substitute_for"),
                    substitute_order=typed("substitute_order"), why=typed("why").strip())  # fmt: skip


def _reasons(change: PlanChange) -> list[Reason]:
    found: list[Reason] = []
    for problem in change.problems:
        if problem.reason not in found:
            found.append(problem.reason)
    return found


def _by_hand(part: Part, wrong: list[Reason] | None = None) -> Any:
    words = chosen_words()
    clear, viewer = Clearance(words), viewer_of(account(), part[1], part[0])
    ticked = request.form.getlist("place")
    search = asked.search(request.args.get("cari", "").strip()) or ""
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
        found, stands_in = found_and_planned(session, part, search, ticked, viewer, words)
        form = _offer(session, part)
    note_homes("homes_seen", viewer, (*found, *stands_in), *part)
    return show("plan_add.html", part=shown, found=found, search=clear.own(search), form=form, planned=stands_in,
                ticked=[*map(clear.own, ticked)], typed=_typed(clear), problems=_told(wrong, clear),
                **_codes(clear)), 400 if wrong else 200  # fmt: skip


def _offer(session: Session, part: Part) -> Any:
    return offered(session, *part, chosen_words(), part_is_closed(session, *part))


def _codes(clear: Clearance) -> dict[str, Any]:
    return {"modes": [*map(clear.id, MODES)], "modules": [*map(clear.id, MODULES)],
            "chosen_modules": [*map(clear.own, request.form.getlist("modules"))]}  # fmt: skip


def _typed(clear: Clearance) -> ClearedValues:
    return ClearedValues((name, clear.own(text)) for name, text in request.form.items() if name != "csrf_token")


def _told(wrong: list[Reason] | None, clear: Clearance) -> list[Any]:
    return [clear.why(reason).sentence for reason in wrong or ()]


@blueprint.route(f"{_PLAN}/<int(max={HIGHEST_KEY}):number>", methods=["GET", "POST"])
@needs(Permission.ASSIGN, BY_ADDRESS)
def planned_visit(round_id: str, district: str, number: int) -> Any:
    """Change a row of the plan, or take it out."""
    part = (round_id, district)
    if request.method == "GET":
        return _row_page(part, number)
    try:
        with writing(site().engine) as session:
            found = row_of(session, part, number)
            if found is None or found.state != PLANNED:
                abort(404)
            if typed("act") == "withdraw":
                withdraw(session, part, number, account())
                return gone(_at("plan_page", part), "notice.plan_withdrawn")
            change = plan(session, part, [_wish(found.facility_id)], account(), found)
    except NotPlanned as wrong:
        return _row_page(part, number, [wrong.reason])
    if change.problems:
        return _row_page(part, number, _reasons(change))
    return gone(_at("plan_page", part), "notice.plan_changed")


def _row_page(part: Part, number: int, wrong: list[Reason] | None = None) -> Any:
    words = chosen_words()
    clear, viewer = Clearance(words), viewer_of(account(), part[1], part[0])
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
        row = row_of(session, part, number)
        if row is None or row.state != PLANNED:
            abort(404)
        near = found_places(session, part, "", [row.facility_id], viewer, words, planned=True)
        place = next((one for one in near if one.id == row.facility_id), None)
        form, stands_in = _offer(session, part), [one for one in near if one is not place]
        said, modules = as_typed(row), row.modules.split()
        may_change = row.arrival is None
    note_homes("homes_seen", viewer, near, *part)
    filled = _typed(clear) if wrong else ClearedValues((name, clear.own(text)) for name, text in said.items())
    codes = _codes(clear) if wrong else _codes(clear) | {"chosen_modules": [*map(clear.id, modules)]}
    page = show("plan_row.html", part=shown, place=place, number=number, form=form, planned=stands_in, typed=filled,
                may_change=may_change, problems=_told(wrong, clear), **codes)  # fmt: skip
    return page, 400 if wrong else 200


@blueprint.route(f"{_PLAN}/setujui", methods=["GET", "POST"])
@needs(Permission.APPROVE_DRAW, BY_ADDRESS)
def agree_page(round_id: str, district: str) -> Any:
    """Agree to what was planned by hand or from a file."""
    return agreed_to((round_id, district))


@blueprint.route(f"{_PLAN}/rilis", methods=["GET", "POST"])
@needs(Permission.ASSIGN, BY_ADDRESS)
def release_page(round_id: str, district: str) -> Any:
    """Release the plan: phones get what changed."""
    return released_from((round_id, district))


def _at(page: str, part: Part) -> str:
    return url_for(f".{page}", round_id=part[0], district=part[1], lang=chosen_words().language)
