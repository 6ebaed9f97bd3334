"""Rows as text that no kind of database owns: a JSON array each, in the order of the table's columns.

What is written on SQLite is read on PostgreSQL, and the other way round. A moment is ISO 8601 in UTC, bytes are
base64, JSON stands as it is; so a person can read a backup without Tilik.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    column,
    select,
    table,
    type_coerce,
)
from sqlalchemy.sql.expression import TableClause
from sqlalchemy.types import TypeDecorator, TypeEngine

from server.stored_moments import Utc

# the first that fits; Boolean is no Integer for SQLAlchemy
_KINDS: Sequence[tuple[type[TypeEngine[Any]], str]] = (
    (Boolean, "flag"), (Integer, "whole"), (Float, "real"), (DateTime, "moment"), (Date, "day"), (JSON, "json"),
    (LargeBinary, "bytes"), (String, "text"),
)  # fmt: skip
_TYPES: dict[str, TypeEngine[Any]] = {
    "flag": Boolean(), "whole": BigInteger(), "real": Float(), "moment": Utc(), "day": Date(),
    "json": JSON(none_as_null=True), "bytes": LargeBinary(), "text": String(),
}  # fmt: skip
_WRITE: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.isoformat, "day": date.isoformat, "bytes": lambda value: base64.b64encode(value).decode(),
}  # fmt: skip
_READ: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat, "day": date.fromisoformat, "bytes": base64.b64decode,
}  # fmt: skip


class Shape(NamedTuple):
    """A table as a backup has it: its name, and each column's name and kind."""

    name: str
    columns: list[tuple[str, str]]


def shape_of(found: Table) -> Shape:
    """Give the shape of a table, by the classes of the code or as the database tells it."""
    return Shape(found.name, [(each.name, _kind(each.type)) for each in found.columns])


def all_rows(found: Table) -> Select[Any]:
    """Select a table's rows in the order of its key, as values that do not depend on our own types."""
    values = [type_coerce(each, _TYPES[_kind(each.type)]).label(each.name) for each in found.columns]
    return select(*values).order_by(*found.primary_key.columns)


def write_rows(shape: Shape, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Write each row as a line."""
    writers = [(place, _WRITE[kind]) for place, (_, kind) in enumerate(shape.columns) if kind in _WRITE]
    for row in rows:
        values = list(row)
        for place, write in writers:
            if values[place] is not None:
                values[place] = write(values[place])
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_rows(shape: Shape, lines: bytes) -> list[dict[str, Any]]:
    """Read lines as rows to insert. Raises ValueError where one is no row of this shape."""
    names = [name for name, _ in shape.columns]
    readers = [(name, _READ[kind]) for name, kind in shape.columns if kind in _READ]
    rows = [dict(zip(names, json.loads(line), strict=True)) for line in lines.splitlines()]
    for row in rows:
        for name, read in readers:
            if row[name] is not None:
                row[name] = read(row[name])
    return rows


def to_insert_into(shape: Shape) -> TableClause:
    """Give the table that such rows are inserted into."""
    return table(shape.name, *(column(name, _TYPES[kind]) for name, kind in shape.columns))


def _kind(found: TypeEngine[Any]) -> str:
    plain = found.impl_instance if isinstance(found, TypeDecorator) else found
    return next(kind for known, kind in _KINDS if isinstance(plain, known))
