"""A place that an earlier Tilik left: its database, its store, and Central as it was then.

Each folder here was made by the commit it is named after, by its own functions and over HTTP to its sandbox
(`tests/upgrade/make.py`): the demo and what came after it, down to half-done jobs. `facts.json` says what was so then.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import JSON, Connection, DateTime, Engine, Integer, MetaData, Table, select, text

from server.db import open_database
from server.schema import _config
from server.settings import Settings
from server.stored_moments import Utc
from tests.sandbox.server import PASSWORD, USER, running_sandbox
from tests.support.central_state import load
from tests.support.environment import on_postgres_anew, postgres_url
from workers.queue.context import Context


@dataclass(frozen=True)
class Release:
    """A folder here, and the last step that its schema had."""

    folder: Path
    revision: str

    def __str__(self) -> str:
        return f"{self.revision} {self.folder.name}"

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "facts.json").read_text(encoding="utf-8"))
        return found


def release_in(folder: Path) -> Release:
    statements = (folder / "tilik.sql").read_text(encoding="utf-8")
    stamp = re.search(r"""INSERT INTO "alembic_version" VALUES\('(\w+)'\)""", statements)
    assert stamp, folder
    return Release(folder, stamp[1])


RELEASES = sorted((release_in(file.parent) for file in Path(__file__).parent.glob("*/tilik.sql")), key=str)
FIRST = RELEASES[0]  # made before `make.py` was, so that its facts are of another shape
BETWEEN = [pytest.param(one, marks=pytest.mark.ci) for one in RELEASES[1:-1]]  # make test tries the first and the last
MADE = [*BETWEEN, RELEASES[-1]]


@dataclass(frozen=True)
class Left:
    """What was left, not upgraded yet."""

    engine: Engine
    context: Context
    release: Release
    facts: dict[str, Any]


@contextmanager
def left_in(tmp_path: Path, release: Release, template: str | None = None) -> Iterator[Left]:
    """Lay out what was left: on PostgreSQL, where a `template` is named that has it already, else on SQLite."""
    shutil.copytree(release.folder / "store", tmp_path / "store")
    state = load(json.loads((release.folder / "central.json").read_text(encoding="utf-8")))
    opened = copied(template) if template else on_sqlite(tmp_path, release)
    with opened as engine, running_sandbox(state) as sandbox:
        settings = Settings(
            data=tmp_path, central_url=sandbox.url, central_user=USER, central_password=SecretStr(PASSWORD),
            central_project=1, database_url=SecretStr(engine.url.render_as_string(hide_password=False)),
        )  # fmt: skip
        yield Left(engine, Context(engine, settings), release, release.facts)


@contextmanager
def on_sqlite(folder: Path, release: Release) -> Iterator[Engine]:
    path = folder / "tilik.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript((release.folder / "tilik.sql").read_text(encoding="utf-8"))
    connection.close()
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@contextmanager
def copied(template: str) -> Iterator[Engine]:
    with on_postgres_anew(template) as name:
        engine = open_database(postgres_url(name))
        yield engine
        engine.dispose()


@contextmanager
def template_of(release: Release, folder: Path) -> Iterator[str]:
    """Name a PostgreSQL database with the same rows, whose schema the same steps had made."""
    with on_postgres_anew() as name:
        engine = open_database(postgres_url(name))
        with engine.begin() as connection:
            command.upgrade(_config(connection), release.revision)
        with on_sqlite(folder, release) as there:
            copy_rows(there, engine)
        engine.dispose()
        yield name


def copy_rows(there: Engine, here: Engine) -> None:
    old = MetaData()
    old.reflect(there)
    with there.connect() as source, here.begin() as target:
        for table in (table for table in old.sorted_tables if table.name != "alembic_version"):
            for column in table.c:
                column.type = column.type.as_generic()
                if isinstance(column.type, DateTime):
                    column.type = Utc()  # its moments are UTC, whatever the server's zone is
                elif isinstance(column.type, JSON):
                    column.type = JSON(none_as_null=True)
            if rows := [dict(row) for row in source.execute(select(table)).mappings()]:
                target.execute(table.insert(), rows)
            _count_on(target, table)


def _count_on(target: Connection, table: Table) -> None:
    """Have a table's next row numbered after those that were put into it."""
    if "id" in table.c and isinstance(table.c.id.type, Integer):
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        target.execute(text(f"SELECT setval({sequence}, (SELECT coalesce(max(id), 1) FROM {table.name}))"))


def steps_after(left: Left) -> list[str]:
    """Name the steps that what was left lacks, in their order."""
    with left.engine.connect() as connection:
        scripts = ScriptDirectory.from_config(_config(connection))
    return [step.revision for step in scripts.iterate_revisions("head", left.release.revision)][::-1]
