"""A database as it is written: its rows, and what its tables are made of; without a word of today's code about them."""

from collections import Counter
from typing import Any

from sqlalchemy import Engine, inspect

from tests.upgrade.steps import STEPS

Rows = dict[str, Counter[tuple[str, ...]]]
Columns = dict[str, set[str]]


def columns_of(engine: Engine) -> Columns:
    looked = inspect(engine)
    tables = set(looked.get_table_names()) - {"alembic_version"}
    return {table: {column["name"] for column in looked.get_columns(table)} for table in tables}


def to_compare(before: Columns, steps: list[str]) -> Columns:
    """Give the columns that must hold after these steps what they held before."""
    changed = {name for step in steps for name in STEPS[step]}
    return {
        table: {column for column in columns if f"{table}.{column}" not in changed}
        for table, columns in before.items()
        if table not in changed
    }


def rows_of(engine: Engine, columns: Columns) -> Rows:
    """Give each table's rows as the driver reads them, however often each is there."""
    found: Rows = {}
    with engine.connect() as connection:
        for name, wanted in columns.items():
            rows = connection.exec_driver_sql(f"SELECT {', '.join(sorted(wanted))} FROM {name}")
            found[name] = Counter(tuple(map(repr, row)) for row in rows)
    return found


def made_of(engine: Engine) -> dict[str, Any]:
    """Give each table's columns, keys, indexes and constraints, whatever order they were made in."""
    looked = inspect(engine)
    return {
        table: {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"], c["default"]) for c in looked.get_columns(table)
            ),
            "key": looked.get_pk_constraint(table),
            "foreign keys": in_order(looked.get_foreign_keys(table)),
            "unique": in_order(looked.get_unique_constraints(table)),
            "checks": in_order(looked.get_check_constraints(table)),
            "indexes": in_order(looked.get_indexes(table)),
        }
        for table in looked.get_table_names()
    }


def in_order(found: Any) -> list[str]:
    return sorted(map(in_words, found))


def in_words(one: Any) -> str:
    """Write what an inspector says, its statements too: two of them are never equal."""
    inner = [f"{key}: {in_words(one[key])}" for key in sorted(one)] if isinstance(one, dict) else None
    return str(one) if inner is None else ", ".join(inner)
