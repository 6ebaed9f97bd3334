"""Many rows by one statement: what is stored is what SQLAlchemy stores row by row, and what is refused is refused."""

import traceback
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Column,
    Date,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.db import insert_into
from server.many_rows import _FEW, update_each, write_each
from server.reasons import ReasonType
from server.register.tables import Facility
from server.stored_moments import Utc
from verification.reason import Reason

_JAYAPURA = timezone(timedelta(hours=9))
TRIED = Table(
    "tried", MetaData(), Column("id", Integer, primary_key=True), Column("name", String), Column("at", Utc),
    Column("day", Date), Column("share", Float), Column("said", JSON(none_as_null=True)), Column("null", JSON),
    Column("reason", ReasonType), Column("raw", LargeBinary),
)  # fmt: skip


def row(number: int) -> dict[str, Any]:
    """Give a row; of every kind of value some are missing."""
    is_there = number % 3 > 0
    return {
        "id": number, "name": f"50 % d'{number}\n\"é\"" if is_there else None,
        "at": datetime(2026, 11, 1, 9, 30, 0, 7 * (number % 2), tzinfo=_JAYAPURA) if is_there else None,
        "day": date(2026, 1, 1) + timedelta(number) if is_there else None, "share": number / 7 if is_there else None,
        "said": {"codes": [number, None, "ya"]} if is_there else None, "null": [number] if is_there else None,
        "reason": Reason("unclaimed", {"kind": "lksa"}) if is_there else None,
        "raw": bytes([number % 256, 0]) if is_there else None,
    }  # fmt: skip


def stored(engine: Engine, at_once: int, count: int) -> list[tuple[Any, ...]]:
    with Session(engine) as session:
        TRIED.create(session.connection())
        rows = [row(number) for number in range(count)]
        for start in range(0, count, at_once):
            write_each(session, insert_into(session, TRIED), rows[start : start + at_once])
        texts = {"postgresql": 'said::text, "null"::text, at::text', "sqlite": 'said, "null", at'}
        as_it_lies = session.execute(text(f"SELECT {texts[engine.dialect.name]} FROM tried ORDER BY id")).all()
        return [(*one, *lies) for one, lies in
                zip(session.execute(select(TRIED).order_by(TRIED.c.id)), as_it_lies, strict=True)]  # fmt: skip


def test_many_at_once_are_stored_as_one_by_one(district: Engine) -> None:
    count = 2 * _FEW
    assert stored(district, count, count) == stored(district, 1, count)


def test_what_is_read_is_what_was_written(district: Engine) -> None:
    for number, found in enumerate(stored(district, 99, 99)):
        wanted = row(number)
        assert found[: len(wanted)] == tuple(wanted.values())
        assert found[2] is None or found[2].tzinfo is UTC


def test_many_are_updated_where_they_are_and_another_condition_holds(district: Engine) -> None:
    with Session(district) as session:
        there = [f"place {number}" for number in range(_FEW)]
        session.add_all(Facility(id=one, kind="lksa", name="before", village="33.21.01.2001") for one in there)
        session.flush()
        session.execute(update(Facility).where(Facility.id == there[0]).values(kind="sekolah"))
        rows = [{"id": f"none {number}", "name": "never"} for number in range(_FEW)]
        rows += [{"id": one, "name": f"after {one}"} for one in there]
        update_each(session, Facility, "id", rows, Facility.kind == "lksa")
        names = dict(session.execute(select(Facility.id, Facility.name)).all())
    assert names == {one: "before" if one == there[0] else f"after {one}" for one in there}


@pytest.mark.parametrize("count", [1, 2 * _FEW])
def test_a_moment_without_a_zone_is_refused(district: Engine, count: int) -> None:
    rows = [{"id": number, "at": datetime(2026, 11, 1)} for number in range(count)]  # noqa: DTZ001
    with Session(district) as session, pytest.raises(Exception, match="without a time zone"):
        TRIED.create(session.connection())
        write_each(session, insert_into(session, TRIED), rows)


@pytest.mark.parametrize("count", [2, 2 * _FEW])
def test_an_error_repeats_nothing_of_a_row(district: Engine, count: int) -> None:
    rows = [{"id": 7, "name": "Ibu Rekaan dari Desa Rahasia"} for _ in range(count)]
    with Session(district) as session, pytest.raises(DBAPIError) as caught:
        TRIED.create(session.connection())
        write_each(session, insert_into(session, TRIED), rows)
    said = "".join(traceback.format_exception(caught.value))
    assert "Rahasia" not in said and "Ibu" not in said


def test_nothing_is_filled_in_that_rows_do_not_name(district: Engine) -> None:
    """What SQLAlchemy would add to each row by itself, it cannot add here."""
    table = Table("filled", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, default="x"))
    with Session(district) as session, pytest.raises(TypeError, match="filled in"):
        write_each(session, insert_into(session, table), [{"id": number} for number in range(_FEW)])
