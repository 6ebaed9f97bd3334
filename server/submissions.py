"""Queries over what came from Central: versions of submissions, and what Central last said of each."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, any_, column, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from server.tables import Base, Json, Submission, SubmissionState


def known_versions(session: Session, form_pk: int, roots: Sequence[str]) -> dict[str, set[str]]:
    """Map submissions (by first instance id) to the instance ids of the versions kept of them."""
    query = select(Submission.root_id, Submission.instance_id)
    query = query.where(Submission.form_pk == form_pk, _among(session, Submission.root_id, roots))
    known: dict[str, set[str]] = defaultdict(set)
    for root_id, instance_id in session.execute(query):
        known[root_id].add(instance_id)
    return known


def insert_versions(session: Session, versions: Sequence[Json]) -> int:
    """Keep versions; those that are kept already stay as they are. Returns how many are new."""
    return _insert(session, Submission, versions, "ON CONFLICT DO NOTHING")


def upsert_states(session: Session, states: Sequence[Json]) -> None:
    """Note what Central says of submissions, new or known."""
    key = ("form_pk", "root_id")
    changes = ", ".join(f"{name} = excluded.{name}" for name in states[0] if name not in key)
    _insert(session, SubmissionState, states, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}")


def _insert(session: Session, model: type[Base], rows: Sequence[Json], on_conflict: str) -> int:
    """Insert rows with the driver's own fastest way; returns how many were written.

    On SQLite that is one prepared statement for all rows; on PostgreSQL one statement whose parameters are whole
    columns, sent in binary. Names and types come from the table; only values are parameters.
    """
    if not rows:
        return 0
    table, dialect, names = model.__table__, session.get_bind().dialect, list(rows[0])
    assert isinstance(table, Table)  # noqa: S101 - for the type checker
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    values = [tuple(map(_plain, row.values())) for row in rows]
    if dialect.name == "postgresql":
        arrays = ", ".join(f"%b::{table.c[name].type.compile(dialect)}[]" for name in names)
        columns = tuple(list(column) for column in zip(*values, strict=True))
        statement = f"{into} SELECT * FROM unnest({arrays}) {on_conflict}"  # noqa: S608 - names from the table
        return session.connection().exec_driver_sql(statement, columns).rowcount
    marks = ", ".join("?" * len(names))
    statement = f"{into} VALUES ({marks}) {on_conflict}"
    return session.connection().exec_driver_sql(statement, values).rowcount


def _plain(value: Any) -> Any:
    return json.dumps(value) if type(value) is dict else value


def _among(session: Session, key: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Write "is one of" with one parameter, however many there are."""
    if session.get_bind().dialect.name == "postgresql":
        return key == any_(literal(list(values), postgresql.ARRAY(key.type)))
    return key.in_(select(column("value")).select_from(func.json_each(literal(list(values), sqlite.JSON))))
