"""What is set aside is listed where somebody can see to it: in its own district's report, else on a page of its own."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from server.app import create_app
from server.db import writing
from server.results.verifying import verify
from server.rounds.states import begin_part
from server.settings import Settings
from tests.support.arriving import a_visit_comes
from tests.support.builders import LON
from tests.support.claiming import ROUND, TESTER
from tests.support.trial import it_comes
from tests.support.web import entered
from tests.support.workbooks import DISTRICT

NEIGHBOUR, BESIDE = "99.02", (LON - 0.01, -5.005)
WHERE = {"uuid:here": DISTRICT, "uuid:beside": NEIGHBOUR, "uuid:unreadable": None}


@pytest.fixture
def web(district: Engine, tmp_path: Path) -> FlaskClient:
    for code in (DISTRICT, NEIGHBOUR):
        with writing(district) as session:
            begin_part(session, ROUND, code, TESTER)
    a_visit_comes(district, "uuid:here", review_state="rejected")
    a_visit_comes(district, "uuid:beside", at=BESIDE, review_state="rejected")
    it_comes(district, "visit_pojok_asi", "uuid:unreadable", {"kind": "rumah bu mawar", "arrival": "open"})
    for code in (DISTRICT, NEIGHBOUR):
        assert verify(district, ROUND, code)
    return entered(create_app(district, Settings(data=tmp_path, central_project=1)))


def listed_on(web: FlaskClient, path: str) -> set[str]:
    text = web.get(path).text
    return {root for root in WHERE if root in text}


@pytest.mark.parametrize("district_code", [DISTRICT, NEIGHBOUR])
def test_a_districts_report_lists_its_own(web: FlaskClient, district_code: str) -> None:
    own = {root for root, where in WHERE.items() if where == district_code}
    assert listed_on(web, f"/laporan/{ROUND}/{district_code}.json") == own


def test_what_is_of_no_district_is_on_a_page_of_its_own_without_what_was_answered(web: FlaskClient) -> None:
    assert listed_on(web, "/disisihkan") == {"uuid:unreadable"}
    assert "mawar" not in web.get("/disisihkan").text
    assert listed_on(web, "/") == set() and "1 kiriman belum masuk" in web.get("/").text


def test_where_nothing_is_set_aside_elsewhere_the_page_says_so(district: Engine, tmp_path: Path) -> None:
    web = entered(create_app(district, Settings(data=tmp_path, central_project=2)))
    assert "Tidak ada yang disisihkan" in web.get("/disisihkan").text and "belum masuk" not in web.get("/").text
