"""Bring a database's schema to the one this code needs; any number of processes may do so at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from server.db import reading

_LOCK = 0x7111  # any number of our own: PostgreSQL's advisory lock while a schema changes


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing; does nothing where there are none."""
    with reading(engine) as session:  # without a lock: a page must not wait for a writer only to learn this
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
