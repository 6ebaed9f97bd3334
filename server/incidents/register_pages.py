"""The register: its list, one incident, and its own log. Each look is written down before the page is sent."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.fields import PAGE, Misread
from server.incidents.alarms import note_seen
from server.incidents.choices import CALLED, LONGEST_TEXT, SAW_LIST, SAW_LOG, SAW_ONE, STAFF, TEXTS, TOLD_CHILD
from server.incidents.drills import start_drill
from server.incidents.keeping import Facts, acknowledge, close, must_be_newest, refer, reopen, write_facts
from server.incidents.reading import incident_of, note
from server.incidents.reporting import NotRegistered
from server.incidents.tables import Incident
from server.incidents.views import alarms_shown, incident_page, log_shown, rows_shown
from server.roles.account import Account, NotGiven
from server.roles.picking import DISTRICTS, picked_area
from server.roles.table import Permission
from server.web.forms import gone, number, typed
from server.web.guard import LISTED, LOOKED_UP, account, must_be_within, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("register", __name__, template_folder="templates")
_RECEIVED = "received-"


@blueprint.route("/register", methods=["GET", "POST"])
@needs(Permission.READ_INCIDENTS, LISTED)
def incidents() -> Any:
    """List the incidents that somebody may read now; look after a place, or start a drill."""
    if request.method == "GET":
        return _list()
    with writing(site().engine) as session:
        if typed("act") == "seen":
            note_seen(session, account(), number("alarm")) or abort(404)
            return gone(url_for(".incidents", lang=chosen_words().language), "notice.place_seen")
        try:
            start_drill(session, picked_area(session, typed("district"), DISTRICTS), account())
        except (NotRegistered, NotGiven) as wrong:
            refused = wrong.reason
        else:
            return gone(url_for(".incidents", lang=chosen_words().language), "notice.drill_started")
    return _list(refused), 400


@blueprint.route("/register/<string(length=36):uuid>", methods=["GET", "POST"])
@needs(Permission.READ_INCIDENTS, LOOKED_UP)
def record(uuid: str) -> Any:
    """Show an incident, or write down what was done."""
    with snapshot(site().engine) as session:
        incident_of(session, account(), uuid) or abort(404)
    must_be_within(Permission.READ_INCIDENTS, is_within=True)
    if request.method == "GET":
        return _record(uuid)
    try:
        with writing(site().engine) as session:
            one = incident_of(session, account(), uuid, to_change=True) or abort(404)
            must_be_newest(session, one, request.form.get("before", 0, type=int))
            _ACTS.get(typed("act"), _no_act)(session, one, account())
    except Misread as wrong:
        return _record(uuid, wrong.problems), 400
    return gone(url_for(".record", uuid=uuid, lang=chosen_words().language), "notice.incident_written")


@blueprint.get("/register/catatan")
@needs(Permission.READ_INCIDENTS, LISTED)
def log() -> Any:
    """Show who looked, and when."""
    with writing(site().engine) as session:
        note(session, account(), SAW_LOG)
        session.flush()
        lines = log_shown(session, account(), chosen_words())
    return show("register_log.html", lines=lines)


def _write_facts(session: Session, one: Incident, by: Account) -> None:
    facts = Facts(typed("danger"), request.form.getlist("called"), typed("staff"), typed("told_child"),
                  {name: typed(name) for name in TEXTS})  # fmt: skip
    write_facts(session, one, facts, by)


def _refer(session: Session, one: Incident, by: Account) -> None:
    days = {name.removeprefix(_RECEIVED): day for name, day in request.form.items() if name.startswith(_RECEIVED)}
    refer(session, one, request.form.getlist("told"), days, by)


def _no_act(_session: Session, _one: Incident, _by: Account) -> None:
    abort(400)


_ACTS: Mapping[str, Callable[[Session, Incident, Account], None]] = {
    "acknowledge": acknowledge, "facts": _write_facts, "refer": _refer, "close": close, "reopen": reopen,
}  # fmt: skip


def _list(refused: Reason | None = None) -> str:
    words, clear = chosen_words(), Clearance(chosen_words())
    with writing(site().engine) as session:
        note(session, account(), SAW_LIST)
        rows, alarms = rows_shown(session, account(), words), alarms_shown(session, account(), words)
    return show("register.html", rows=rows, alarms=alarms, district=clear.own(typed("district")),
                refused=clear.why(refused).sentence if refused else None)  # fmt: skip


def _record(uuid: str, problems: Mapping[str, Reason] | None = None) -> str:
    words, clear = chosen_words(), Clearance(chosen_words())
    with writing(site().engine) as session:
        one = incident_of(session, account(), uuid) or abort(404)
        note(session, account(), SAW_ONE, one.id)
        page = incident_page(session, one, words)
    wrong = ClearedValues((name if name != PAGE else "page", clear.why(reason).sentence)
                          for name, reason in (problems or {}).items())  # fmt: skip
    again = ClearedValues((name, clear.own(text)) for name, text in request.form.items()) if problems else None
    lists = {name: [clear.own(one) for one in request.form.getlist(name)] for name in ("called", "told")}
    return show(
        "incident.html", page=page, wrong=wrong, typed=again, typed_called=lists["called"], typed_told=lists["told"],
        numbers=[clear.ours(one) for one in CALLED], staff=[clear.ours(one) for one in STAFF],
        children=[clear.ours(one) for one in TOLD_CHILD], fields=[clear.ours(one) for one in TEXTS],
        longest=LONGEST_TEXT,
    )  # fmt: skip
