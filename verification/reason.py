"""A reason: a code with its values. Its sentences live in the catalogues."""

from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code with its values; the sentence in both languages lives in the catalogues under `reason.<code>`."""

    code: str
    values: dict[str, Value] = field(default_factory=dict)
