"""The form by which anybody of a team hands a concern over, and the paper card. Nothing can be read back here."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from server.db import snapshot, writing
from server.decisions.typed import new_uuid
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.incidents.card import card_of
from server.incidents.choices import CALLED, CAME_BY, STAFF
from server.incidents.reading import may_read
from server.incidents.reporting import Concern, NotReported, report, today_there
from server.incidents.views import concern_form
from server.papers.printing import NotPrinted
from server.roles.table import Permission
from server.web.errors import error_page
from server.web.forms import gone, typed
from server.web.guard import LISTED, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("incidents", __name__, template_folder="templates")
_HERE = "/lapor-kekhawatiran"
_FIELDS = ("uuid", "district", "place", "told_on", "came_by", "callback", "danger", "staff")


@blueprint.route(_HERE, methods=["GET", "POST"])
@needs(Permission.REPORT_CONCERN, LISTED)
def concern() -> Any:
    """Hand a concern over; whoever reads the register goes on to it, all others are told whom to call."""
    if request.method == "GET" or typed("act") == "contacts":
        return _form()
    wish = Concern(**{name: typed(name) for name in _FIELDS}, called=request.form.getlist("called"))
    try:
        with writing(site().engine) as session:
            found = report(session, wish, account())
            reads, uuid = may_read(session, account(), found), found.uuid
    except NotReported as wrong:
        return _form(wrong.problems), 400
    if reads:
        return gone(url_for("register.record", uuid=uuid, lang=chosen_words().language), "notice.incident_opened")
    return _sent(wish.district)


@blueprint.get(f"{_HERE}/kartu.pdf")
@needs(Permission.REPORT_CONCERN, LISTED)
def card_as_file() -> Any:
    """Give the paper card, to be printed before anybody leaves; nobody notes who printed it."""
    with snapshot(site().engine) as session:
        found = concern_form(session, account(), "", today_there(session, ""), Clearance(chosen_words()))
        try:
            pdf = card_of(session, [str(one.code) for one in found.own])
        except NotPrinted as refused:
            return error_page(503, "error.503", refused.reason)
    response = Response(pdf, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename="kartu-kekhawatiran.pdf")
    return response


def _form(problems: Mapping[str, Reason] | None = None) -> str:
    words, clear = chosen_words(), Clearance(chosen_words())
    with snapshot(site().engine) as session:
        form = concern_form(session, account(), typed("district"), today_there(session, typed("district")), clear)
    again = ClearedValues((name, clear.own(typed(name))) for name in _FIELDS if typed(name))
    again["called"] = [clear.own(number) for number in request.form.getlist("called")]
    wrong = ClearedValues((name or "page", clear.why(reason).sentence) for name, reason in (problems or {}).items())
    return show(
        "concern.html", words, form=form, typed=again, wrong=wrong, uuid=clear.id(typed("uuid") or new_uuid()),
        ways=[clear.ours(one) for one in CAME_BY], numbers=[clear.ours(one) for one in CALLED],
        staff=[clear.ours(one) for one in STAFF],
    )  # fmt: skip


def _sent(district: str) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        form = concern_form(session, account(), district, today_there(session, district), clear)
    return show("concern_sent.html", form=form, numbers=[clear.ours(one) for one in CALLED])
