"""The pages: a list of reports, and a report as page, JSON, CSV and XLSX."""

from flask import Blueprint, Response, abort

from server.db import snapshot
from server.disclosure.clearing import Clearance
from server.reports.aside import aside_elsewhere
from server.reports.builder import build_report
from server.reports.exports import report_csv, report_json, report_xlsx
from server.reports.listing import listed_parts
from server.reports.map import draw_map
from server.reports.material import load_material, outlines
from server.reports.report import Report
from server.visits.queries import count_elsewhere
from server.web.showing import show
from server.web.site import chosen_words, site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
blueprint = Blueprint("reports", __name__, template_folder="templates")


@blueprint.get("/")
def index() -> str:
    """List the districts' parts of all rounds that are not archived; count what is set aside and in none of them."""
    with snapshot(site().engine) as session:
        listed = listed_parts(session, Clearance(chosen_words()))
        elsewhere = count_elsewhere(session, site().settings.project)
    return show("index.html", listed=listed, elsewhere=elsewhere)


@blueprint.get("/disisihkan")
def aside_page() -> str:
    """List what is set aside and in no district's report."""
    with snapshot(site().engine) as session:
        elsewhere = aside_elsewhere(session, site().settings.project, Clearance(chosen_words()))
    return show("aside.html", elsewhere=elsewhere)


@blueprint.get("/laporan/<round_id>/<district>")
def report_page(round_id: str, district: str) -> str:
    """Show the report."""
    with snapshot(site().engine) as session:
        material = load_material(session, round_id, district, site().settings.project) or abort(404)
        words = chosen_words().at(material.zone)
        report, drawing = build_report(material, words), draw_map(material, outlines(session, material), words)
    return show("report.html", words, report=report, map=drawing)


def _report(round_id: str, district: str) -> Report:
    with snapshot(site().engine) as session:
        material = load_material(session, round_id, district, site().settings.project) or abort(404)
        return build_report(material, chosen_words())


@blueprint.get("/laporan/<round_id>/<district>.json")
def report_as_json(round_id: str, district: str) -> Response:
    """Give the report as JSON."""
    return Response(report_json(_report(round_id, district)), content_type="application/json; charset=utf-8")


@blueprint.get("/laporan/<round_id>/<district>.csv")
def report_as_csv(round_id: str, district: str) -> Response:
    """Give the report as CSV."""
    content = report_csv(_report(round_id, district), chosen_words())
    return _download(content.encode(), "text/csv; charset=utf-8", f"tilik-{round_id}-{district}.csv")


@blueprint.get("/laporan/<round_id>/<district>.xlsx")
def report_as_xlsx(round_id: str, district: str) -> Response:
    """Give the report as a workbook."""
    content = report_xlsx(_report(round_id, district), chosen_words())
    return _download(content, XLSX, f"tilik-{round_id}-{district}.xlsx")


def _download(content: bytes, content_type: str, name: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
