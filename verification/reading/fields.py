"""The fields of a submission's answers by their own names, wherever a form's version puts them.

Answers come as Central's OData row gives them or as the submission's XML does; both read alike.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

_HELD_NOWHERE = re.compile("[\0\ud800-\udfff]")  # a NUL, half a surrogate: no database has them all
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
_NO_ANSWERS = "meta"  # what a phone writes by itself; Central's own names begin with __ or have an @
Choice = TypeVar("Choice", bound=StrEnum)


_PLAIN = frozenset({str, int, float, bool, type(None)})  # most are, and asking a text if it is a group takes time


class AllFields(dict[str, Any]):
    """All fields of a submission's answers by their own names: what is read of it many times is walked once.

    `answers` are those, group by group.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        super().__init__()
        self.answers = answers
        _walk(answers, self.update)


def fields_of(answers: Mapping[str, Any]) -> AllFields:
    """Give the fields of answers, or these, where they are that already; of two of one name the later."""
    return answers if isinstance(answers, AllFields) else AllFields(answers)


def leaves(answers: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """List all fields with their own names; a point is one field, though it is a table.

    What the XML alone cannot tell from a group is a field too, with its text under "" (see where it is read).
    """
    found: list[tuple[str, Any]] = []
    _walk(answers, lambda fields: found.extend(fields.items()))
    return found


def _walk(answers: Mapping[str, Any], take: Callable[[Mapping[str, Any]], None]) -> None:
    """Hand over all fields in their order, as many at once as stand side by side."""
    if _PLAIN.issuperset(map(type, answers.values())):
        take(answers)
        return
    beside: dict[str, Any] = {}
    for name, value in answers.items():
        if type(value) in _PLAIN:
            beside[name] = value
        elif isinstance(value, dict) and "coordinates" not in value and value.get("type") != "Point":
            if "" in value:
                beside[name] = value[""]
            if beside:
                take(beside)
                beside = {}
            _walk(value, take)
        elif not isinstance(value, list):
            beside[name] = value
    take(beside)


def text_of(value: Any) -> str | None:
    """Give a text as a database can hold it; None for none."""
    if value is None:
        return None
    text = str(value)
    return (text if text.isascii() and "\0" not in text else _HELD_NOWHERE.sub("\ufffd", text)).strip() or None


def day_of(value: Any) -> date | None:
    """Give a day; None for what is none."""
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


class ReadFields:
    """Reads fields one by one, and knows in the end which of them nobody could read or nobody asked for."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        own = {name: value for name, value in answers.items() if name != _NO_ANSWERS and not name.startswith("__")}
        found = ((name, text_of(value)) for name, value in leaves(own))
        self._left = {name: text for name, text in found if text is not None and "@" not in name}
        self._unreadable: list[str] = []

    def unread(self) -> tuple[str, ...]:
        """Name what was answered and not read."""
        return tuple(sorted({*self._left, *self._unreadable}))

    def pass_over(self, *names: str) -> None:
        """Leave out fields that say nothing that others do not."""
        for name in names:
            self._left.pop(name, None)

    def text(self, name: str, longest: int) -> str | None:
        """Read a text, cut to what its form allows."""
        found = self._left.pop(name, None)
        return found[:longest] if found else None

    def choice(self, kind: type[Choice], name: str) -> Choice | None:
        """Read a choice."""
        found = self._left.pop(name, None)
        return None if found is None else self._one(kind, name, found)

    def choices(self, kind: type[Choice], name: str) -> frozenset[Choice]:
        """Read choices; of what was chosen, all that is known."""
        found = (self._one(kind, name, word) for word in (self._left.pop(name, None) or "").split())
        return frozenset(one for one in found if one is not None)

    def yes(self, name: str) -> bool | None:
        """Read a plain yes or no."""
        found = self.choice(YesNo, name)
        return None if found is None else found is YesNo.YES

    def count(self, name: str) -> int | None:
        """Read a whole number, from 0."""
        found = self.number(name)
        if found is None or found == int(found):
            return None if found is None else int(found)
        self._unreadable.append(name)
        return None

    def number(self, name: str) -> float | None:
        """Read a number, from 0."""
        found = self._left.pop(name, None)
        if found is None or _NUMBER.fullmatch(found):
            return None if found is None else float(found)
        self._unreadable.append(name)
        return None

    def day(self, name: str) -> date | None:
        """Read a day."""
        found = self._left.pop(name, None)
        day = day_of(found)
        if found is not None and day is None:
            self._unreadable.append(name)
        return day

    def _one(self, kind: type[Choice], name: str, word: str) -> Choice | None:
        try:
            return kind(word)
        except ValueError:
            self._unreadable.append(name)
            return None


class YesNo(StrEnum):
    """A question that knows no third answer."""

    YES = "yes"
    NO = "no"


class Heard(StrEnum):
    """What somebody said to a question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
