"""The pages: a list of reports, a report (page, JSON, CSV), and the photographs beside the claims."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, abort, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from server.areas.tables import Area
from server.db import snapshot
from server.reports.builder import build_report, totals
from server.reports.exports import report_csv, report_json
from server.reports.map import draw_map
from server.reports.report import Report
from server.results.verifying import all_districts_with_claims, latest, read_result
from server.web.site import chosen_words, site

blueprint = Blueprint("reports", __name__, template_folder="templates")


@blueprint.get("/")
def index() -> str:
    """List the districts with claims."""
    with snapshot(site().engine) as session:
        districts = [_listed(session, year, code) for year, code in all_districts_with_claims(session)]
    return render_template("index.html", districts=districts)


def _listed(session: Session, year: int, code: str) -> dict[str, Any]:
    listed = {"year": year, "code": code, "name": session.get_one(Area, code).name}
    verification = latest(session, year, code)
    if verification is None:
        return listed
    return listed | {"totals": totals(read_result(verification).ledger), "computed_at": verification.computed_at}


@contextmanager
def _report(year: int, district: str) -> Iterator[tuple[Session, Report]]:
    project = site().settings.central_project or 0
    with snapshot(site().engine) as session:
        report = build_report(session, year, district, project, chosen_words())
        if report is None:
            abort(404)
        yield session, report


@blueprint.get("/laporan/<int:year>/<district>")
def report_page(year: int, district: str) -> str:
    """Show the report."""
    with _report(year, district) as (session, report):
        verification = latest(session, year, district)
        assert verification is not None  # noqa: S101 - the report was made from it
        drawing = draw_map(session, verification, site().settings.central_project or 0, chosen_words())
    return render_template("report.html", report=report, map=Markup(drawing))  # noqa: S704 - all texts in it are escaped


@blueprint.get("/laporan/<int:year>/<district>.json")
def report_as_json(year: int, district: str) -> Response:
    """Give the report as JSON."""
    with _report(year, district) as (_, report):
        return Response(report_json(report), content_type="application/json; charset=utf-8")


@blueprint.get("/laporan/<int:year>/<district>.csv")
def report_as_csv(year: int, district: str) -> Response:
    """Give the report as CSV."""
    with _report(year, district) as (_, report):
        response = Response(report_csv(report, chosen_words()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="tilik-{year}-{district}.csv"'
    return response
