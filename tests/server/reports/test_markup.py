"""Whatever a place, a village or a document is called, its name is text: in a page, in JSON."""

import html
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from server.app import create_app
from server.areas.tables import Area
from server.claims.tables import ClaimLine, Document
from server.db import writing
from server.register.tables import Facility
from server.results.verifying import verify
from server.settings import Settings
from tests.support.builders import LAT, LON
from tests.support.claiming import ROUND, claims_come
from tests.support.trial import it_comes
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, a_place, filled, row_of

PLANTED = "</title></script>--><x-planted>\"onplanted=1 'onplanted=1 {{7*7}} {0.__class__} %(x)s &lt;x-planted&gt;"
REPORT = f"/laporan/{ROUND}/{DISTRICT}"


class Elements(HTMLParser):
    """The names of all elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


@pytest.fixture
def web(district: Engine, tmp_path: Path) -> FlaskClient:
    """Give the pages on a district where everything that has a name has this one."""
    documents = {"Dokumen!A4": 17, "Dokumen!B4": "SK 7", "Dokumen!C4": "2025-01-02", "Dokumen!D4": "Pojok"}
    claims_come(district, filled({f"Klaim!E{row_of(17)}": 15, **documents}, a_place()))
    with writing(district) as session:
        for column in (Area.name, ClaimLine.name, Facility.name, Document.title, Document.number):
            session.execute(update(column.class_).values({column: PLANTED}))
    answers = {"place": {"kind": "pojok_asi", "name_given": PLANTED}, "arrival": "open", "point": f"{LAT} {LON} 0 5"}
    it_comes(district, "visit_pojok_asi", f"uuid:{PLANTED[:40]}", answers)
    assert verify(district, ROUND, DISTRICT)
    return entered(create_app(district, Settings(data=tmp_path, central_project=1)))


@pytest.mark.parametrize("path", ["/", REPORT, "/disisihkan", "/sertifikat", "/pekerjaan", "/nowhere/<x-planted>"])
def test_no_name_becomes_markup(web: FlaskClient, path: str) -> None:
    page = web.get(path).text
    assert Elements(page).found & {"x-planted", "onplanted"} == set()
    if path in ("/", REPORT):
        assert PLANTED[:31] in html.unescape(page), "the name is shown"


def test_the_test_above_would_see_markup() -> None:
    assert Elements('<a href="x" onplanted=1>').found == {"a", "href", "onplanted"}
    assert Elements(f"<p>{PLANTED}</p>").found & {"x-planted"}


def test_a_report_as_json_is_json_whatever_a_name_holds(web: FlaskClient) -> None:
    answer = web.get(f"{REPORT}.json")
    assert json.loads(answer.text)["district_name"] == PLANTED
    assert answer.content_type.startswith("application/json")
