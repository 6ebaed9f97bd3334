"""The page of publishing: a plan of what would be done at Central, agreed to as it is shown, and how each step goes."""

from typing import Any

from flask import Blueprint, url_for

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.forms.noting import open_round_at
from server.publishing import publishing
from server.publishing.publishing import NotPublished
from server.publishing.views import publishing_shown
from server.roles.table import Permission
from server.rounds.tables import Round
from server.sets.views import unasked_of_round
from server.web.forms import gone, number, typed
from server.web.guard import WHOLE, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("publishing", __name__, template_folder="templates")


@blueprint.get("/penerbitan")
@needs(Permission.PUBLISH_FORMS, WHOLE)
def publishing_page() -> Any:
    """Show the newest plan, or how it is carried out."""
    return _page()


@blueprint.post("/penerbitan/rencana")
@needs(Permission.PUBLISH_FORMS, WHOLE)
def plan() -> Any:
    """Ask for a plan; a job looks at Central."""
    try:
        with writing(site().engine) as session:
            publishing.ask_for_plan(session, site().settings.project, account())
    except NotPublished as refused:
        return _page(refused.reason), 409
    return _back("notice.publishing_planned")


@blueprint.post("/penerbitan/setuju")
@needs(Permission.PUBLISH_FORMS, WHOLE)
def agree() -> Any:
    """Agree to the plan that was shown; where it is another by now it is shown anew and nothing is done."""
    try:
        with writing(site().engine) as session:
            publishing.agree(session, site().settings.project, number("number"), typed("digest"), account())
    except NotPublished as refused:
        return _page(refused.reason), 409
    return _back("notice.publishing_agreed")


def _page(refused: Reason | None = None) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        found = publishing_shown(session, site().settings.project, clear)
        round_id = open_round_at(session, site().settings.project)
        unasked = unasked_of_round(session, session.get_one(Round, round_id), clear) if round_id else None
    return show("publishing.html", found=found, unasked=unasked, refused=clear.why(refused) if refused else None)


def _back(notice: str) -> Any:
    return gone(url_for(".publishing_page", lang=chosen_words().language), notice)
