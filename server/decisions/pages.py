"""The page on which people decide: a submission, with what was decided about it."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy.exc import DBAPIError

from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.decisions.deciding import REVIEW_STATES, Wish, decide
from server.decisions.submission_view import state_of, view_submission
from server.decisions.typed import Undecidable, new_uuid
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.roles.table import Permission
from server.submissions.tables import SubmissionState
from server.web.errors import trouble
from server.web.forms import gone, number
from server.web.guard import LOOKED_UP, account, must_be_allowed, needs
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("decisions", __name__, template_folder="templates")


@blueprint.route("/kiriman/<form_id>/<path:root_id>", methods=["GET", "POST"])
@needs(Permission.SEE_SUBMISSION, LOOKED_UP)
def submission_page(form_id: str, root_id: str) -> Any:
    """Show a submission and what was decided about it; take a decision."""
    refused, code, where = None, 400, _look_up(form_id, root_id)
    if request.method == "POST":
        try:
            with writing(site().engine) as session:
                decide(session, where.form_pk, root_id, _wish(), account())
            return gone(_back(where), "notice.decided")
        except Undecidable as undecidable:
            refused = undecidable.reason
        except DBAPIError as error:  # the page is shown again: what was typed must not be lost
            refused, code = trouble(error) or abort(500), 503
    if code != 503:  # else nothing can be written just now, and what was typed must not be lost
        _note_seen(where)
    with snapshot(site().engine) as session:
        viewer = viewer_of(account(), where.district, where.round_id)
        submission = view_submission(session, where.id, chosen_words(), viewer, account())
    clear = Clearance(chosen_words())
    typed = ClearedValues((name, clear.own(text)) for name, text in request.form.items())
    page = show(
        "submission.html", chosen_words().at(submission.zone), submission=submission, typed=typed,
        refused=clear.why(refused) if refused else None,
    )  # fmt: skip
    return page, code if refused else 200


@blueprint.app_context_processor
def offered() -> dict[str, Any]:
    """Give templates what a decision may be, and a new number for each."""
    return {"states": REVIEW_STATES, "new_uuid": new_uuid}


def _look_up(form_id: str, root_id: str) -> SubmissionState:
    """Find the submission, and whether it may be seen."""
    with snapshot(site().engine) as session:
        found = state_of(session, site().settings.project, form_id, root_id) or abort(404)
        session.expunge(found)
    must_be_allowed(Permission.SEE_SUBMISSION, found.district, found.round_id)
    return found


def _note_seen(found: SubmissionState) -> None:
    with writing(site().engine) as session:
        write_down(session, Act(account().label, "submission_seen", f"submission:{found.id}", found.district,
                                found.round_id))  # fmt: skip


def _wish() -> Wish:
    texts = {name: request.form.get(name, "") for name in
             ("kind", "version", "uuid", "review_state", "text", "why", "deadline", "round_id")}  # fmt: skip
    return Wish(**texts, confirmed=tuple(request.form.getlist("confirm")))


def _back(where: SubmissionState) -> str:
    """Give the page that a decision was taken on: the submission's, or that of the claimed line it is about."""
    if (line := number("line")) and where.district and where.round_id:
        return url_for("lines.line_page", round_id=where.round_id, district=where.district, line_id=line,
                       lang=chosen_words().language)  # fmt: skip
    return url_for(".submission_page", **_here())


def _here() -> dict[str, Any]:
    return dict(request.view_args or {}) | {"lang": chosen_words().language}
