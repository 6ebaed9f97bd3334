"""The page of the sync certificate: its verdict and age, what differs and why, and what is still awaited."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.app import create_app
from server.db import now, writing
from server.decisions.tables import Decision
from server.register.tables import Facility
from server.settings import Settings
from server.submissions.tables import Attachment, FileList, Form, Submission, SubmissionState
from server.sync.certificates import Cause, Detail, Difference, FormDetail, keep_certificate
from server.sync.tables import Certificate
from server.visits.tables import Visit
from tests.support.builders import VILLAGES
from tests.support.claiming import ROUND, claims_come
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, a_place, filled

PROJECT = 7


@pytest.fixture
def web(engine: Engine, tmp_path: Path) -> FlaskClient:
    return entered(create_app(engine, Settings(data=tmp_path, central_project=PROJECT)))


def certify(engine: Engine, *forms: FormDetail) -> None:
    with writing(engine) as session:
        keep_certificate(session, PROJECT, "2026-11-22T05:00:00.000Z", Detail(list(forms)))


def page(web: FlaskClient, language: str = "id") -> str:
    answer = web.get("/sertifikat", query_string={"lang": language})
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_without_a_certificate_it_says_how_to_make_one(web: FlaskClient) -> None:
    assert "Belum ada sertifikat. Mintalah operator membuatnya" in page(web)


def test_an_identical_one_states_its_counts_digest_and_age(engine: Engine, web: FlaskClient) -> None:
    certify(engine, FormDetail("trial", living=12, versions=15, deleted=3, files=4))
    with writing(engine) as session:
        found = session.query(Certificate).one()
        found.made_at = now() - timedelta(hours=30)
        digest = found.digest
    text = page(web)
    assert "Sama dengan Central" in text and "30 jam yang lalu" in text and digest in text
    assert "Per 22 Nov 2026 12.00 WIB (jam Central): 12 kiriman, 15 versi, 3 dihapus" in text
    assert "jawaban 0 dari 15 versi" in text and "tilik certify --deep" in text


def test_each_difference_is_named_with_its_cause(engine: Engine, web: FlaskClient) -> None:
    form = FormDetail("trial")
    form.add(Difference("uuid:a", Cause.VERSIONS_MISSING, {"here": 1, "there": 3}))
    certify(engine, form)
    text = page(web, "en")
    assert "Different from Central" in text and "1 of 3 versions are here" in text and "uuid:a" in text


def test_a_form_that_kept_changing_gives_no_verdict(engine: Engine, web: FlaskClient) -> None:
    certify(engine, FormDetail("calm"), FormDetail("busy", unstable=True))
    assert "Central terus berubah" in page(web) and "Sama dengan Central" not in page(web)


def test_files_that_have_not_come_are_listed(engine: Engine, web: FlaskClient) -> None:
    with writing(engine) as session:
        session.add(form := Form(project=PROJECT, form_id="trial"))
        session.flush()
        mine = {"form_pk": form.id, "root_id": "uuid:a", "instance_id": "uuid:a"}
        session.add(FileList(**mine, settled=False, recheck=False, attempts=3, next_ask_at=now()))
        session.add(Attachment(**mine, name="door.jpg", state="expected"))
        session.add(SubmissionState(**mine, submitted_at="2026-11-01T00:00:00.000Z", edits=0, attachments_present=0,
                                    attachments_expected=1, seen_at="2026-11-01T00:00:00.000Z"))  # fmt: skip
    assert "….jpg</td><td>3" in page(web), "a phone may call a file anything"


def test_visits_awaited_are_counted_by_district_with_the_way_to_their_list(
    engine: Engine, web: FlaskClient, district: Engine
) -> None:
    content = filled(None, a_place(), a_place("Panti Rahasia", A=13, B="lksa"))
    claims_come(engine, content)
    text = page(web)
    assert ">2 tempat</a>" in text and f"/wilayah/{ROUND}/{DISTRICT}/baris?hasil=not_visited" in text
    assert "tidak dapat melihat kiriman yang masih ada di ponsel" in text and "Panti Rahasia" not in text


def test_a_place_to_go_back_to_is_awaited_until_a_later_visit_comes(
    engine: Engine, web: FlaskClient, district: Engine
) -> None:
    with writing(engine) as session:
        session.add(Form(id=1, project=PROJECT, form_id="trial"))
        session.add(Facility(id="f1", kind="pojok_asi", name="Pojok ASI Pasar", village=VILLAGES[0].code))
        session.flush()
        session.add(Decision(uuid="u", form_pk=1, root_id="uuid:a", instance_id="uuid:a", kind="follow_up",
                             facility_id="f1", deadline=date(2026, 12, 1), decided_by="test",
                             decided_at=datetime(2026, 11, 20, tzinfo=UTC)))  # fmt: skip
        a_visit(session, 1, "uuid:a", "2026-11-19T08:00:00.000Z")
    assert "Pojok ASI Pasar</td><td>1 Des 2026" in page(web)
    with writing(engine) as session:
        a_visit(session, 1, "uuid:b", "2026-11-21T08:00:00.000Z")
    assert "Pojok ASI Pasar" not in page(web)


def a_visit(session: Session, form_pk: int, root: str, submitted_at: str) -> None:
    mine = {"form_pk": form_pk, "root_id": root, "instance_id": root}
    session.add(SubmissionState(**mine, submitted_at=submitted_at, edits=0, attachments_present=0,
                                attachments_expected=0, seen_at=submitted_at, changes=1, changes_read=1,
                                facility_id="f1"))  # fmt: skip
    session.add(version := Submission(**mine, number=1, digest="d", source="odata", answers="{}"))
    session.flush()
    session.add(Visit(submission_id=version.id, facility_id="f1"))
