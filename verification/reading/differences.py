"""What two versions of a submission answer differently, question by question.

The two may have come from different views of Central: the feed gives numbers, true and false, and points as GeoJSON,
the XML only text. Text is compared with text to the letter ("007" is not "7"); otherwise by value.
"""

from collections.abc import Iterator, Mapping
from typing import Any

AnswerChange = tuple[str, str | None, str | None]  # a question's path, the answer before, the answer after
_FROM_CENTRAL = ("__id", "meta/instanceID", "meta/deprecatedID")


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[AnswerChange]:
    """List the questions whose answers differ, by path: `room/use` in the first repeat, `room[2]/use` in the second."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = dict.fromkeys([*old, *new])
    return [
        (path, _text(old.get(path)), _text(new.get(path))) for path in paths if not _same(old.get(path), new.get(path))
    ]


def _leaves(answers: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in answers.items():
        here = path + name
        if here in _FROM_CENTRAL or name.startswith("__") or "@odata" in name:
            continue
        if isinstance(value, Mapping) and value.get("type") == "Point":
            yield here, _point(value)
        elif isinstance(value, Mapping):
            yield from _leaves(value, f"{here}/")
        elif isinstance(value, list):
            for number, child in enumerate(value, 1):
                if isinstance(child, Mapping):
                    yield from _leaves(child, f"{here}/" if number == 1 else f"{here}[{number}]/")
        elif value is not None and value != "":
            yield here, value


def _point(value: Mapping[str, Any]) -> list[float]:
    """Give a GeoJSON point in an XForm's order: latitude, longitude, altitude, accuracy."""
    lon, lat, *altitude = value["coordinates"]
    accuracy = (value.get("properties") or {}).get("accuracy")
    return [lat, lon, (altitude or [0])[0] or 0, accuracy or 0]


def _same(first: Any, second: Any) -> bool:
    if first is None or second is None or (isinstance(first, str) and isinstance(second, str)):
        return bool(first == second)
    try:
        return _numbers(first) == _numbers(second)
    except ValueError:
        return _text(first) == _text(second)


def _numbers(value: Any) -> list[float]:
    if isinstance(value, list):
        return [float(part) for part in value]
    parts = [float(part) for part in str(value).split()]
    return [*parts, 0.0] if len(parts) == 3 else parts  # a point without its accuracy


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return " ".join(f"{part:g}" if part == round(part) else str(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
