"""Moments and days as columns: aware and in UTC on both databases, written and read quickly on SQLite.

Every visit has several. SQLite has them as ISO 8601 does, which Python writes and reads far quicker than SQLAlchemy.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Dialect
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """An aware moment, stored as UTC and returned as UTC by both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment: nobody could tell which of three time zones it means."""
        return _in_utc(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Write it as SQLite has it, in half the time that SQLAlchemy takes: there are two in every visit."""
        return _as_sqlite_has_it if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Read it as SQLite has it, likewise."""
        return _as_sqlite_had_it if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return it aware."""
        return None if value is None else _said_in_utc(value)


class Day(TypeDecorator[date]):
    """A day; SQLite has it as ISO 8601 does, which Python writes and reads in a tenth of SQLAlchemy's time."""

    impl = Date
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Write it."""
        return _as_iso if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], date | None] | None:
        """Read it."""
        return _of_iso if dialect.name == "sqlite" else None


def _as_iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()[:10]  # a moment is its day too


def _of_iso(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


_UTC = "+00:00"


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return value.astimezone(UTC)


def _as_sqlite_has_it(value: datetime | None) -> str | None:
    moment = _in_utc(value)
    return None if moment is None else moment.isoformat(" ", "microseconds").removesuffix(_UTC)


def _as_sqlite_had_it(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text + _UTC)
    except ValueError:  # somebody else wrote it, with its zone or as a day
        return _said_in_utc(datetime.fromisoformat(text))


def _said_in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
