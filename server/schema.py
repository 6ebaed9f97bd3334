"""Bring a database's schema to the one this code needs; any number of processes may do so at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine, collate, select, text, union
from sqlalchemy.orm import Session

import server.areas.tables
import server.assignments.tables
import server.audit.tables
import server.backup.tables
import server.benchmarks.tables
import server.children.tables
import server.claims.tables
import server.decisions.tables
import server.desk.tables
import server.documents.tables
import server.draws.tables
import server.facts.tables
import server.feedback.tables
import server.forms.tables
import server.forum.tables
import server.incidents.tables
import server.login.tables
import server.messages.tables
import server.opening.tables
import server.people.tables
import server.phones.tables
import server.plan.tables
import server.publishing.tables
import server.register.tables
import server.removals.tables
import server.restricted.tables
import server.results.tables
import server.roles.tables
import server.rounds.tables
import server.sealed.tables
import server.sets.tables
import server.submissions.tables
import server.sync.tables
import server.told.tables
import server.traces.tables
import server.visits.tables
import server.work.tables
from server.db import Base, open_database, snapshot
from server.settings import Settings
from server.store.folder import keep_to_ourselves
from server.store.interface import IN_THE_STORE

# every package that owns tables: importing them makes them known to `metadata`
PACKAGES = (
    server.areas,
    server.audit,
    server.backup,
    server.benchmarks,
    server.children,
    server.claims,
    server.decisions,
    server.desk,
    server.documents,
    server.draws,
    server.facts,
    server.feedback,
    server.forum,
    server.assignments,
    server.forms,
    server.incidents,
    server.login,
    server.messages,
    server.opening,
    server.people,
    server.plan,
    server.phones,
    server.publishing,
    server.register,
    server.removals,
    server.restricted,
    server.results,
    server.roles,
    server.rounds,
    server.sealed,
    server.sets,
    server.submissions,
    server.sync,
    server.told,
    server.traces,
    server.visits,
    server.work,
)
metadata = Base.metadata
_MIGRATIONS = str(Path(__file__).parent / "migrations")
_LOCK = 0x7111  # any number of our own: PostgreSQL's advisory lock while a schema changes


def named_files(session: Session) -> set[str]:
    """Name every file in the store that any table needs, by its digest: whichever columns say that they hold one."""
    return {digest for column in _that_name_files() for digest in session.scalars(select(column)) if digest}


def files_in_order(session: Session) -> Iterator[str]:
    """Name the same files one by one, each once, by digest: there may be more than memory takes."""
    named = union(*(select(column.label("digest")) for column in _that_name_files())).subquery().c.digest
    by_digest = collate(named, "C") if session.get_bind().dialect.name == "postgresql" else named
    query = select(named).where(named.is_not(None)).order_by(by_digest)
    return iter(session.scalars(query, execution_options={"yield_per": 1000}))


def _that_name_files() -> list[Column[Any]]:
    return [column for table in metadata.tables.values() for column in table.columns if column.info == IN_THE_STORE]


Told = Callable[[str, float], None]  # a step's name, and how many seconds it took


def open_up_to_date(settings: Settings, tell: Told | None = None) -> Engine:
    """Open the database that the settings name, in a folder that is only ours, with the schema this code needs.

    Raises OSError where the folder cannot be made, and what the database raises where it cannot be opened.
    """
    keep_to_ourselves(settings.data)
    engine = open_database(settings.database)
    upgrade(engine, tell)
    return engine


def upgrade(engine: Engine, tell: Told | None = None) -> None:
    """Run the migrations that are missing, all of them or none; does nothing where there are none.

    Each step is told when it has been made, but for a database that is new; it counts once all have been.
    """
    with snapshot(engine) as session:  # without a lock: a page must not wait for a writer only to learn this
        if _is_current(session.connection()):
            return
    with rebuilding(engine) as connection:
        if not _is_current(connection):
            climb(connection, "head", None if step_of(connection) is None else tell)


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which tables may be made anew, by one at a time; at its end every row has to fit."""
    with engine.connect() as connection, _tables_may_be_made_anew(connection), connection.begin():
        # on SQLite the write lock is ours from here on
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        yield connection
        _all_must_fit(connection)


def climb(connection: Connection, step: str, tell: Told | None = None) -> None:
    """Run the migrations up to a step, in the transaction of `rebuilding`; each is told."""
    command.upgrade(_config(connection, tell), step)


def step_of(connection: Connection) -> str | None:
    """Say at which step a database is; None where it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def knows_step(step: str) -> bool:
    """Tell whether this code knows a step; one that it does not know is a newer Tilik's."""
    return any(script.revision == step for script in ScriptDirectory(_MIGRATIONS).walk_revisions())


def _all_must_fit(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("after the upgrade a row names another that is not there; nothing was changed")


@contextmanager
def _tables_may_be_made_anew(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table that others name, to make it anew: its only way to change one. At the end all must fit.

    The pragma works outside a transaction only. https://www.sqlite.org/lang_altertable.html#otheralter
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101 - it is open
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _is_current(connection: Connection) -> bool:
    return step_of(connection) == _last_step()


@cache  # each step's file is read for it, and every command asks
def _last_step() -> str | None:
    return ScriptDirectory(_MIGRATIONS).get_current_head()


def _config(connection: Connection, tell: Told | None = None) -> Config:
    config = Config(attributes={"connection": connection, "tell": tell})
    config.set_main_option("script_location", _MIGRATIONS)
    return config
