"""The pages: the report for paper; the whole report as JSON, CSV and XLSX; what is set aside and in none."""

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.orm import Session

from server.db import snapshot
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer, viewer_of
from server.map.places import MapMark
from server.map.svg import DistrictMap, paper_map
from server.reports.aside import aside_elsewhere
from server.reports.builder import build_report
from server.reports.exports import report_csv, report_json, report_xlsx
from server.reports.material import load_material
from server.reports.paper import build_paper
from server.reports.paper_material import PaperMaterial, load_paper
from server.reports.report import Report
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import RoundPart
from server.told.aside import told_aside_elsewhere
from server.web.guard import BY_ADDRESS, WHOLE, account, needs
from server.web.kept import A_MOMENT, Kept
from server.web.noting import note_read
from server.web.showing import show
from server.web.site import chosen_words, site
from server.words import Catalogue
from verification.places.kinds import Shown

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_drawn = Kept[DistrictMap](100, A_MOMENT)  # some 50 kB each
blueprint = Blueprint("reports", __name__, template_folder="templates")


@blueprint.get("/disisihkan")
@needs(Permission.SEE_ASIDE, WHOLE)
def aside_page() -> str:
    """List what is set aside and in no district's report."""
    with snapshot(site().engine) as session:
        project, clear = site().settings.project, Clearance(chosen_words())
        elsewhere, told = aside_elsewhere(session, project, clear), told_aside_elsewhere(session, project, clear)
    return show("aside.html", elsewhere=elsewhere, told_aside=told)


@blueprint.get("/laporan/<round_id>/<district>")
@needs(Permission.SEE_REPORT, BY_ADDRESS)
def report_page(round_id: str, district: str) -> str:
    """Show the report for paper, or one part of a long one."""
    part, whole = request.args.get("bagian", 1, type=int), request.args.get("semua") == "1"
    with snapshot(site().engine) as session:
        material = load_paper(session, round_id, district, site().settings.project, part, whole=whole) or abort(404)
        words, viewer = chosen_words().at(material.zone), _viewer(material.part)
        paper = build_paper(material, words, viewer)
        drawing = _map(session, material, words, viewer) if paper.part == 1 else None
    if Shown.BY_SUBDISTRICT in viewer.names:
        note_read("homes_seen", round_id, district)
    return show("paper.html", words, paper=paper, map=drawing, asked_whole=whole)


def _map(session: Session, material: PaperMaterial, words: Catalogue, viewer: Viewer) -> DistrictMap:
    """Draw the map, or give it as it was drawn a moment ago for the same result and whoever sees the same."""
    result, here = material.result, {"round_id": material.round.id, "district": material.part.district}

    def draw() -> DistrictMap:
        def line(mark: MapMark) -> str:
            return url_for("lines.line_page", line_id=mark.line, lang=words.language, **here)  # type: ignore[arg-type]

        clear = Clearance(words, material.names, viewer)
        return paper_map(session, material.round.areas_id, here["district"], result, clear, words, line)

    return _drawn.of(session, (result.stamp, viewer, words.language), draw)


def _viewer(part: RoundPart) -> Viewer:
    return viewer_of(account(), part.district, part.round_id, is_open=part.state == OPEN)


def _report(round_id: str, district: str) -> Report:
    with snapshot(site().engine) as session:
        material = load_material(session, round_id, district, site().settings.project) or abort(404)
        found = build_report(material, chosen_words(), _viewer(material.part))
    note_read("report_exported", round_id, district)
    return found


@blueprint.get("/laporan/<round_id>/<district>.json")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def report_as_json(round_id: str, district: str) -> Response:
    """Give the report as JSON."""
    content = report_json(_report(round_id, district))
    return _download(content.encode(), "application/json; charset=utf-8", f"tilik-{round_id}-{district}.json")


@blueprint.get("/laporan/<round_id>/<district>.csv")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def report_as_csv(round_id: str, district: str) -> Response:
    """Give the report as CSV."""
    content = report_csv(_report(round_id, district), chosen_words())
    return _download(content.encode(), "text/csv; charset=utf-8", f"tilik-{round_id}-{district}.csv")


@blueprint.get("/laporan/<round_id>/<district>.xlsx")
@needs(Permission.EXPORT_REPORT, BY_ADDRESS)
def report_as_xlsx(round_id: str, district: str) -> Response:
    """Give the report as a workbook."""
    content = report_xlsx(_report(round_id, district), chosen_words())
    return _download(content, XLSX, f"tilik-{round_id}-{district}.xlsx")


def _download(content: bytes, content_type: str, name: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
