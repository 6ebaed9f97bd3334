"""What a database says of a row it refused repeats the row: none of it reaches a log, a page or a job's reason."""

import logging
import traceback
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from server.app import create_app
from server.db import writing
from server.register.tables import Facility
from server.settings import Settings
from server.web.guard import open_to_all
from server.work.kinds import Verify
from server.work.queue import ask
from server.work.tables import Job
from workers.queue.context import Context
from workers.queue.draining import drain

PLANTED = "Ibu Rekaan dari Desa Rahasia"
REFUSED = "INSERT INTO facilities (id, kind, name, village) VALUES ('1', 'sekolah', :name, NULL)"
MALFORMED = "SELECT CAST(:name AS INTEGER)"


def everything_said(error: BaseException) -> str:
    """Give all that a log could print of an error, and of those behind it."""
    behind, said = error, ""
    while behind:
        said += f"{behind!r} {behind} {behind.args} " + "".join(traceback.format_exception(behind))
        behind = behind.__cause__ or behind.__context__  # type: ignore[assignment]
    return said


def what_is_said_of(engine: Engine, statement: str) -> str:
    with pytest.raises(DBAPIError) as caught, writing(engine) as session:
        session.execute(text(statement), {"name": PLANTED})
    said = everything_said(caught.value)
    assert "Rahasia" not in said and "Ibu" not in said
    return said


def test_an_error_names_its_kind_and_nothing_of_the_row(engine: Engine) -> None:
    said = what_is_said_of(engine, REFUSED)
    assert "NotNullViolation 23502" in said or engine.dialect.name == "sqlite"


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_nor_does_one_about_a_value(engine: Engine) -> None:
    assert "InvalidTextRepresentation 22P02" in what_is_said_of(engine, MALFORMED)


def test_a_constraint_is_named(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as caught, writing(engine) as session:
        for _ in range(2):
            session.execute(text(REFUSED.replace("NULL", "'99.01.01.2001'")), {"name": PLANTED})
    assert "Rahasia" not in everything_said(caught.value)
    assert "pk_facilities" in str(caught.value) or engine.dialect.name == "sqlite"


def test_a_page_shows_and_logs_nothing_of_it(engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(engine, Settings(data=tmp_path))

    @app.get("/planted")
    @open_to_all("a test")
    def planted() -> str:
        with writing(engine) as session:
            session.execute(text(REFUSED), {"name": PLANTED})
        return ""

    @app.get("/mistaken")
    @open_to_all("a test")
    def mistaken() -> str:
        raise ValueError(PLANTED)

    with caplog.at_level(logging.DEBUG):
        for path in ("/planted", "/mistaken"):
            answer = app.test_client().get(path)
            assert answer.status_code == 500 and "kesalahan pada Tilik sendiri" in answer.text
            assert "Rahasia" not in answer.text
    assert "Rahasia" not in caplog.text and "IntegrityError" in caplog.text and "ValueError" in caplog.text
    assert "test_database_errors.py" in caplog.text, "where it arose is kept"


def test_a_job_that_fails_by_it_keeps_and_logs_nothing_of_it(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(context: Context, *_: object) -> None:
        with writing(context.engine) as session:
            session.execute(text(REFUSED), {"name": PLANTED})

    monkeypatch.setattr("workers.queue.draining.HANDLERS", {Verify: refused})
    with writing(engine) as session:
        ask(session, Verify("2026", "99.01"))
    with caplog.at_level(logging.DEBUG):
        drain(Context(engine, Settings(data=tmp_path)), kinds=[Verify.kind])
    with writing(engine) as session:
        problems = [job.problem for job in session.query(Job)]
    assert problems[0] is not None and "Rahasia" not in repr(problems) + caplog.text
    assert Facility.__tablename__ not in repr(problems)
