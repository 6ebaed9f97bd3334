"""What a test is lent is as if nobody had had it, and a copy takes the place of nothing that was written before."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from server.db import open_database, snapshot, writing
from server.submissions.tables import Form
from tests.support.environment import DATABASES, POSTGRESQL, SQLITE, postgres_url
from tests.support.lent import Lent
from tests.support.prepared import prepared, prepared_after


@pytest.fixture(params=DATABASES)
def three(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Engine]]:
    """Give three databases of a kind, with the schema and nothing in it."""
    with ExitStack() as open_until_then:
        if request.param == SQLITE:
            template = request.getfixturevalue("sqlite_template")
            urls = [f"sqlite:///{shutil.copyfile(template, tmp_path / file)}" for file in ("a", "b", "c")]
        else:
            lent: Lent = request.getfixturevalue("postgresql_lent")
            urls = [postgres_url(open_until_then.enter_context(lent.lend())) for _ in range(3)]
        engines = [open_database(url) for url in urls]
        for engine in engines:
            open_until_then.callback(engine.dispose)
        yield engines


def names(engine: Engine) -> list[str]:
    with snapshot(engine) as session:
        return list(session.scalars(select(Form.form_id).order_by(Form.id)))


def write(engine: Engine, name: str) -> None:
    with writing(engine) as session:
        session.add(Form(project=1, form_id=name))


def test_it_is_made_once_and_anew_where_something_was_written_before(three: list[Engine]) -> None:
    made = []

    def make(engine: Engine, name: str) -> list[str]:
        made.append(name)
        write(engine, name)
        return names(engine)

    first, second, third = three
    write(third, "sebelumnya")
    assert [prepared(engine, make, "fiktif") for engine in three] == [
        ["fiktif"],
        ["fiktif"],
        ["sebelumnya", "fiktif"],
    ]
    assert len(made) == 2
    write(second, "lain")
    assert (names(first), names(second)) == (["fiktif"], ["fiktif", "lain"])


def test_what_comes_after_is_made_once_too_where_rows_were_changed_and_taken_away(three: list[Engine]) -> None:
    made = []

    def begin(engine: Engine) -> None:
        write(engine, "satu")
        write(engine, "dua")

    def go_on(engine: Engine) -> None:
        made.append(engine)
        with writing(engine) as session:
            rows = session.scalars(select(Form).order_by(Form.id)).all()
            session.delete(rows[0])
            rows[1].form_id = "diganti"

    first, second, third = three
    for engine in (first, second):
        prepared(engine, begin)
        prepared_after(engine, go_on)
        write(engine, "tiga")
    assert names(first) == names(second) == ["diganti", "tiga"]
    assert made == [first]
    write(third, "satu")
    write(third, "dua")
    write(third, "lebih")
    prepared_after(third, go_on)
    assert names(third) == ["diganti", "lebih"] and made == [first, third]


@pytest.mark.ci
def test_whoever_is_lent_one_finds_no_row_and_counts_from_one(postgresql_template: str) -> None:
    lent = Lent(postgresql_template)
    had = []
    for name in ("satu", "dua"):
        with lent.lend() as lent_name:
            engine = open_database(postgres_url(lent_name))
            had.append(oid_of(engine))
            write(engine, name)
            with snapshot(engine) as session:
                assert [(form.id, form.form_id) for form in session.scalars(select(Form))] == [(1, name)]
            engine.dispose()
    lent.end()
    assert had[0] == had[1], "the same one"


CHANGES = [
    "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_entries_only_added_to ON audit_entries",
    "CREATE TABLE lebih (id integer)",
    "ALTER TABLE forms ADD COLUMN lebih text",
    "ALTER TABLE forms ALTER COLUMN form_id DROP NOT NULL",
    "ALTER TABLE forms DROP CONSTRAINT pk_forms CASCADE",
    "CREATE INDEX lebih ON forms (form_id)",
    "CREATE FUNCTION lebih() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "UPDATE alembic_version SET version_num = '0001'",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 3600000', current_database()); END $$",
]


@pytest.mark.ci
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_is_lent_one_whose_schema_was_changed(change: str, postgresql_lent: Lent) -> None:
    with postgresql_lent.lend() as name:
        engine = open_database(postgres_url(name))
        changed = oid_of(engine)
        with engine.begin() as connection:
            connection.execute(text(change))
        engine.dispose()
    with postgresql_lent.lend() as name:
        engine = open_database(postgres_url(name))
        another = oid_of(engine)
        engine.dispose()
    assert another != changed


def oid_of(engine: Engine) -> int:
    """Tell which database it is, whatever its name is now."""
    assert engine.dialect.name == POSTGRESQL
    with engine.connect() as connection:
        found: int = connection.execute(
            text("SELECT CAST(oid AS BIGINT) FROM pg_database WHERE datname = current_database()")
        ).scalar_one()
    return found
