"""The page on which people decide: a submission, with what was decided about it."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.decisions.deciding import REVIEW_STATES, Undecidable, Wish, decide, new_uuid
from server.decisions.submission_view import view_submission
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.people.acting import account
from server.submissions.forms import form_of
from server.web.errors import trouble
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("decisions", __name__, template_folder="templates")


@blueprint.route("/kiriman/<form_id>/<path:root_id>", methods=["GET", "POST"])
def submission_page(form_id: str, root_id: str) -> Any:
    """Show a submission and what was decided about it; take a decision."""
    refused, code = None, 400
    if request.method == "POST":
        try:
            with writing(site().engine) as session:
                decide(session, _form_pk(session, form_id), root_id, _wish(), account())
            return redirect(url_for(".submission_page", **_here()), 303)
        except Undecidable as undecidable:
            refused = undecidable.reason
        except DBAPIError as error:  # the page is shown again: what was typed must not be lost
            refused, code = trouble(error) or abort(500), 503
    with snapshot(site().engine) as session:
        submission = view_submission(session, site().settings.project, form_id, root_id, chosen_words())
    if submission is None:
        abort(404)
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


def _form_pk(session: Session, form_id: str) -> int:
    form = form_of(session, site().settings.project, form_id)
    return abort(404) if form is None else form.id


def _wish() -> Wish:
    texts = {name: request.form.get(name, "") for name in
             ("kind", "version", "uuid", "review_state", "text", "why", "deadline", "round_id")}  # fmt: skip
    return Wish(**texts, confirmed=tuple(request.form.getlist("confirm")))


def _here() -> dict[str, Any]:
    return dict(request.view_args or {}) | {"lang": chosen_words().language}
