"""The pages of interviews and programmes of a district, and the same as files."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from server.assignments.offering import part_shown
from server.db import snapshot, writing
from server.disclosure.viewer import viewer_of
from server.roles.table import Permission
from server.rounds.tables import Round
from server.told import interviews_view, programmes_view
from server.told.releasing import release
from server.web.forms import gone
from server.web.guard import BY_ADDRESS, account, needs
from server.web.listing import CSV, download
from server.web.noting import note_read
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("told", __name__, template_folder="templates")
_INTERVIEWS = "/wilayah/<round_id>/<district>/wawancara"
_PROGRAMMES = "/wilayah/<round_id>/<district>/program-ampk"


@blueprint.get(_INTERVIEWS)
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def interviews(round_id: str, district: str) -> str:
    """Show what people said, by topic and subdistrict."""
    words, viewer = chosen_words(), viewer_of(account(), district, round_id)
    with snapshot(site().engine) as session:
        part = part_shown(session, round_id, district, words) or abort(404)
        shown = interviews_view.interviews_shown(session, round_id, district, words, viewer)
    note_read("statements_read" if shown.waits else "interviews_read", round_id, district)
    return show("interviews.html", part=part, interviews=shown)


@blueprint.post(f"{_INTERVIEWS}/<int:submission_id>")
@needs(Permission.COMMENT, BY_ADDRESS)
def release_statement(round_id: str, district: str, submission_id: int) -> Any:
    """Release an institution's words, or keep them back again."""
    released = request.form.get("act") == "release"
    with writing(site().engine) as session:
        release(session, round_id, district, submission_id, account(), released=released) or abort(404)
    here = url_for(".interviews", round_id=round_id, district=district, lang=chosen_words().language)
    return gone(here, "notice.statement_released" if released else "notice.statement_kept_back")


@blueprint.get(f"{_INTERVIEWS}.csv")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def interviews_as_csv(round_id: str, district: str) -> Response:
    """Give the same numbers as a file; no institution's words are in it."""
    words, viewer = chosen_words(), viewer_of(account(), district, round_id)
    with snapshot(site().engine) as session:
        part_shown(session, round_id, district, words) or abort(404)
        shown = interviews_view.interviews_shown(session, round_id, district, words, viewer)
    note_read("interviews_exported", round_id, district)
    head = [words.say(f"told.head.{name}") for name in interviews_view.CSV_HEAD]
    return download(CSV, f"tilik-{round_id}-{district}-wawancara", head, interviews_view.rows_of(shown), words)


@blueprint.get(_PROGRAMMES)
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def programmes(round_id: str, district: str) -> str:
    """Show what institutions do for families, and how they meet."""
    words = chosen_words()
    with snapshot(site().engine) as session:
        part = part_shown(session, round_id, district, words) or abort(404)
        shown = programmes_view.programmes_shown(session, round_id, district, words)
        year = session.get_one(Round, round_id).data_year
    return show("programmes.html", part=part, shown=shown, year=year)


@blueprint.get(f"{_PROGRAMMES}.csv")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def programmes_as_csv(round_id: str, district: str) -> Response:
    """Give which needs are answered by whom, as a file."""
    words = chosen_words()
    with snapshot(site().engine) as session:
        part_shown(session, round_id, district, words) or abort(404)
        shown = programmes_view.programmes_shown(session, round_id, district, words)
    note_read("programmes_exported", round_id, district)
    head = [words.say(f"told.head.{name}") for name in programmes_view.CSV_HEAD]
    return download(CSV, f"tilik-{round_id}-{district}-program-ampk", head, programmes_view.rows_of(shown), words)
