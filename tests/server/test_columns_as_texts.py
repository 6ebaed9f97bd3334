"""What is asked for, put together column by column: two texts are the same only where all in them is."""

import json
import math
from datetime import date
from typing import Any

from sqlalchemy import Date, Engine, Float, Integer, Select, String, literal, select, union_all

from server.db import columns_of, snapshot
from server.rounds.tables import Round


def texts(engine: Engine, query: Select[*tuple[Any, ...]]) -> list[str]:
    with snapshot(engine) as session:
        return columns_of(session, query)


def fractions(*values: float) -> Select[*tuple[Any, ...]]:
    rows = union_all(*(select(literal(one, Float).label("value")) for one in values)).subquery()
    return select(rows.c.value)


def test_each_column_is_one_list(district: Engine) -> None:
    row = select(literal('a "text", of\ntwo lines', String), literal(7, Integer), literal(None, String),
                 literal(date(2026, 11, 28), Date))  # fmt: skip
    assert [json.loads(text) for text in texts(district, row)] == [
        ['a "text", of\ntwo lines'], [7], [None], ["2026-11-28"],
    ]  # fmt: skip


def test_nothing_is_an_empty_list(district: Engine) -> None:
    assert texts(district, select(Round.id, Round.name).where(Round.id == "no such")) == ["[]", "[]"]


def test_fractions_that_differ_in_their_last_digit_are_told_apart(district: Engine) -> None:
    for value in (106.8272, 0.1, 1e12 / 3, -6.2):
        beside = math.nextafter(value, math.inf)
        assert texts(district, fractions(value)) != texts(district, fractions(beside))
        assert [float(one) for one in json.loads(*texts(district, fractions(value, beside)))] == [value, beside]
