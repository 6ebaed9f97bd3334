"""Databases on PostgreSQL that one test after another has: emptied, where making and dropping one took far longer."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text

from server.db import open_database
from tests.support.contents import FILLED
from tests.support.environment import postgres_url

MOST_BYTES = 4_000_000  # what was deleted takes room: one with so much of it costs whoever has it next
_SIZE = "SELECT pg_database_size(current_database())"
_OTHERS = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :name"
_FROM_ONE = """SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences
  WHERE schemaname = 'public' AND last_value IS NOT NULL"""
# what a test might have made otherwise than it was, by catalog; what PostgreSQL brings has smaller numbers
_CATALOGS = {"pg_class": "oid", "pg_attribute": "attrelid", "pg_attrdef": "oid", "pg_constraint": "oid",
             "pg_index": "indexrelid", "pg_trigger": "oid", "pg_proc": "oid", "pg_rewrite": "oid", "pg_type": "oid",
             "pg_sequence": "seqrelid", "pg_policy": "oid", "pg_namespace": "oid", "pg_extension": "oid"}  # fmt: skip
_FIRST_OF_OURS = 16_384
# what is made or changed was written later than all that was there, what goes is missing
_AS_IT_IS = "SELECT '{0}', count(*), max(CAST(CAST(xmin AS TEXT) AS BIGINT)) FROM {0}"
_SHAPE = " UNION ALL ".join([
    *(f"{_AS_IT_IS.format(name)} WHERE {key} >= {_FIRST_OF_OURS}" for name, key in _CATALOGS.items()),
    _AS_IT_IS.format("alembic_version"),
    """SELECT concat_ws(' ', setrole, setconfig), 1, 1 FROM pg_db_role_setting
      WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())""",
])  # fmt: skip


class Lent:
    """Copies of a database, each lent to one test at a time under a name that no other had."""

    def __init__(self, template: str) -> None:
        self._template, self._spare = template, list[str]()
        self._server = open_database(postgres_url()).execution_options(isolation_level="AUTOCOMMIT")
        with _opened(template) as engine, engine.connect() as connection:
            self._shape, self._size = _shape(connection), connection.scalar(text(_SIZE))

    @contextmanager
    def lend(self) -> Iterator[str]:
        name = f"tilik_test_{uuid.uuid4().hex}"
        spare = self._spare.pop() if self._spare else None
        self._tell(f"ALTER DATABASE {spare} RENAME TO {name}" if spare
                   else f"CREATE DATABASE {name} TEMPLATE {self._template}")  # fmt: skip
        try:
            yield name
        finally:
            with self._server.connect() as connection:
                connection.execute(text(_OTHERS), {"name": name})
            if self._emptied(name):
                self._spare.append(name)
            else:
                self._drop(name)

    def end(self) -> None:
        """Drop all that were lent."""
        for name in self._spare:
            self._drop(name)
        self._server.dispose()

    def _emptied(self, name: str) -> bool:
        """Take all rows out, as if none had been there; False where more than rows was changed, or there were many."""
        with _opened(name) as engine:
            with engine.begin() as connection:
                if not self._is_as_it_was(connection):
                    return False
                tables = _empty(connection)
            if tables:  # else what looks for tables with something in them would find more from test to test
                with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text(f"VACUUM {', '.join(tables)}"))
        return True

    def _is_as_it_was(self, connection: Connection) -> bool:
        """Tell whether a test wrote rows and nothing else, not too many, and whether they may be taken out."""
        return (
            connection.scalar(text(_SIZE)) <= self._size + MOST_BYTES
            and connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is not None
            and _shape(connection) == self._shape
            and connection.scalar(text("SHOW is_superuser")) == "on"  # else what refuses deletion would refuse it
        )

    def _drop(self, name: str) -> None:
        self._tell(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _tell(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))


def _shape(connection: Connection) -> set[Any]:
    return {tuple(row) for row in connection.execute(text(_SHAPE))}


def _empty(connection: Connection) -> Sequence[str]:
    """Delete whatever the order and whatever refuses it; gives the tables in which there was something."""
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    tables = connection.scalars(text(FILLED)).all()
    for table in tables:
        connection.execute(text(f"DELETE FROM {table}"))
    connection.execute(text(_FROM_ONE))
    return tables


@contextmanager
def _opened(name: str) -> Iterator[Engine]:
    engine = open_database(postgres_url(name))
    yield engine
    engine.dispose()
