"""The pages of what protection services counted: rounded for whoever sees the report, exact for Tim Penilai."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, request, url_for

from server.assignments.offering import part_shown
from server.db import snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.restricted.shelter_visit import WHY_CHANGED, NotEntered
from server.restricted.totals import TotalsWish, enter, services_in
from server.restricted.totals_view import totals_form, totals_shown
from server.roles.table import Permission
from server.rounds.tables import Round
from server.web.forms import gone, typed
from server.web.guard import BY_ADDRESS, account, needs
from server.web.noting import note_read
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.protection.totals import SOURCES
from verification.reason import Reason

blueprint = Blueprint("totals", __name__, template_folder="templates")
_TOTALS = "/wilayah/<round_id>/<district>/rekap-layanan"


@blueprint.get(_TOTALS)
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def rounded(round_id: str, district: str) -> Any:
    """Show a district's sums rounded, and few ones hidden."""
    return _shown(round_id, district, exact=False)


@blueprint.get(f"{_TOTALS}/lengkap")
@needs(Permission.SEE_TOTALS_EXACT, BY_ADDRESS)
def exact(round_id: str, district: str) -> Any:
    """Show the exact numbers, by service."""
    page = _shown(round_id, district, exact=True)
    note_read("totals_seen", round_id, district)
    return page


@blueprint.route(f"{_TOTALS}/layanan/<facility_id>", methods=["GET", "POST"])
@needs(Permission.ENTER_TOTALS, BY_ADDRESS)
def service(round_id: str, district: str, facility_id: str) -> Any:
    """Enter what one service counted."""
    if request.method == "GET":
        return _form(round_id, district, facility_id)
    wish = TotalsWish(request.form.get("before", -1, type=int), request.form, typed("source"), typed("why"))
    try:
        with writing(site().engine) as session:
            facility_id in services_in(session, district) or abort(404)
            enter(session, round_id, district, facility_id, wish, account())
    except NotEntered as wrong:
        return _form(round_id, district, facility_id, wrong.problems)
    here = url_for(".service", round_id=round_id, district=district, facility_id=facility_id,
                   lang=chosen_words().language)  # fmt: skip
    return gone(here, "notice.totals_entered")


def _shown(round_id: str, district: str, *, exact: bool) -> str:
    words = chosen_words()
    with snapshot(site().engine) as session:
        part = part_shown(session, round_id, district, words) or abort(404)
        viewer = viewer_of(account(), district, round_id)
        totals = totals_shown(session, round_id, district, words, viewer, exact=exact)
        year = session.get_one(Round, round_id).data_year
    return show("totals.html", part=part, totals=totals, year=year, exact=exact)


def _form(round_id: str, district: str, facility_id: str, problems: Mapping[str, Reason] | None = None) -> Any:
    words, clear = chosen_words(), Clearance(chosen_words())
    with snapshot(site().engine) as session:
        part = part_shown(session, round_id, district, words) or abort(404)
        viewer = viewer_of(account(), district, round_id)
        form = totals_form(
            session, (round_id, district), facility_id, words, viewer, request.form if problems else None
        )
        form or abort(404)
        year = session.get_one(Round, round_id).data_year
    note_read("totals_seen", round_id, district)
    page = show(
        "totals_form.html", part=part, form=form, year=year, sources=[*map(clear.ours, SOURCES)],
        whys=[*map(clear.ours, WHY_CHANGED)], why=clear.own(typed("why")),
        wrong=ClearedValues((name or "page", clear.why(reason).sentence) for name, reason in (problems or {}).items()),
    )  # fmt: skip
    return page, 400 if problems else 200
