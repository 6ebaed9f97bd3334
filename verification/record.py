"""What the rules are given and what they find: values, made by the million and never changed."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """Make a dataclass with slots whose fields nobody may set: the type checker refuses it, wherever it stands.

    Where Python itself refuses it (`frozen=True`), each field is written past that, and a visit with its twenty takes
    5 µs to make in place of 0.3. https://peps.python.org/pep-0681/
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
