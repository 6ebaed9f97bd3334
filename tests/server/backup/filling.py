"""A row in every table: made from the tables' own columns, so that a table that is new has one too."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from server.db import Base
from server.reasons import ReasonType
from verification.reason import Reason

_MOMENT, _DAY, _ODD = datetime(2026, 11, 27, 1, 2, 3, 456789, UTC), date(2026, 11, 27), "rekaan ∞\n\u200d"


def fill_every_table(session: Session) -> None:
    """Put a row with something in each column into each table that has none."""
    for table in Base.metadata.sorted_tables:
        if not session.scalar(select(func.count()).select_from(table)):
            session.execute(insert(table).values(_row(session, table)))


def _row(session: Session, table: Table) -> dict[str, Any]:
    return {column.name: _value(session, table, column) for column in table.columns}


def _value(session: Session, table: Table, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        if key.column.table is table:
            return None
        return session.scalar(select(key.column).limit(1))
    if isinstance(column.type, ReasonType):
        return Reason("our_mistake", {"count": 3})
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer):
        return 7
    if isinstance(kind, Float):
        return 0.1
    if isinstance(kind, DateTime):
        return _MOMENT
    if isinstance(kind, Date):
        return _DAY
    if isinstance(kind, JSON):
        return {"b": [1, None, "ä"], "a": 0.5}
    if isinstance(kind, LargeBinary):
        return b"\x00\xff"
    assert isinstance(kind, String)
    return _ODD[: kind.length]
