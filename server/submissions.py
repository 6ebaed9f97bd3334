"""Queries over what came from Central: versions of submissions, and what Central last said of each.

A batch goes to PostgreSQL as one JSON parameter and to SQLite as one prepared statement run for each row: on each the
way that costs least (tens of microseconds a row are the whole budget of a pull).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, any_, column, func, literal, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from server.db import insert_into
from server.tables import Base, Json, Submission, SubmissionState

_COUNTED = {"preserve_rowcount": True}


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
    return _insert(session, Submission, versions, lambda insert: insert.on_conflict_do_nothing())


def upsert_states(session: Session, states: Sequence[Json]) -> None:
    """Note what Central says of submissions, new or known."""

    def or_update(insert: Any) -> Any:
        changing = {name: insert.excluded[name] for name in states[0] if name not in ("form_pk", "root_id")}
        return insert.on_conflict_do_update(index_elements=["form_pk", "root_id"], set_=changing)

    _insert(session, SubmissionState, states, or_update)


def _insert(session: Session, model: type[Base], rows: Sequence[Json], on_conflict: Any) -> int:
    """Insert rows into the bare table (the ORM would double the cost); returns how many rows it wrote."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker
    if not rows:
        return 0
    if session.get_bind().dialect.name == "postgresql":
        columns = [column(name, table.c[name].type) for name in rows[0]]
        records = (
            func.json_to_recordset(literal(rows, postgresql.JSON))
            .table_valued(*columns)
            .render_derived(with_types=True)
        )
        chosen = select(records).where(true())
        insert = on_conflict(insert_into(session, table).from_select(list(rows[0]), chosen))
        return session.connection().execute(insert, execution_options=_COUNTED).rowcount
    return (
        session.connection()
        .execute(on_conflict(insert_into(session, table)), rows, execution_options=_COUNTED)
        .rowcount
    )


def _among(session: Session, key: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Write "is one of" with one parameter, however many there are."""
    if session.get_bind().dialect.name == "postgresql":
        return key == any_(literal(list(values), postgresql.ARRAY(key.type)))
    return key.in_(select(column("value")).select_from(func.json_each(literal(list(values), sqlite.JSON))))
