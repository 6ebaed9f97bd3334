"""Databases on PostgreSQL that one test after another has: emptied, where making and dropping one took far longer."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from server.db import open_database
from tests.support.environment import postgres_url

MOST_BYTES = 4_000_000  # what was deleted takes room: one with so much of it costs whoever has it next
_SIZE = "SELECT pg_database_size(current_database())"
_OTHERS = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :name"
_FILLED = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0"""
_FROM_ONE = """SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences
  WHERE schemaname = 'public' AND last_value IS NOT NULL"""
# all that a test might have made otherwise than it was: tables, columns, indexes, what is checked, triggers, functions
_SHAPE = """SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
  SELECT concat_ws(' ', n.nspname, c.relname, c.relkind, c.relpersistence, c.reloptions, c.relacl,
                   pg_get_indexdef(i.indexrelid), i.indisvalid) AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
  UNION ALL SELECT concat_ws(' ', c.relname, attnum, attname, atttypid, atttypmod, attnotnull, attisdropped,
                             pg_get_expr(adbin, adrelid))
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgenabled, pg_get_triggerdef(oid))
    FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgenabled, count(*))
    FROM pg_trigger WHERE tgisinternal GROUP BY tgrelid, tgenabled
  UNION ALL SELECT concat_ws(' ', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', extname, extversion) FROM pg_extension
  UNION ALL SELECT concat_ws(' ', setrole, setconfig) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT version_num FROM alembic_version) AS lines"""


class Lent:
    """Copies of a database, each lent to one test at a time under a name that no other had."""

    def __init__(self, template: str) -> None:
        self._template, self._spare = template, list[str]()
        self._server = open_database(postgres_url()).execution_options(isolation_level="AUTOCOMMIT")
        with _opened(template) as engine, engine.connect() as connection:
            self._shape, self._size = connection.scalar(text(_SHAPE)), connection.scalar(text(_SIZE))

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
        with _opened(name) as engine, engine.begin() as connection:
            if connection.scalar(text(_SIZE)) > self._size + MOST_BYTES:
                return False
            if connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
                return False
            if connection.scalar(text(_SHAPE)) != self._shape:
                return False
            if connection.scalar(text("SHOW is_superuser")) != "on":  # else what refuses deletion would refuse it
                return False
            _empty(connection)
        return True

    def _drop(self, name: str) -> None:
        self._tell(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _tell(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))


def _empty(connection: Connection) -> None:
    """Delete whatever the order and whatever refuses it."""
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for table in connection.scalars(text(_FILLED)).all():
        connection.execute(text(f"DELETE FROM {table}"))
    connection.execute(text(_FROM_ONE))


@contextmanager
def _opened(name: str) -> Iterator[Engine]:
    engine = open_database(postgres_url(name))
    yield engine
    engine.dispose()
