"""A reason: a code with its values. Its sentences live in the catalogues."""

from dataclasses import field
from typing import TypeAlias

from verification.record import record

Value: TypeAlias = str | int | float | bool | None


@record
class Reason:
    """A reason code with its values; the sentence in both languages lives in the catalogues under `reason.<code>`."""

    code: str
    values: dict[str, Value] = field(default_factory=dict)


class WithReason(Exception):
    """An exception that says why as a value; each kind of it has a name of its own."""

    def __init__(self, code: str, /, **values: Value) -> None:
        super().__init__(code)
        self.reason = Reason(code, values)
