"""Shelters were claimed and visited before no indicator listed them: what came then is judged and hidden as ever."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from server.app import create_app
from server.claims.tables import Claim, ClaimFile, ClaimLine
from server.db import now, snapshot, writing
from server.register.tables import Facility
from server.results.tables import LineResult, VisitResult
from server.results.verifying import verify
from server.rounds.states import begin_part
from server.settings import Settings
from server.store import Store
from server.submissions.tables import Attachment
from tests.support.builders import AREAS, LAT, LON, VILLAGES
from tests.support.claiming import ROUND, TESTER
from tests.support.trial import it_comes
from tests.support.workbooks import DISTRICT
from verification.model import Outcome
from workers.demo.story import a_photo

PROJECT, KIND, NAME, TYPED = 1, "rumah_aman", "Rumah Aman Mawar", "Rumah Aman Melati"
FACILITY = "44444444-4444-4444-8444-444444444444"
MOMENT = "2026-11-01T00:00:00.000Z"
SECRETS = (NAME, TYPED, VILLAGES[0].name, str(LON), str(LAT))


def an_old_claim_comes(engine: Engine) -> None:
    """List a shelter under the indicator of institutions, as claim forms did."""
    with writing(engine) as session:
        begin_part(session, ROUND, DISTRICT, TESTER)
        session.add(Facility(id=FACILITY, kind=KIND, name=NAME, village=VILLAGES[0].code))
        session.flush()
        file = ClaimFile(round_id=ROUND, district=DISTRICT, digest="x", filename="klaim.xlsx", template_version="1",
                         imported_at=now())  # fmt: skip
        line = ClaimLine(facility_id=FACILITY, kind=KIND, name=NAME, village=VILLAGES[0].code, cell="Fasilitas!C4")
        session.add(Claim(round_id=ROUND, district=DISTRICT, indicator=13, self_score=30, file=file, lines=[line]))


def an_old_visit_comes(engine: Engine, photo: str, form_id: str, root_id: str, **place: str) -> None:
    answers = {"place": {"kind": KIND} | place, "arrival": "open", "point": f"{LAT} {LON} 0 5",
               "seen": {"serves_children": "yes"}}  # fmt: skip
    form_pk = it_comes(engine, form_id, root_id, answers)
    with writing(engine) as session:
        session.add(Attachment(form_pk=form_pk, root_id=root_id, instance_id=root_id, name="x.jpg", state="stored",
                               digest=photo))  # fmt: skip


@pytest.fixture
def web(district: Engine, tmp_path: Path) -> FlaskClient:
    settings = Settings(data=tmp_path, central_project=PROJECT)
    photo = a_photo({"facility": NAME, "name_given": ""})
    digest = Store(settings.store).put([photo], len(photo)).digest
    an_old_claim_comes(district)
    an_old_visit_comes(district, digest, "visit_lksa", "uuid:listed", facility=FACILITY)
    an_old_visit_comes(district, digest, "visit_pojok_asi", "uuid:stranger", name_given=TYPED)
    assert verify(district, ROUND, DISTRICT)
    return create_app(district, settings).test_client()


def test_an_old_line_is_judged_by_an_old_visit(web: FlaskClient, district: Engine) -> None:
    """A shelter has no claimed point: within the claimed village is all that a visit can show."""
    with snapshot(district) as session:
        line = session.scalars(select(LineResult)).one()
        reasons = dict(session.execute(select(VisitResult.visit_id, VisitResult.reason_code)).all())
    assert (line.outcome, line.visit_id) == (Outcome.CONFIRMED, "uuid:listed")
    assert reasons["uuid:stranger"] == "unclaimed"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", [
    f"/laporan/{ROUND}/{DISTRICT}", f"/laporan/{ROUND}/{DISTRICT}.json", f"/laporan/{ROUND}/{DISTRICT}.csv",
    "/kiriman/visit_lksa/uuid:listed", "/kiriman/visit_pojok_asi/uuid:stranger",
])  # fmt: skip
def test_a_shelter_is_named_by_its_subdistrict_only(web: FlaskClient, path: str, language: str) -> None:
    answer = web.get(path, query_string={"lang": language})
    assert answer.status_code == 200
    shown = answer.text.split('<svg class="map"')[0] + answer.text.split("</svg>")[-1]  # the map names every village
    assert [secret for secret in SECRETS if secret in shown] == []


def test_the_test_above_looks_at_places_that_are_shown(web: FlaskClient) -> None:
    page = web.get(f"/laporan/{ROUND}/{DISTRICT}").text
    assert page.count(AREAS["99.01.01"]) >= 2 and "Rumah aman" in page


def test_no_mark_and_no_photograph_of_a_shelter_leaves(web: FlaskClient) -> None:
    page = web.get(f"/laporan/{ROUND}/{DISTRICT}").text
    assert 'class="village"' in page
    assert 'class="mark' not in page and "/foto/" not in page
    assert [web.get(f"/foto/{number}.jpg").status_code for number in (1, 2)] == [404, 404]
