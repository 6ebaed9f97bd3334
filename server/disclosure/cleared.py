"""What may be shown: values that were cleared for a viewer, and views, which are made of nothing else.

Pages, JSON, CSV, terminal and phones are given views. A view's fields are cleared texts, numbers, moments and other
views; a class with anything else in it, such as a table's row, is refused when it is written, and a plain text when
the view is filled. Only this package and the map make a cleared text (tests/test_disclosure.py).
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar, Union, dataclass_transform, get_args, get_origin, get_type_hints

_Class = TypeVar("_Class", bound=type[Any])


class Uncleared(TypeError):
    """Something that nobody cleared was about to be shown; the text names its place and type, never itself."""


class Cleared(str):
    """A text that the viewer it was cleared for may read."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Callable[[Any], Any]) -> Any:
        """Let exports write it as the text that it is."""
        return handler(str)


class ClearedPoint(NamedTuple):
    """A point that may be drawn, in degrees."""

    lon: float
    lat: float


class ClearedValues(dict[str, Any]):
    """The values of a reason, or numbers of the rules, for programs."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Callable[[Any], Any]) -> Any:
        """Let exports write it as a table."""
        return handler(dict[str, Any])


_LEAVES = (Cleared, ClearedPoint, ClearedValues, bool, int, float, date, datetime, types.NoneType)
_VIEWS: set[type] = set()


@dataclass_transform(frozen_default=True)
def view(cls: _Class) -> _Class:
    """Make a class a view: frozen, its fields' types checked now, its texts whenever one is made."""
    cls.__post_init__ = _refuse_plain_text
    dataclass(frozen=True)(cls)
    for name, hint in get_type_hints(cls).items():
        _must_be_showable(f"{cls.__name__}.{name}", hint)
    _VIEWS.add(cls)
    return cls


def _must_be_showable(where: str, hint: Any) -> None:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType, tuple, Mapping, dict):
        keys = 1 if isinstance(origin, type) and issubclass(origin, Mapping) else 0  # a table's keys are ours
        for part in get_args(hint)[keys:]:
            if part is not Ellipsis:
                _must_be_showable(where, part)
    elif hint not in _LEAVES and hint not in _VIEWS:
        raise Uncleared(f"{where}: {hint}")


def _refuse_plain_text(self: Any) -> None:
    for field in fields(self):
        value = getattr(self, field.name)
        if type(value) is str or (type(value) is tuple and any(type(part) is str for part in value)):
            raise Uncleared(f"{type(self).__name__}.{field.name}")


def must_be_cleared(where: str, value: Any) -> None:
    """Refuse what was not cleared; of a list each thing is looked at. Raises Uncleared."""
    if isinstance(value, list | tuple) and not isinstance(value, ClearedPoint):
        for part in value:
            must_be_cleared(where, part)
    elif type(value) not in _VIEWS and not isinstance(value, _LEAVES):
        raise Uncleared(f"{where}: {type(value).__name__}")
