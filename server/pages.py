"""The pages: a list of reports, a report (page, JSON, CSV), and the photographs beside the claims."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from markupsafe import Markup
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server import disclosure
from server.attachments import STORED
from server.catalogue import Catalogue, catalogue
from server.db import is_reachable, reading
from server.exports import report_csv, report_json
from server.map import draw_map
from server.report import Report
from server.report_builder import build_report, totals
from server.settings import Settings
from server.store import Store
from server.tables import Area, Attachment
from server.verifications import all_districts_with_claims, latest, read_result
from server.visits import kind_of_submission

blueprint = Blueprint("pages", __name__)
PHOTO_PIXELS = 1000


@dataclass(frozen=True)
class Source:
    """What the pages are made from."""

    engine: Engine
    settings: Settings


def source() -> Source:
    """Give what this application's pages are made from."""
    found: Source = current_app.extensions["tilik"]
    return found


def chosen_words() -> Catalogue:
    """Give the catalogue of the language asked for, Bahasa Indonesia first."""
    settings = source().settings
    return catalogue(request.args.get("lang", settings.language), settings.time_zone)


@blueprint.get("/")
def index() -> str:
    """List the districts with claims."""
    with reading(source().engine) as session:
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
    project = source().settings.central_project or 0
    with reading(source().engine) as session:
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
        drawing = draw_map(session, verification, source().settings.central_project or 0, chosen_words())
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


@blueprint.get("/foto/<int:number>.jpg")
def photo(number: int) -> Response:
    """Show a photograph, drawn anew: without place, device and moment, and smaller."""
    with reading(source().engine) as session:
        attachment = session.get(Attachment, number)
        if attachment is None or attachment.state != STORED or attachment.digest is None:
            abort(404)
        if disclosure.by_subdistrict_only(kind_of_submission(session, attachment.form_pk, attachment.instance_id)):
            abort(404)
        path = Store(source().settings.store).path(attachment.digest)
    try:
        return send_file(io.BytesIO(without_exif(path.read_bytes())), mimetype="image/jpeg")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        abort(404)


def without_exif(content: bytes) -> bytes:
    """Draw a photograph anew, turned upright: pixels only, nothing of what the camera wrote beside them."""
    with Image.open(io.BytesIO(content)) as original:
        upright = ImageOps.exif_transpose(original).convert("RGB")
    upright.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=80)
    return file.getvalue()


@blueprint.get("/sehat")
def health() -> tuple[str, int]:
    """Say whether the page and its database are alive."""
    return ("ok", 200) if is_reachable(source().engine) else ("–", 503)
