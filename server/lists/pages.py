"""Lists of what came, and of what did not."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from server.db import snapshot
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.lists.at_central import told_by_certificate
from server.lists.filter import read
from server.lists.kinds import (
    ASIDE,
    EXPECTED_VISITS,
    LISTS,
    MISSING_FILES,
    SUBMISSIONS,
    UNMATCHED,
    VISITS,
    Where,
)
from server.lists.listed import Listed
from server.lists.written import head_of, written
from server.results.parts import judged_part
from server.roles.account import must
from server.roles.table import Permission
from server.told.aside import ToldAside, told_aside_in
from server.web.guard import BY_ADDRESS, account, needs
from server.web.listing import CSV, PAGE, PAGE_SIZE, XLSX, download, offset
from server.web.noting import note_homes, note_read
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("lists", __name__, template_folder="templates")


@blueprint.get("/wilayah/<round_id>/<district>/kiriman")
@needs(Permission.SEE_SUBMISSION, BY_ADDRESS)
def submissions(round_id: str, district: str) -> Any:
    """List submissions."""
    return _page(SUBMISSIONS, round_id, district)


@blueprint.get("/wilayah/<round_id>/<district>/kunjungan")
@needs(Permission.SEE_SUBMISSION, BY_ADDRESS)
def visits(round_id: str, district: str) -> Any:
    """List visits."""
    return _page(VISITS, round_id, district)


@blueprint.get("/wilayah/<round_id>/<district>/tanpa-klaim")
@needs(Permission.SEE_SUBMISSION, BY_ADDRESS)
def unmatched(round_id: str, district: str) -> Any:
    """List visits that belong to no line."""
    return _page(UNMATCHED, round_id, district)


@blueprint.get("/wilayah/<round_id>/<district>/disisihkan")
@needs(Permission.SEE_SUBMISSION, BY_ADDRESS)
def aside(round_id: str, district: str) -> Any:
    """List what is set aside; interviews and programmes beside it, by their number."""
    return _page(ASIDE, round_id, district, beside=told_aside_in)


@blueprint.get("/wilayah/<round_id>/<district>/berkas-kurang")
@needs(Permission.SEE_SUBMISSION, BY_ADDRESS)
def missing_files(round_id: str, district: str) -> Any:
    """List files that have not come."""
    return _page(MISSING_FILES, round_id, district)


@blueprint.get("/wilayah/<round_id>/<district>/belum-tiba")
@needs(Permission.SEE_SUBMISSION, BY_ADDRESS)
def expected(round_id: str, district: str) -> Any:
    """List visits that are expected and not here, and say what is at Central and not here."""
    return _page(EXPECTED_VISITS, round_id, district, at_central=told_by_certificate)


@blueprint.get("/wilayah/<round_id>/<district>/daftar/<name>.<ending>")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def as_file(round_id: str, district: str, name: str, ending: str) -> Response:
    """Give what a list's filter wants as CSV or as a workbook."""
    must(account(), Permission.SEE_SUBMISSION, district, round_id)
    if name not in LISTS or ending not in (CSV, XLSX):
        abort(404)
    with snapshot(site().engine) as session:
        listed = _listed(session, name, round_id, district)
        rows = [written(row, listed.words) for row in listed.rows()]
    note_read("list_exported", round_id, district)
    return download(ending, f"tilik-{round_id}-{district}-{name}", head_of(listed.of, listed.words), rows, listed.words)


def _page(
    name: str, round_id: str, district: str, at_central: Callable[[Session, int, Clearance], Any] = lambda *_: None,
    beside: Callable[[Session, int, str, str, Clearance], tuple[ToldAside, ...]] = lambda *_: (),
) -> str:  # fmt: skip
    with snapshot(site().engine) as session:
        listed = _listed(session, name, round_id, district)
        facets = listed.facets()
        listing, signs = listed.listing(facets, request.args.get(PAGE)), listed.signs(facets)
        rows = listed.rows(PAGE_SIZE, offset(listing.paging))
        clear, here = listed.clear, listed.where.here
        titles = {"round_name": clear.ours(here.round.name), "district_name": clear.area(district),
                  "told": at_central(session, site().settings.project, clear),
                  "told_aside": beside(session, site().settings.project, round_id, district, clear)}  # fmt: skip
    note_homes("homes_seen", listed.viewer, rows, round_id, district)
    return show("list.html", listed.words, name=clear.ours(name), head_of_day=clear.ours(listed.of.head_of_day),
                head_of_visitor=clear.ours(listed.of.head_of_visitor),
                others=[clear.ours(one) for one in LISTS], listing=listing, rows=rows, signs=signs,
                **titles)  # fmt: skip


def _listed(session: Session, name: str, round_id: str, district: str) -> Listed:
    here = judged_part(session, round_id, district) or abort(404)
    viewer = viewer_of(account(), district, round_id, is_open=here.is_open)
    where = Where(session, here, site().settings.project)
    return Listed(LISTS[name], where, read(request.args), viewer, chosen_words().at(here.zone)).known()
