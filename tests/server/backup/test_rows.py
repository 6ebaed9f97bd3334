"""Every kind of value comes back, on either database; rows may name each other in any order; tables are all known."""

import base64
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Engine,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
    text,
)

from server.backup.left_out import LEFT_OUT
from server.backup.rows import Shape, all_rows, read_rows, shape_of, write_rows
from server.backup.target import in_any_order, number_on, put_rows
from server.db import snapshot
from server.reasons import ReasonType
from server.schema import metadata, rebuilding
from server.stored_moments import Utc
from verification.reason import Reason

ELSEWHERE = timezone(timedelta(hours=9))
ROW: dict[str, Any] = {
    "id": 7, "flag": True, "real": 0.1 + 0.2, "moment": datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
    "day": date(2026, 1, 2), "json": {"b": [1, None, "é"], "a": 0.1}, "reason": Reason("x", {"n": 1}),
    "bytes": bytes(range(256)), "text": 'line\nend "quoted" \\ \U0001f600 \u2028 é', "short": "",
}  # fmt: skip
NOTHING: dict[str, Any] = dict.fromkeys(ROW) | {"id": 8}


def a_table(metadata: MetaData) -> Table:
    return Table(
        "of_every_kind", metadata, Column("id", Integer, primary_key=True), Column("flag", Boolean),
        Column("real", Float), Column("moment", Utc), Column("day", Date), Column("json", JSON(none_as_null=True)),
        Column("reason", ReasonType), Column("bytes", LargeBinary), Column("text", Text), Column("short", String(5)),
    )  # fmt: skip


def copied(engine: Engine, table: Table) -> None:
    """Read all rows as a backup does, and put them back as a restore does."""
    shape = shape_of(table)
    with snapshot(engine) as session:
        lines = b"".join(write_rows(shape, session.execute(all_rows(table))))
    with rebuilding(engine) as connection, in_any_order(connection):
        connection.execute(table.delete())
        put_rows(connection, shape, read_rows(shape, lines))
        number_on(connection, [shape])


def test_every_kind_of_value_comes_back(engine: Engine) -> None:
    table = a_table(MetaData())
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [ROW, NOTHING])
    copied(engine, table)
    with engine.connect() as connection:
        assert [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()] == [
            ROW,
            NOTHING,
        ]
        nulls = connection.execute(text("SELECT count(*) FROM of_every_kind WHERE json IS NULL AND reason IS NULL"))
        assert nulls.scalar() == 1, "none is NULL, not JSON's null"
    with engine.begin() as connection:
        connection.execute(insert(table), {name: value for name, value in NOTHING.items() if name != "id"})
        assert connection.execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar() == 9


def test_a_moment_is_read_whatever_its_zone() -> None:
    shape = Shape("x", [("moment", "moment"), ("bytes", "bytes")])
    there = datetime(2026, 1, 2, 12, tzinfo=ELSEWHERE)
    (line,) = write_rows(shape, [[there, b"\0"]])
    assert read_rows(shape, line) == [{"moment": there, "bytes": b"\0"}] and base64.b64encode(b"\0") in line


def test_tables_that_name_each_other_and_rows_that_name_later_ones(engine: Engine) -> None:
    found = MetaData()
    first = Table("first", found, Column("id", Integer, primary_key=True),
                  Column("second", ForeignKey("second.id", name="fk_first_second")),
                  Column("next", ForeignKey("first.id", name="fk_first_next")))  # fmt: skip
    second = Table("second", found, Column("id", Integer, primary_key=True),
                   Column("first", ForeignKey("first.id", name="fk_second_first")))  # fmt: skip
    found.create_all(engine)
    with rebuilding(engine) as connection, in_any_order(connection):
        put_rows(connection, shape_of(first), [{"id": 1, "second": 1, "next": 2}, {"id": 2, "second": 1, "next": 1}])
        put_rows(connection, shape_of(second), [{"id": 1, "first": 2}])
    with engine.connect() as connection:
        assert connection.execute(select(first).order_by(first.c.id)).all() == [(1, 1, 2), (2, 1, 1)]
    refused = pytest.raises(Exception, match=r"names another|Violation")
    with refused, rebuilding(engine) as connection, in_any_order(connection):
        put_rows(connection, shape_of(second), [{"id": 2, "first": 99}])
    with engine.connect() as connection:
        assert connection.execute(select(second)).all() == [(1, 2)]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_every_table_has_a_shape_and_names_nothing_that_is_left_out(table: Table) -> None:
    assert len(shape_of(table).columns) == len(table.columns)
    if table.name not in LEFT_OUT:
        assert {key.column.table.name for key in table.foreign_keys} & LEFT_OUT == set()


def test_what_is_left_out_is_there() -> None:
    assert metadata.tables.keys() >= LEFT_OUT
