"""Where somebody stood, in a submission's answers: found and taken out, whichever view of Central they came from.

A trace is a point, line or area that a phone measured: GeoJSON in the feed, "lat lon altitude accuracy" in the XML,
several of them with semicolons between. It is known by its shape, whatever a form calls it, and by the names that our
forms and Collect give it, whatever it says. The question stays, without its answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verification.reading.differences import AnswerChange

# ours, and Collect's own
NAMES = frozenset({"point", "start_point", "photo_point", "start_geopoint", "start-geopoint", "trace", "shape"})
_DECIMAL = r"[+-]?\d{1,3}[.,]\d+"
_WRITTEN = re.compile(
    rf"\s*{_DECIMAL}\s+{_DECIMAL}(?:\s+[+-]?[\d.,eE+-]+){{0,2}}\s*(?:;\s*(?:{_DECIMAL}\s+{_DECIMAL}(?:\s+[\d.,eE+-]+){{0,2}}\s*)?)*"
)
_UNREAD = ""  # the key under which a text stands that nobody could read as answers


def without_traces(answers: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Give answers without traces of places, and those traces as text; answers that nobody could read go whole."""
    taken: list[str] = []
    return {name: _without(name, value, taken, outside=True) for name, value in answers.items()}, taken


def _without(name: str, value: Any, taken: list[str], *, outside: bool = False) -> Any:
    if outside and name == _UNREAD and value not in (None, ""):
        taken.append(str(value))
        return None
    if is_trace(name, value):
        taken.append(" ".join(_numbers(value)))
        return None
    if isinstance(value, Mapping):
        return {inner: _without(inner or name, part, taken) for inner, part in value.items()}
    if isinstance(value, list):
        return [_without(name, part, taken) for part in value]
    return value


def is_trace(name: str, value: Any) -> bool:
    """Tell whether an answer says where somebody stood: by its question's own name, or by how it is written."""
    if value is None or value == "":
        return False
    if isinstance(value, Mapping):
        return "coordinates" in value or value.get("type") in ("Point", "LineString", "Polygon")
    return name in NAMES or (isinstance(value, str) and _WRITTEN.fullmatch(value) is not None)


def _numbers(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from _numbers(part)
    elif value is not None:
        yield str(value)


def changes_without_traces(changes: Sequence[AnswerChange]) -> list[AnswerChange]:
    """Give what an edit changed without traces: that a point was changed is still said, neither from nor to where."""
    return [
        (path, None, None)
        if any(is_trace(path.rsplit("/", 1)[-1], text) for text in (before, after))
        else (path, before, after)
        for path, before, after in changes
    ]
