"""Bring a database's schema to the one this code needs; any number of processes may do so at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

import server.areas.tables
import server.claims.tables
import server.decisions.tables
import server.register.tables
import server.removals.tables
import server.results.tables
import server.rounds.tables
import server.submissions.tables
import server.sync.tables
import server.visits.tables
import server.work.tables
from server.db import Base, snapshot

# every package that owns tables: importing them makes them known to `metadata`
PACKAGES = (
    server.areas,
    server.claims,
    server.decisions,
    server.register,
    server.removals,
    server.results,
    server.rounds,
    server.submissions,
    server.sync,
    server.visits,
    server.work,
)
metadata = Base.metadata
_LOCK = 0x7111  # any number of our own: PostgreSQL's advisory lock while a schema changes


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing; does nothing where there are none."""
    with snapshot(engine) as session:  # without a lock: a page must not wait for a writer only to learn this
        if _is_current(session.connection()):
            return
    with engine.begin() as connection:  # on SQLite this takes the write lock
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        if not _is_current(connection):
            command.upgrade(_config(connection), "head")


def _is_current(connection: Connection) -> bool:
    head = ScriptDirectory.from_config(_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
