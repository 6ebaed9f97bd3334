"""What verifiers are asked to go and see: the list of a district, giving one or several, changing and ending one."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from server.assignments.again_page import again_page
from server.assignments.changing import Change, change, open_one
from server.assignments.giving import NotAssigned, give
from server.assignments.listing import COLUMNS, EVERY, ReadBy, WantedAssignments, all_of, one_of, page_of, table_of
from server.assignments.offering import line_there, offer, part_shown, problems_shown
from server.assignments.several_page import several_page, wish_typed
from server.assignments.states import STATES
from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.roles.table import Permission
from server.roles.teams import teams_going
from server.roles.views import Choice
from server.spreadsheets import as_csv
from server.web.forms import gone, typed
from server.web.guard import BY_ADDRESS, account, needs
from server.web.noting import note_homes, note_read
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.places.kinds import Shown

blueprint = Blueprint("assignments", __name__, template_folder="templates")
_LIST = "/wilayah/<round_id>/<district>/tugas"
_LINE = f"/wilayah/<round_id>/<district>/baris/<int(max={HIGHEST_KEY}):line_id>/tugas"


@blueprint.get(_LIST)
@needs(Permission.SEE_ASSIGNMENTS, BY_ADDRESS)
def assignments_page(round_id: str, district: str) -> Any:
    """List the assignments of a district's part of a round."""
    return _listed(round_id, district)


@blueprint.get(f"{_LIST}.csv")
@needs(Permission.ASSIGN, BY_ADDRESS)
def assignments_as_csv(round_id: str, district: str) -> Response:
    """Give the list as CSV, with the filter of the page."""
    words, part = chosen_words(), (round_id, district)
    with snapshot(site().engine) as session:
        part_shown(session, *part, words) or abort(404)
        rows = all_of(session, part, WantedAssignments.of(request.args), _reader(part))
    note_read("assignments_exported", *part)
    content = as_csv([words.say(f"assignments.{name}") for name in COLUMNS], table_of(rows, words), words)
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"tilik-tugas-{round_id}-{district}.csv")
    return response


@blueprint.post(f"{_LIST}/<int(max={HIGHEST_KEY}):assignment_id>")
@needs(Permission.ASSIGN, BY_ADDRESS)
def change_one(round_id: str, district: str, assignment_id: int) -> Any:
    """Give an assignment another last day, or withdraw it."""
    wish = Change(typed("act"), typed("why"), typed("before"), typed("deadline"))
    try:
        with writing(site().engine) as session:
            found = open_one(session, round_id, district, assignment_id) or abort(404)
            change(session, found, wish, account())
    except NotAssigned as wrong:
        return _listed(round_id, district, assignment_id, wrong)
    return gone(_at_list(round_id, district), f"notice.assignment_{wish.act}")


@blueprint.route(_LINE, methods=["GET", "POST"])
@needs(Permission.ASSIGN, BY_ADDRESS)
def assign(round_id: str, district: str, line_id: int) -> Any:
    """Send somebody to a claimed place, visited or not."""
    if request.method == "GET":
        return _assign_form(round_id, district, line_id)
    try:
        with writing(site().engine) as session:
            there = line_there(session, round_id, district, line_id) or abort(404)
            give(session, there, wish_typed(), account())
    except NotAssigned as wrong:
        return _assign_form(round_id, district, line_id, wrong)
    back = url_for("lines.line_page", round_id=round_id, district=district, line_id=line_id,
                   lang=chosen_words().language)  # fmt: skip
    return gone(back, "notice.assignment_given")


@blueprint.route(f"{_LIST}/beri", methods=["GET", "POST"])
@needs(Permission.ASSIGN, BY_ADDRESS)
def assign_several(round_id: str, district: str) -> Any:
    """Send somebody to several claimed places nobody has visited."""
    return several_page(round_id, district)


@blueprint.route(f"{_LIST}/lagi", methods=["GET", "POST"])
@needs(Permission.ASSIGN, BY_ADDRESS)
def ask_again(round_id: str, district: str) -> Any:
    """Send somebody once more to places whose visit could not ask yet what decides there."""
    return again_page(round_id, district)


def _listed(round_id: str, district: str, only: int | None = None, wrong: NotAssigned | None = None) -> Any:
    """Show the list; or one assignment alone, with what is wrong with the change that was typed."""
    words, part, wanted = chosen_words(), (round_id, district), WantedAssignments.of(request.args)
    clear, reader = Clearance(words), _reader(part)
    with snapshot(site().engine) as session:
        known = part_shown(session, *part, words) or abort(404)
        listed = page_of(session, part, wanted, request.args.get("page", 1, type=int), reader)
        rows = listed.rows if only is None else tuple(one_of(session, part, only, reader))
        teams = [Choice(clear.id(str(team.id)), clear.ours(team.name)) for team in teams_going(session, *part)]
    if Shown.BY_SUBDISTRICT in reader.viewer.names:
        note_read("assignments_seen", *part)
    page = show(
        "assignments.html", listed=listed, rows=rows, teams=teams, part=known, only=only,
        wanted=ClearedValues((name, clear.own(value)) for name, value in wanted.args().items()),
        states=[*map(clear.ours, (*STATES, EVERY))], problems=problems_shown(wrong, words), typed=_typed(clear),
    )  # fmt: skip
    return page, 400 if wrong else 200


def _assign_form(round_id: str, district: str, line_id: int, wrong: NotAssigned | None = None) -> Any:
    words, clear = chosen_words(), Clearance(chosen_words())
    viewer = viewer_of(account(), district, round_id)
    with snapshot(site().engine) as session:
        there = line_there(session, round_id, district, line_id) or abort(404)
        part = part_shown(session, round_id, district, words)
        found = offer(session, there, words, viewer)
    note_homes("homes_seen", viewer, [found], round_id, district)
    page = show(
        "assign.html",
        part=part,
        place=found.place,
        line_id=line_id,
        form=found.form,
        typed=_typed(clear),
        problems=problems_shown(wrong, words),
    )
    return page, 400 if wrong else 200


def _typed(clear: Clearance) -> ClearedValues:
    return ClearedValues((name, clear.own(text)) for name, text in request.form.items() if name != "csrf_token")


def _reader(part: tuple[str, str]) -> ReadBy:
    round_id, district = part
    return ReadBy(chosen_words(), viewer_of(account(), district, round_id))


def _at_list(round_id: str, district: str) -> str:
    wanted: dict[str, Any] = dict(WantedAssignments.of(request.args).args())
    return url_for(".assignments_page", round_id=round_id, district=district, lang=chosen_words().language, **wanted)
