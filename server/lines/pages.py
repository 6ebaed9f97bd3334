"""A district's claimed places: as a list, and one with all that speaks for and against it."""

from typing import Any

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from server.db import HIGHEST_KEY, snapshot
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.lines.filter import read
from server.lines.line_page import line_page
from server.lines.listed import ListedLines
from server.lines.written import HEAD, written
from server.results.parts import judged_part
from server.roles.table import Permission
from server.web.guard import BY_ADDRESS, account, needs
from server.web.listing import CSV, PAGE, PAGE_SIZE, XLSX, download, offset
from server.web.noting import note_homes, note_read
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("lines", __name__, template_folder="templates")


@blueprint.get("/wilayah/<round_id>/<district>/baris")
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def lines_page(round_id: str, district: str) -> Any:
    """List the lines, those of a page."""
    with snapshot(site().engine) as session:
        lines = _lines(session, round_id, district)
        listing = lines.listing(lines.facets(), request.args.get(PAGE))
        rows = lines.rows(PAGE_SIZE, offset(listing.paging))
        clear, here = Clearance(lines.words, lines.here.names), lines.here
        titles = {"round_name": clear.ours(here.round.name), "district_name": clear.area(district)}
    note_homes("homes_seen", lines.viewer, rows, round_id, district)
    return show("lines.html", lines.words, listing=listing, rows=rows, is_judged=here.result is not None, **titles)


@blueprint.get("/wilayah/<round_id>/<district>/baris.csv")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def lines_as_csv(round_id: str, district: str) -> Response:
    """Give the lines that the filter wants as CSV."""
    return _as_file(CSV, round_id, district)


@blueprint.get("/wilayah/<round_id>/<district>/baris.xlsx")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def lines_as_xlsx(round_id: str, district: str) -> Response:
    """Give the lines that the filter wants as a workbook."""
    return _as_file(XLSX, round_id, district)


blueprint.get(f"/wilayah/<round_id>/<district>/baris/<int(max={HIGHEST_KEY}):line_id>")(line_page)


def _lines(session: Session, round_id: str, district: str) -> ListedLines:
    here = judged_part(session, round_id, district) or abort(404)
    viewer = viewer_of(account(), district, round_id, is_open=here.is_open)
    return ListedLines(session, here, read(request.args), viewer, chosen_words().at(here.zone)).known()


def _as_file(ending: str, round_id: str, district: str) -> Response:
    with snapshot(site().engine) as session:
        lines = _lines(session, round_id, district)
        rows = [written(row, lines.words) for row in lines.rows()]
    note_read("lines_exported", round_id, district)
    head = [lines.words.say(f"list.head.{name}") for name in HEAD]
    return download(ending, f"tilik-{round_id}-{district}-baris", head, rows, lines.words)
