"""All that a database holds, read and put back: a SQLite file's bytes, a PostgreSQL's rows and how far it counted."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from tests.support.environment import SQLITE

Content = dict[str, bytes]
# tables with something in their file, looked up without opening each
FILLED = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND relname <> 'alembic_version' AND (pg_stat_file(pg_relation_filepath(oid))).size > 0"""
_COUNTED = """SELECT sequencename, CAST(last_value AS TEXT) FROM pg_sequences
  WHERE schemaname = 'public' AND last_value IS NOT NULL"""
_COUNT_ON = "SELECT setval(CAST(quote_ident(:name) AS regclass), :last)"
_FILE, _SEQUENCE = "file", "counted: "


def may_put_back(engine: Engine) -> bool:
    """Tell whether rows may be written past what refuses them: on PostgreSQL that is for its superuser alone."""
    if engine.dialect.name == SQLITE:
        return True
    with engine.connect() as connection:
        return bool(_driver(connection).info.parameter_status("is_superuser") == "on")


def content_of(engine: Engine) -> Content:
    """Read all that a database holds; of SQLite with what is written beside the file, and leave nothing there."""
    if engine.dialect.name == SQLITE:
        return {_FILE: _file_of(engine).read_bytes()}
    with engine.connect() as connection:
        rows = {table: _rows(connection, table) for table in connection.scalars(text(FILLED)).all()}
        counted = {f"{_SEQUENCE}{name}": last.encode() for name, last in connection.execute(text(_COUNTED))}
    return {name: what for name, what in sorted((rows | counted).items()) if what}


def digest_of(content: Content) -> bytes:
    """Say what is held in a few bytes; where PostgreSQL put a row is not part of it."""
    told = sha256()
    for name, what in content.items():
        told.update(name.encode() + b"\n")
        told.update(what if name == _FILE else b"".join(sorted(what.splitlines(keepends=True))))
    return told.digest()


def put_back(engine: Engine, before: Content, after: Content) -> None:
    """Have a database that holds one thing hold the other."""
    if engine.dialect.name == SQLITE:
        Path(str(engine.url.database)).write_bytes(after[_FILE])
        return
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in sorted(before.keys() | after.keys()):
            was, will_be = before.get(name, b""), after.get(name, b"")
            if name.startswith(_SEQUENCE) and was != will_be:
                connection.execute(text(_COUNT_ON), {"name": name.removeprefix(_SEQUENCE), "last": int(will_be)})
            elif was != will_be:
                _change_rows(connection, name, was, will_be)


def _change_rows(connection: Connection, table: str, was: bytes, will_be: bytes) -> None:
    if not will_be.startswith(was):
        connection.execute(text(f"DELETE FROM {table}"))
        was = b""
    with _driver(connection).cursor().copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(will_be[len(was) :])


def _rows(connection: Connection, table: str) -> bytes:
    with _driver(connection).cursor().copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(map(bytes, copy))


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _file_of(engine: Engine) -> Path:
    file = Path(str(engine.url.database))
    engine.dispose()
    with closing(sqlite3.connect(file)) as there:
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file
