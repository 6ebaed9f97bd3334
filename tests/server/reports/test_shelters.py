"""Shelters were claimed and visited before no indicator listed them: what came then is judged and hidden as ever."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from server.app import create_app
from server.claims.tables import Claim, ClaimFile, ClaimLine, Document
from server.db import now, snapshot, writing
from server.register.tables import Facility
from server.results.tables import LineResult, VisitResult
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.states import begin_part
from server.settings import Settings
from server.store.opening import open_store
from server.submissions.tables import Attachment
from tests.support.builders import AREAS, LAT, LON, VILLAGES
from tests.support.claiming import ROUND, TESTER
from tests.support.trial import it_comes
from tests.support.web import entered
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
    digest = open_store(settings).put([photo], len(photo)).digest
    an_old_claim_comes(district)
    an_old_visit_comes(district, digest, "visit_lksa", "uuid:listed", facility=FACILITY)
    an_old_visit_comes(district, digest, "visit_pojok_asi", "uuid:stranger", name_given=TYPED)
    assert verify(district, ROUND, DISTRICT)
    return entered(create_app(district, settings))


def test_an_old_line_is_judged_by_an_old_visit(web: FlaskClient, district: Engine) -> None:
    """A shelter has no claimed point: within the claimed village is all that a visit can show."""
    with snapshot(district) as session:
        line = session.scalars(select(LineResult)).one()
        reasons = dict(session.execute(select(VisitResult.visit_id, VisitResult.reason_code)).all())
    assert (line.outcome, line.visit_id) == (Outcome.CONFIRMED, "uuid:listed")
    assert reasons["uuid:stranger"] == "perhaps_claimed", "another of its kind, in the village that the line names"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", [
    f"/laporan/{ROUND}/{DISTRICT}", f"/laporan/{ROUND}/{DISTRICT}.json", f"/laporan/{ROUND}/{DISTRICT}.csv",
    "/kiriman/visit_lksa/uuid:listed", "/kiriman/visit_pojok_asi/uuid:stranger",
])  # fmt: skip
def test_a_shelter_is_named_by_its_subdistrict_only(web: FlaskClient, path: str, language: str) -> None:
    answer = web.get(path, query_string={"lang": language})
    assert answer.status_code == 200
    assert [secret for secret in SECRETS if secret in answer.text] == []


def test_the_test_above_looks_at_places_that_are_shown(web: FlaskClient) -> None:
    page = web.get(f"/laporan/{ROUND}/{DISTRICT}").text
    assert AREAS["99.01.01"] in page and "Rumah aman" in page


def test_no_photograph_of_a_shelter_leaves(web: FlaskClient) -> None:
    report = web.get(f"/laporan/{ROUND}/{DISTRICT}.json").json or {}
    lines = [line for indicator in report["indicators"] for line in indicator["lines"]]
    assert lines and [line["photos"] for line in lines if line["photos"]] == []
    assert [web.get(f"/foto/{number}.jpg").status_code for number in (1, 2)] == [404, 404]


# ── by the stricter of two kinds


HOME, DOCUMENT = "55555555-5555-4555-8555-555555555555", "Izin Rumah Aman Mawar, Desa 00"


@pytest.fixture
def other_form(district: Engine, tmp_path: Path) -> FlaskClient:
    """Have a home of the register visited with a form of another kind, claimed nowhere; and documents that name one."""
    with writing(district) as session:
        session.add(Facility(id=HOME, kind="lksa", name=NAME, village=VILLAGES[0].code))
        begin_part(session, ROUND, DISTRICT, TESTER)
        file = ClaimFile(round_id=ROUND, district=DISTRICT, digest="x", filename="klaim.xlsx", template_version="1",
                         imported_at=now())  # fmt: skip
        for indicator in (10, 13, 17, 29):
            titles = ["Pojok di pasar"] if indicator in (17, 29) else [DOCUMENT]
            documents = [Document(number=f"SK {title}", title=title, cell="Dokumen!B4") for title in titles]
            session.add(Claim(round_id=ROUND, district=DISTRICT, indicator=indicator, file=file, documents=documents))
    it_comes(district, "visit_pojok_asi", "uuid:other", {
        "kind": "pojok_asi", "facility": HOME, "arrival": "open", "point": f"{LAT} {LON} 0 5",
    })  # fmt: skip
    assert verify(district, ROUND, DISTRICT)
    return entered(create_app(district, Settings(data=tmp_path, central_project=PROJECT)), [Held(Role.ASSESSOR)])


def test_a_visit_to_a_home_with_a_form_of_another_kind_names_its_subdistrict_only(other_form: FlaskClient) -> None:
    (visit,) = (other_form.get(f"/laporan/{ROUND}/{DISTRICT}.json").json or {})["other_visits"]
    assert (visit["submission"], visit["place"]) == ("uuid:other", AREAS["99.01.01"])


def test_no_document_is_named_where_homes_are_listed_or_spoken_of(other_form: FlaskClient) -> None:
    report = other_form.get(f"/laporan/{ROUND}/{DISTRICT}.json").json or {}
    named = {i["number"]: [(d["number"], d["title"]) for d in i["documents"]] for i in report["indicators"]}
    hidden = [(None, None)]
    assert (named[10], named[13], named[17]) == (hidden, hidden, [("SK Pojok di pasar", "Pojok di pasar")])
    assert named[29] == hidden, "special protection"
    text = other_form.get(f"/laporan/{ROUND}/{DISTRICT}.json").text
    assert DOCUMENT not in text and "Dokumen!B4" in text
