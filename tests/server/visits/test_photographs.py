"""Which photographs leave: of the current version of what counts, never of a home."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, update

from server.app import create_app
from server.db import now, snapshot, writing
from server.register.tables import Facility
from server.settings import Settings
from server.store.opening import open_store
from server.submissions.tables import Attachment, Form, SubmissionState
from server.visits.photographs import photographs_of
from tests.support.builders import LAT, LON, VILLAGES
from tests.support.trial import it_comes
from tests.support.web import entered
from workers.demo.story import a_photo

PROJECT, ROOT, PLACE = 1, "uuid:1", "44444444-4444-4444-8444-444444444444"


@pytest.fixture
def web(district: Engine, tmp_path: Path) -> FlaskClient:
    return entered(create_app(district, Settings(data=tmp_path, central_project=PROJECT)))


def a_photograph_comes(
    engine: Engine, tmp_path: Path, form_kind: str = "pojok_asi", register_kind: str | None = None, **state: Any
) -> None:
    """Have a visit come with one photograph, number 1."""
    place = {"kind": form_kind} | ({"facility": PLACE} if register_kind else {})
    if register_kind:
        with writing(engine) as session:
            session.add(Facility(id=PLACE, kind=register_kind, name="Tempat", village=VILLAGES[0].code))
    answers = {"place": place, "arrival": "open", "point": f"{LAT} {LON} 0 5"}
    form_pk = it_comes(engine, "visit_pojok_asi", ROOT, answers, project=PROJECT, **state)
    photo = a_photo({"facility": "x", "name_given": ""})
    digest = open_store(Settings(data=tmp_path)).put([photo], len(photo)).digest
    with writing(engine) as session:
        session.add(Attachment(id=1, form_pk=form_pk, root_id=ROOT, instance_id=ROOT, name="1.jpg", state="stored",
                               digest=digest))  # fmt: skip


def test_a_photograph_of_a_place_that_may_be_shown_leaves(district: Engine, web: FlaskClient, tmp_path: Path) -> None:
    a_photograph_comes(district, tmp_path, register_kind="pojok_asi")
    answer = web.get("/foto/1.jpg")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")


@pytest.mark.parametrize("form_kind, register_kind", [
    ("pojok_asi", "lksa"), ("lksa", "pojok_asi"), ("pojok_asi", "rumah_aman"), ("sekolah", "rumah_singgah"),
    ("rumah_aman", "sekolah"), ("pojok_asi", "istana"), ("lksa", None), ("lksa", "lksa"),
])  # fmt: skip
def test_none_of_a_home_leaves_by_whichever_kind_is_stricter(
    district: Engine, web: FlaskClient, tmp_path: Path, form_kind: str, register_kind: str | None
) -> None:
    a_photograph_comes(district, tmp_path, form_kind, register_kind)
    answer = web.get("/foto/1.jpg")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


MOMENT = "2026-11-02T00:00:00.000Z"


@pytest.mark.parametrize("state", [
    {"deleted_at": MOMENT}, {"gone_at": MOMENT}, {"review_state": "rejected"}, {"form_kind": "?"},
], ids=["deleted", "purged", "rejected", "set aside"])  # fmt: skip
def test_none_of_what_does_not_count_leaves(
    district: Engine, web: FlaskClient, tmp_path: Path, state: dict[str, Any]
) -> None:
    a_photograph_comes(district, tmp_path, **state)
    assert web.get("/foto/1.jpg").status_code == 404


def test_none_of_a_version_that_was_replaced_leaves(district: Engine, web: FlaskClient, tmp_path: Path) -> None:
    a_photograph_comes(district, tmp_path)
    assert web.get("/foto/1.jpg").status_code == 200
    answers = {"kind": "pojok_asi", "arrival": "open", "point": f"{LAT} {LON} 0 5"}
    it_comes(district, "visit_pojok_asi", ROOT, answers, project=PROJECT, version="uuid:2", edits=1)
    assert web.get("/foto/1.jpg").status_code == 404


CHANGES: dict[str, dict[str, Any]] = {
    "replaced": {"replaced_at": now()},
    "removed": {"state": "removed"},
    "never came": {"state": "expected"},
}


@pytest.mark.parametrize("what", CHANGES)
def test_no_file_that_is_another_now_or_was_removed_leaves(
    district: Engine, web: FlaskClient, tmp_path: Path, what: str
) -> None:
    a_photograph_comes(district, tmp_path)
    with writing(district) as session:
        session.execute(update(Attachment).values(CHANGES[what]))
    assert web.get("/foto/1.jpg").status_code == 404


def test_none_of_another_project_or_of_what_was_not_read_again_leaves(
    district: Engine, web: FlaskClient, tmp_path: Path
) -> None:
    a_photograph_comes(district, tmp_path)
    with writing(district) as session:
        session.execute(update(SubmissionState).values(changes_read=0))
    assert web.get("/foto/1.jpg").status_code == 404
    with writing(district) as session:
        session.execute(update(SubmissionState).values(changes_read=SubmissionState.changes))
    assert web.get("/foto/1.jpg").status_code == 200
    with writing(district) as session:
        session.execute(update(Form).values(project=PROJECT + 1))
    assert web.get("/foto/1.jpg").status_code == 404


def test_those_of_versions_are_found_by_indexes_and_not_among_all_that_there_are(
    district: Engine, tmp_path: Path
) -> None:
    a_photograph_comes(district, tmp_path)
    with snapshot(district) as session:
        asked: list[tuple[str, Any]] = []
        event.listen(district, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        assert len(photographs_of(session, PROJECT, [ROOT])[ROOT]) == 1
        statement, values = asked[-1]
        if district.dialect.name == "postgresql":
            return  # a table with one row it reads as a whole, whatever indexes there are
        plan = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        of_many = [step for step in plan if step.split()[1] in ("attachments", "submissions", "submission_states")]
        assert len(of_many) == 3
        assert all("instance_id=?" in step or "root_id=?" in step for step in of_many), plan
