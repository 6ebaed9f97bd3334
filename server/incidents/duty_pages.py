"""The roster; the page of whoever is called; and what the inspectorate is told: how often somebody looked."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy import select

from server.db import snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.incidents.duty import KINDS
from server.incidents.duty_views import Eligible, WhoCould, reads_shown, shifts_shown
from server.incidents.keeping import acknowledge
from server.incidents.roster import NotOnDuty, Shift, put_on, take_off, who_can
from server.incidents.tables import Incident
from server.incidents.views import calls_shown, is_called, reads_something
from server.messages.sentences import CALLED
from server.roles.account import NotGiven
from server.roles.picking import picked_area
from server.roles.table import Permission
from server.web.forms import gone, number, typed
from server.web.guard import LISTED, WHOLE, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("duty", __name__, template_folder="templates")
_FIELDS = ("who", "area", "starts", "ends")


@blueprint.route("/register/jaga", methods=["GET", "POST"])
@needs(Permission.KEEP_DUTY, LISTED)
def roster() -> Any:
    """List who is on duty, put somebody on the roster, or take them off."""
    if request.method == "GET":
        return _roster()
    try:
        with writing(site().engine) as session:
            if typed("act") == "end":
                take_off(session, number("number"), account())
                return gone(url_for(".roster", lang=chosen_words().language), "notice.duty_ended")
            kind, _, who = typed("who").partition(":")
            person = int(who) if who.isdecimal() and len(who) < 10 else 0
            area = picked_area(session, typed("area"))
            put_on(session, Shift(kind, person, typed("starts"), typed("ends"), area), account())
    except (NotOnDuty, NotGiven) as wrong:
        return _roster(wrong.reason), 400
    return gone(url_for(".roster", lang=chosen_words().language), "notice.duty_set")


@blueprint.route(CALLED, methods=["GET", "POST"])
@needs(Permission.REPORT_CONCERN, LISTED)
def called() -> Any:
    """Say whether something waits for whoever is called; the ministry's duty officer sees to it that it is read."""
    if request.method == "POST":
        with writing(site().engine) as session:
            query = select(Incident).filter_by(uuid=typed("uuid"))
            one = session.scalars(query.with_for_update()).one_or_none()
            if one is None or not is_called(session, account(), one):
                abort(404)
            acknowledge(session, one, account())
        return gone(url_for(".called", lang=chosen_words().language), "notice.incident_seen_to")
    with snapshot(site().engine) as session:
        calls, reads = calls_shown(session, account(), chosen_words()), reads_something(session, account())
    return show("called.html", calls=calls, reads=reads)


@blueprint.get("/register/hitungan")
@needs(Permission.SEE_INCIDENT_READS, WHOLE)
def reads() -> Any:
    """Tell the inspectorate how often somebody looked into the register, by month."""
    with snapshot(site().engine) as session:
        months = reads_shown(session, Clearance(chosen_words()))
    return show("register_reads.html", months=months)


def _roster(refused: Reason | None = None) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        rows = shifts_shown(session, account(), clear)
        people = [WhoCould(clear.id(kind), tuple(Eligible(clear.id(f"{kind}:{one}"), clear.ours(name))
                                                 for one, name in who_can(session, kind).items()))
                  for kind in KINDS]  # fmt: skip
    again = ClearedValues((name, clear.own(typed(name))) for name in _FIELDS)
    return show("roster.html", rows=rows, people=people, typed=again,
                refused=clear.why(refused).sentence if refused else None)  # fmt: skip
