"""A place that an earlier Tilik left: its database, its store, and Central as it was then.

Each folder here was made by the commit it is named after, by its own functions and over HTTP to its sandbox: the demo,
edits, deletions, decisions, removals, two rounds, half-done jobs, a certificate. `facts.json` says what was so then.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from pydantic import SecretStr
from sqlalchemy import JSON, DateTime, Engine, MetaData, select, text

from server.db import Utc, open_database
from server.schema import _config
from server.settings import Settings
from tests.sandbox.server import PASSWORD, USER, running_sandbox
from tests.support.central_state import load
from tests.support.environment import SQLITE, on_postgres_anew, postgres_url
from workers.queue.handlers import Context

LEFT = Path(__file__).parent / "a77fd3a"
REVISION = "0004"


@dataclass(frozen=True)
class Left:
    """What was left, not upgraded yet."""

    engine: Engine
    context: Context
    facts: dict[str, Any]


@contextmanager
def left_in(tmp_path: Path, database: str) -> Iterator[Left]:
    """Lay out what was left, in a database of a kind."""
    shutil.copytree(LEFT / "store", tmp_path / "store")
    state = load(json.loads((LEFT / "central.json").read_text(encoding="utf-8")))
    kind = on_sqlite if database == SQLITE else on_a_postgres
    with kind(tmp_path) as engine, running_sandbox(state) as sandbox:
        settings = Settings(
            data=tmp_path, central_url=sandbox.url, central_user=USER, central_password=SecretStr(PASSWORD),
            central_project=1, database_url=SecretStr(engine.url.render_as_string(hide_password=False)),
        )  # fmt: skip
        yield Left(engine, Context(engine, settings), json.loads((LEFT / "facts.json").read_text(encoding="utf-8")))


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Engine]:
    path = folder / "tilik.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript((LEFT / "tilik.sql").read_text(encoding="utf-8"))
    connection.close()
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@contextmanager
def on_a_postgres(folder: Path) -> Iterator[Engine]:
    """Give the same rows in a PostgreSQL whose schema the same steps had made."""
    with on_postgres_anew() as name:
        engine = open_database(postgres_url(name))
        with engine.begin() as connection:
            command.upgrade(_config(connection), REVISION)
        with on_sqlite(folder) as there:
            copy_rows(there, engine)
        yield engine
        engine.dispose()


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
            if "id" in table.c and table.name != "facilities":
                target.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                                    f"(SELECT coalesce(max(id), 1) FROM {table.name}))"))  # fmt: skip
