"""Workbooks given out by a page: what was given, to whom, of which part, is written down."""

from flask import Response

from server.audit.entries import Act, write_down
from server.db import writing
from server.web.guard import account
from server.web.site import site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def given(round_id: str, district: str, content: bytes, name: str, mimetype: str = XLSX) -> Response:
    """Give a workbook, or a ZIP of them, and write down that it was given."""
    about = f"report:{round_id}/{district}"
    with writing(site().engine) as session:
        write_down(session, Act(account().label, "claim_form_given", about, district, round_id))
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
