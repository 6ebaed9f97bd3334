"""Write many rows by one statement: what they say is made fit for the database column by column, and not row by row."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Insert, Update, bindparam, update
from sqlalchemy.orm import Session

from server.db import Base, Json, table_of

_FEW = 50  # of so many rows SQLAlchemy's own way is quicker: it remembers statements


def write_each(session: Session, statement: Insert | Update, rows: Sequence[Json]) -> None:
    """Carry out a statement for each of many rows, which all name the same values.

    SQLAlchemy puts each row together by itself, which takes twice as long as the database takes for all.
    """
    if len(rows) < _FEW:
        if rows:
            session.execute(statement, rows)
        return
    connection = session.connection()
    compiled: Any = statement.compile(connection, column_keys=[*rows[0]])
    if compiled.prefetch:
        raise TypeError("a column is to be filled in that these rows do not name")
    names = compiled.positiontup or [*compiled.params]
    table = zip(*(_column(compiled, name, rows) for name in names), strict=True)
    said = [*table] if compiled.positional else [dict(zip(names, row, strict=True)) for row in table]
    connection.exec_driver_sql(str(compiled), said)


def _column(compiled: Any, name: str, rows: Sequence[Json]) -> Iterable[Any]:
    """Give what rows say under a name, as the driver takes it; what the statement itself says is the same in all."""
    kind = compiled.binds[name].type.dialect_impl(compiled.dialect)
    values = [row[name] for row in rows] if name in rows[0] else [compiled.params[name]] * len(rows)
    fit = kind.bind_processor(compiled.dialect)
    return map(fit, values) if fit else values


def update_each(
    session: Session, model: type[Base], key: str, rows: Iterable[Json], *which: ColumnElement[bool]
) -> None:
    """Update many rows by one prepared statement: each of `rows` has its own `key`, all have the same columns.

    A row that is not there any more is passed over.
    """
    named = [{f"the_{name}": value for name, value in row.items()} for row in rows]
    if not named:
        return
    table = table_of(model)
    given = {column.name: bindparam(f"the_{column.name}", type_=column.type)
             for column in table.c if f"the_{column.name}" in named[0]}  # fmt: skip
    mine = table.c[key] == given.pop(key)
    write_each(session, update(table).where(mine, *which).values(given), named)
