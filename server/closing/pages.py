"""Closing a district's part of a round."""

import csv
import io
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for

from server.audit.entries import Act, write_down
from server.closing.closing import close_district, reopen_district
from server.closing.views import ClosingView, closing_view, traces_shown
from server.db import snapshot, writing
from server.disclosure.cleared import ClearedValues
from server.disclosure.clearing import Clearance
from server.login.shared import to_prove
from server.roles.table import Permission
from server.rounds.states import NotAllowed
from server.traces.queries import removals_of
from server.web.guard import BY_ADDRESS, account, needs, person
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("closing", __name__, template_folder="templates")
_LONGEST = 500  # characters of a reason
_COLUMNS = ("number", "begun_at", "finished_at", "submissions", "versions", "points", "digest")


@blueprint.get("/wilayah/<round_id>/<district>/penutupan")
@needs(Permission.CLOSE_PART, BY_ADDRESS)
def closing_page(round_id: str, district: str) -> Any:
    """Show what is still open, and what was deleted when it was closed."""
    return _page(round_id, district)


@blueprint.post("/wilayah/<round_id>/<district>/penutupan")
@needs(Permission.CLOSE_PART, BY_ADDRESS)
def close(round_id: str, district: str) -> Any:
    """Close the part: its code is typed again, for what is deleted stays deleted."""

    def do(why: str) -> None:
        if request.form.get("typed", "").strip() != district:
            raise NotAllowed(Reason("closing_code_wrong", {"district": district}))
        close_district(site().engine, round_id, district, account(), why, project=site().settings.project)
        flash("closing_closed", "notice")

    return _change(round_id, district, do)


@blueprint.post("/wilayah/<round_id>/<district>/penutupan/buka")
@needs(Permission.CLOSE_PART, BY_ADDRESS)
def reopen(round_id: str, district: str) -> Any:
    """Open the part again."""

    def do(why: str) -> None:
        reopen_district(site().engine, round_id, district, account(), why)
        flash("closing_reopened", "notice")

    return _change(round_id, district, do)


@blueprint.get("/wilayah/<round_id>/<district>/penutupan/bukti.csv")
@needs(Permission.CLOSE_PART, BY_ADDRESS)
def proof(round_id: str, district: str) -> Response:
    """Give the proof of what was deleted, to keep."""
    clear, into = Clearance(chosen_words()), io.StringIO()
    with snapshot(site().engine) as session:
        shown = [traces_shown(one, clear) for one in removals_of(session, round_id, district)]
    with writing(site().engine) as session:
        write_down(
            session, Act(account().label, "traces_exported", f"report:{round_id}/{district}", district, round_id)
        )
    writer = csv.writer(into, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([getattr(one, name) for name in _COLUMNS] for one in shown)
    name = f"tilik-jejak-{round_id}-{district}.csv"
    return Response(into.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip


def _change(round_id: str, district: str, do: Callable[[str], None]) -> Any:
    here = url_for(".closing_page", round_id=round_id, district=district, lang=request.args.get("lang"))
    if not person().proved:
        return to_prove(here)
    why = request.form.get("why", "").strip()
    try:
        if not 0 < len(why) <= _LONGEST:
            raise NotAllowed(Reason("closing_needs_a_reason", {"longest": _LONGEST}))
        do(why)
    except NotAllowed as refused:
        return _page(round_id, district, refused.reasons), 400
    return redirect(here, 303)


def _page(round_id: str, district: str, refused: tuple[Reason, ...] = ()) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        found: ClosingView = closing_view(session, round_id, district, site().settings.project, clear) or abort(404)
    typed = ClearedValues((name, clear.own(text)) for name, text in request.form.items())
    return show("closing.html", chosen_words().at(found.zone), part=found, typed=typed, proved=person().proved,
                longest=_LONGEST, refused=[clear.why(reason) for reason in refused])  # fmt: skip
