"""What the pages of a form in parts share: files that wait, what is written of them, and the page of the three ways."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage

from server.claims.bundles import Files, bundled, told_apart, unbundled
from server.claims.given_out import given
from server.claims.joined_text import joined_text
from server.claims.joining import CannotMerge, Joined, settle, whole_of
from server.claims.part_views import (
    mark_of,
    shown_agencies,
    shown_numbers,
    shown_places,
)
from server.claims.tables import NAME_LIMIT, WaitingForm
from server.claims.waiting import forget, keep, waiting_form
from server.claims.workbook import MAX_FILE_BYTES
from server.db import HIGHEST_KEY, snapshot
from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.documents.part import PartHere, part_here
from server.machine import what_ails
from server.store.opening import open_store
from server.web.errors import error_page
from server.web.guard import account
from server.web.showing import show
from server.web.site import chosen_words, site
from server.words import Catalogue, catalogue
from verification.claim_form.cells import clean
from verification.reason import Reason

blueprint = Blueprint("parts", __name__, template_folder="templates")
PART = "/wilayah/<round_id>/<district>/klaim"
NUMBER = f"<int(max={HIGHEST_KEY}):number>"
MOST_FILES = 40  # that are merged at once
NO_FILES = Reason("claims_no_file")


def written(here: PartHere, joined: Joined, again: Callable[[Joined, Reason], str]) -> Any:
    """Give the workbook, where what was shown was agreed to and of each clash a cell was chosen."""
    if request.form.get("tampak") != mark_of(joined):
        return again(joined, Reason("claims_plan_changed")), 400
    if joined.problems:
        return again(joined, Reason("claims_has_problems", {"count": len(joined.problems)})), 400
    chosen = [_chosen(at, len(clash.said)) for at, clash in enumerate(joined.merged.clashes)]
    if None in chosen:
        return again(joined, Reason("parts_not_chosen", {"count": chosen.count(None)})), 400
    whole = settle(joined, ((clash, which or 0) for clash, which in zip(joined.merged.clashes, chosen, strict=True)))
    try:
        with snapshot(site().engine) as session:
            content = whole_of(session, whole, joined_text(joined, catalogue("id")))
    except CannotMerge as cannot:
        return again(joined, cannot.reason), 400
    name = f"tilik-klaim-{here.round.id}-{here.district}-gabungan.xlsx"
    return given(here.round.id, here.district, content, name)


def _chosen(at: int, count: int) -> int | None:
    """Read which cell of a clash counts: as it was chosen, or the first of each that is not shown by itself."""
    asked = request.form.get(f"pilih-{at}", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 4 and int(asked) < count:
        return int(asked)
    return 0 if "pertama" in request.form else None


def must_be_of(here: PartHere, joined: Joined) -> None:
    """Refuse what was made for another part. Raises CannotMerge."""
    stamp = joined.stamp
    if stamp.district != here.district or stamp.round_id not in (None, here.round.id):
        raise CannotMerge("claims_of_another_part", district=stamp.district)


def files_read(came: list[FileStorage]) -> Files:
    """Read files, of one that is too large no more than shows that; each has a name of its own."""
    some = [one for one in came if one.filename]
    names = told_apart(clean(one.filename or "")[: NAME_LIMIT // 2] for one in some)
    return [(name, one.stream.read(MAX_FILE_BYTES + 1)) for name, one in zip(names, some, strict=True)]


def kept(here: PartHere, files: Files, what: str, onwards: Callable[[int], str]) -> Any:
    """Keep files until it was chosen what counts of them, and go on to where it is."""
    form = WaitingForm(round_id=here.round.id, district=here.district, uploaded_by=account().label, what=what)
    try:
        number = keep(site().engine, open_store(site().settings), bundled(files), files[0][0], form)
    except OSError as error:
        return error_page(503, "", what_ails(error))
    return redirect(onwards(number), 303)


def files_waiting(here: PartHere, number: int, what: str) -> Files:
    """Find files that wait in this part; those that are forgotten are not there."""
    with snapshot(site().engine) as session:
        found = waiting_form(session, number, here.round.id, here.district, what) or abort(404)
        digest = found.digest
    try:
        return unbundled(open_store(site().settings).read(digest))
    except FileNotFoundError:
        abort(404)


def forgotten(here: PartHere, number: int, what: str) -> Any:
    """Forget files that nobody wants."""
    files_waiting(here, number, what)
    forget(site().engine, number)
    flash("claims_forgotten", "notice")
    return redirect(url_for(".parts_page", **where(here)), 303)


def the_part(round_id: str, district: str) -> PartHere:
    """Find the part that a page is about, or answer that there is none."""
    with snapshot(site().engine) as session:
        here = part_here(session, round_id, district) or abort(404)
        session.expunge_all()
    return here


def where(here: PartHere) -> dict[str, Any]:
    """Say in an address which part is meant."""
    return {"round_id": here.round.id, "district": here.district}


def speaking(here: PartHere) -> tuple[Catalogue, Clearance]:
    """Give the words of whoever asks, in the part's zone, and what clears values for them."""
    words = chosen_words().at(here.zone)
    return words, Clearance(words, here.names)


def titles(here: PartHere, clear: Clearance) -> dict[str, Cleared]:
    """Name the part on its pages."""
    return {"round_id": clear.id(here.round.id), "district": clear.id(here.district),
            "round": clear.ours(here.round.name), "name": clear.area(here.district)}  # fmt: skip


def parts_shown(here: PartHere, refused: Reason | None = None, of: str = "") -> str:
    """Show the three ways; with why what was sent was not taken, of which file, and what was typed beside it."""
    words, clear = speaking(here)
    indicators, sent = here.indicators, request.form
    return show(
        "claims_parts.html", words, agencies=shown_agencies(indicators, clear),
        numbers=shown_numbers(indicators, clear), places=shown_places(indicators, clear), of=its_name(of, clear),
        ticked=[*map(clear.own, sent.getlist("untuk"))], chosen=clear.own(sent.get("tempat", "")),
        sheet=clear.own(sent.get("lembar", "")), most=MOST_FILES, megabytes=MAX_FILE_BYTES // 10**6,
        refused=clear.why(refused) if refused else None, **titles(here, clear),
    )  # fmt: skip


def its_name(file: str, clear: Clearance) -> Cleared | None:
    """Say which of several files is spoken of."""
    return clear.handed_in(file, 1, "Excel", of_the_district=True) if file else None
