"""Rows that no statement orders come backwards from SQLite in tests: none passes because of how rows happened to lie.

PostgreSQL gives them as they lie, which is another order once one was changed; what a test finds is to be the same.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def backwards_where_nothing_orders() -> Iterator[None]:
    """Have every connection to SQLite read backwards whatever has no ORDER BY."""
    event.listen(Engine, "connect", _read_backwards)
    yield
    event.remove(Engine, "connect", _read_backwards)


def _read_backwards(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")
