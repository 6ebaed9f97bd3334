"""A fixture's copy takes the place of nothing that another fixture wrote before."""

import shutil
from pathlib import Path

from sqlalchemy import Engine, select

from server.db import open_database, snapshot, writing
from server.submissions.tables import Form
from tests.support.prepared import prepared


def names(engine: Engine) -> list[str]:
    with snapshot(engine) as session:
        return list(session.scalars(select(Form.form_id).order_by(Form.id)))


def write(engine: Engine, name: str) -> None:
    with writing(engine) as session:
        session.add(Form(project=1, form_id=name))


def test_it_is_made_once_and_anew_where_something_was_written_before(sqlite_template: Path, tmp_path: Path) -> None:
    made = []

    def make(engine: Engine, name: str) -> list[str]:
        made.append(name)
        write(engine, name)
        return names(engine)

    engines = []
    for file in ("a", "b", "c"):
        shutil.copyfile(sqlite_template, tmp_path / file)
        engines.append(open_database(f"sqlite:///{tmp_path / file}"))
    first, second, third = engines
    write(third, "sebelumnya")
    assert [prepared(engine, make, "fiktif") for engine in engines] == [
        ["fiktif"],
        ["fiktif"],
        ["sebelumnya", "fiktif"],
    ]
    assert len(made) == 2
    write(second, "lain")
    assert (names(first), names(second)) == (["fiktif"], ["fiktif", "lain"])
    for engine in engines:
        engine.dispose()
