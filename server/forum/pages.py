"""The page of a district's forum, and the one on which a facilitator is given a code for minutes."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from server.assignments.offering import part_shown
from server.children.preparing import NotPrepared
from server.db import snapshot, writing
from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.forum import view
from server.forum.codes import draw_code
from server.forum.releasing import release_summary
from server.roles.table import Permission
from server.web.forms import gone
from server.web.guard import BY_ADDRESS, account, needs
from server.web.listing import CSV, download
from server.web.noting import note_read
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("forum", __name__, template_folder="templates")
_FORUM = "/wilayah/<round_id>/<district>/forum-anak"


@blueprint.get(_FORUM)
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def minutes(round_id: str, district: str) -> str:
    """Show what a district's forum said, and what the forums of its province say together."""
    words, viewer = chosen_words(), viewer_of(account(), district, round_id)
    with snapshot(site().engine) as session:
        part = part_shown(session, round_id, district, words) or abort(404)
        shown = view.minutes_shown(session, (round_id, district), words, viewer)
    waits = any(not one.released for one in shown.summaries)
    note_read("summaries_read" if waits else "minutes_read", round_id, district)
    return show("minutes.html", part=part, shown=shown)


@blueprint.post(f"{_FORUM}/<int:submission_id>")
@needs(Permission.COMMENT, BY_ADDRESS)
def release(round_id: str, district: str, submission_id: int) -> Any:
    """Release a forum's words, or keep them back again."""
    released = request.form.get("act") == "release"
    with writing(site().engine) as session:
        release_summary(session, (round_id, district), submission_id, account(), released=released) or abort(404)
    here = url_for(".minutes", round_id=round_id, district=district, lang=chosen_words().language)
    return gone(here, "notice.summary_released" if released else "notice.summary_kept_back")


@blueprint.get(f"{_FORUM}.csv")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def minutes_as_csv(round_id: str, district: str) -> Response:
    """Give what the district's forum said as a file; no words are in it."""
    words, viewer = chosen_words(), viewer_of(account(), district, round_id)
    with snapshot(site().engine) as session:
        part_shown(session, round_id, district, words) or abort(404)
        shown = view.minutes_shown(session, (round_id, district), words, viewer)
    note_read("minutes_exported", round_id, district)
    head = [words.say(f"forum.head.{name}") for name in view.CSV_HEAD]
    return download(CSV, f"tilik-{round_id}-{district}-forum-anak", head, view.rows_of(shown), words)


@blueprint.route(f"{_FORUM}/kode", methods=["GET", "POST"])
@needs(Permission.HOLD_SESSIONS, BY_ADDRESS)
def code_page(round_id: str, district: str) -> Any:
    """Say what a code of minutes is for, and give one, once."""
    words, code, problems = chosen_words(), None, list[Cleared]()
    clear = Clearance(words)
    if request.method == "POST":
        try:
            with writing(site().engine) as session:
                part_shown(session, round_id, district, words) or abort(404)
                code = clear.id(draw_code(session, (round_id, district), account()))
        except NotPrepared as wrong:
            problems = [clear.why(reason).sentence for reason in wrong.reasons]
    with snapshot(site().engine) as session:
        part = part_shown(session, round_id, district, words) or abort(404)
    return show("code.html", part=part, code=code, problems=problems), 400 if problems else 200
