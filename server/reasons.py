"""A reason in a column: its code and its values as JSON, a `Reason` on our side."""

from typing import Any

from sqlalchemy import JSON, ColumnElement, Dialect, type_coerce
from sqlalchemy.types import TypeDecorator

from verification.reason import Reason


def as_json(reason: Reason) -> dict[str, Any]:
    """Write a reason for a column."""
    return {"code": reason.code, "values": reason.values}


def from_json(stored: dict[str, Any]) -> Reason:
    """Read a reason from a column, also one that an older Tilik wrote."""
    return Reason(stored["code"], stored.get("values") or {})


def code_of(reason: Any) -> ColumnElement[str]:
    """Write a stored reason's code as SQL."""
    return type_coerce(reason, JSON)["code"].as_string()


class ReasonType(TypeDecorator[Reason]):
    """A column that holds a reason."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Reason | None, dialect: Dialect) -> dict[str, Any] | None:
        """Write it."""
        return None if value is None else as_json(value)

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Reason | None:
        """Read it."""
        return None if value is None else from_json(value)
