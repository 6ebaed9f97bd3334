"""The plan as a file on the pages: given out, and brought back in two steps: what it would change, then the change."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, abort, request, url_for
from sqlalchemy.orm import Session

from server.assignments.offering import part_shown
from server.claims.package import UnusableWorkbook
from server.claims.workbook import MAX_FILE_BYTES
from server.db import snapshot, writing
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.plan.checking import PlanFrame, check_plan, frame_of
from server.plan.files import ReadPlan, headings, pack, read_plan_file, unpack, written_out
from server.plan.listing import PlanOf
from server.plan.planning import plan
from server.plan.wishes import NotPlanned, PlanChange, PlanProblem, PlanValues
from server.web.forms import gone, one_file, typed
from server.web.guard import account
from server.web.listing import CSV, XLSX, download
from server.web.noting import note_homes, note_read
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

MOST_SHOWN = 50
Part = tuple[str, str]


@view
class ShownProblem:
    """What is wrong with a cell of a file."""

    cell: Cleared
    column: Cleared
    sentence: Cleared


@view
class ShownVisit:
    """A visit that a file would plan, or change."""

    place: Cleared
    area: Cleared
    team: Cleared
    day: date
    is_new: bool
    is_home: bool


@view
class ShownPlanChange:
    """What a file would change; `packed` is what the page sends back, where something would be done."""

    added: int
    changed: int
    same: int
    left: int
    visits: tuple[ShownVisit, ...]
    problems: tuple[ShownProblem, ...]
    problem_count: int
    packed: Cleared | None
    hidden: tuple[Cleared, ...]


def given_out(part: Part, ending: str, plan_of: Callable[[Session, Part], PlanOf]) -> Response:
    """Give a part's plan as CSV or as a workbook, with all that nobody planned where `isi=semua` asks for them."""
    if ending not in (CSV, XLSX):
        abort(404)
    words = chosen_words()
    with snapshot(site().engine) as session:
        part_shown(session, *part, words) or abort(404)
        with_all = request.args.get("isi") == "semua"
        head, rows = written_out(plan_of(session, part), frame_of(session, *part), with_all=with_all)
    note_read("plan_exported", *part)
    return download(ending, f"tilik-rencana-{part[0]}-{part[1]}", head, rows, words)


def file_page(part: Part) -> Any:
    """Show the form for a file; what a file that was sent would change; or do what was shown and is sent back."""
    if request.method == "GET":
        return _page(part)
    try:
        if typed("packed"):
            return _carry_out(part)
        content = one_file("file", MAX_FILE_BYTES)
        if content is None:
            return _page(part, wrong=Reason("plan_file_missing"))
        said = read_plan_file(content)
    except UnusableWorkbook as unusable:
        return _page(part, wrong=unusable.reason)
    except NotPlanned as wrong:
        return _page(part, wrong=wrong.reason)
    with snapshot(site().engine) as session:
        part_shown(session, *part, chosen_words()) or abort(404)
        frame = frame_of(session, *part)
        change = check_plan(frame, said.wishes)
        problems = sorted((*said.problems, *change.problems), key=lambda one: one.row)
        try:
            shown = _shown(part, change, frame, said, [_problem(one, said.letters) for one in problems])
        except NotPlanned as wrong:
            return _page(part, wrong=wrong.reason)
    note_homes("homes_seen", viewer_of(account(), part[1], part[0]), shown.visits, *part)
    return _page(part, shown)


def _carry_out(part: Part) -> Any:
    wishes = unpack(typed("packed"))
    with writing(site().engine) as session:
        part_shown(session, *part, chosen_words()) or abort(404)
        change = plan(session, part, wishes, account())
    if change.problems:  # they arose after it was shown
        return _page(part, wrong=Reason("plan_changed_meanwhile"))
    return gone(url_for(".plan_page", round_id=part[0], district=part[1], lang=chosen_words().language),
                "notice.plan_added")  # fmt: skip


def _shown(
    part: Part, change: PlanChange, frame: PlanFrame, said: ReadPlan, problems: list[ShownProblem]
) -> ShownPlanChange:
    clear, teams = Clearance(chosen_words()), {team.id: team.name for team in frame.teams}
    new = [(values, True) for values in change.added]
    rows = [*new, *((values, False) for _, values in change.changed)]
    acts = not problems and not change.is_empty
    return ShownPlanChange(
        len(change.added), len(change.changed), change.same, change.left,
        () if problems else tuple(_visit(part, values, frame, teams, is_new) for values, is_new in rows[:MOST_SHOWN]),
        tuple(problems[: 2 * MOST_SHOWN]), len(problems), clear.own(pack(change, frame, teams)) if acts else None,
        tuple(clear.why(reason).sentence for reason in said.hidden),
    )  # fmt: skip


def _visit(part: Part, values: PlanValues, frame: PlanFrame, teams: dict[int, str], is_new: bool) -> ShownVisit:
    place = frame.places.places[values.facility_id]
    clear = Clearance(chosen_words(), place.names, viewer_of(account(), part[1], part[0]))
    named = clear.place(place.place)
    return ShownVisit(named.label, named.area, clear.ours(teams[values.team_id]), values.day, is_new,
                       place.place.is_home)  # fmt: skip


def _problem(problem: PlanProblem, letters: Any) -> ShownProblem:
    clear = Clearance(chosen_words())
    letter = letters.get(problem.field, "")
    return ShownProblem(clear.id(f"{letter}{problem.row}"), clear.say(f"plan.column.{problem.field}"),
                        clear.why(problem.reason).sentence)  # fmt: skip


def _page(part: Part, change: ShownPlanChange | None = None, wrong: Reason | None = None) -> Any:
    words, clear = chosen_words(), Clearance(chosen_words())
    with snapshot(site().engine) as session:
        shown = part_shown(session, *part, words) or abort(404)
    page = show("plan_file.html", part=shown, change=change, problem=clear.why(wrong).sentence if wrong else None,
                heads=[*map(clear.ours, headings(words))], megabytes=MAX_FILE_BYTES // 10**6)  # fmt: skip
    return page, 400 if wrong or (change and change.problem_count) else 200
