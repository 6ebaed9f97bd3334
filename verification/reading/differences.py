"""What two versions of a submission answer differently, question by question.

The two may have come from different views of Central, which speak as one language here. The feed names questions as
OData allows (`a.b-c` is `a_b_c`), gives numbers, points as GeoJSON, and moments with whole zones; the XML gives text.
Text is compared with text to the letter ("007" is not "7"); otherwise by value.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

AnswerChange = tuple[str, str | None, str | None]  # a question's path, the answer before, the answer after
Numbers = list[list[float]]  # of each point: latitude, longitude, altitude, accuracy; or one number
_FROM_CENTRAL = ("__id", "meta/instanceID", "meta/deprecatedID")
_MOMENT = re.compile(r"\s*(\d{4}-\d\d-\d\d(?:T[\d:.]+)?(?:Z|[+-]\d\d(?::?\d\d)?)?)\s*", re.ASCII)
_SHORT_ZONE = re.compile(r"[+-]\d\d\Z", re.ASCII)
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[AnswerChange]:
    """List the questions whose answers differ, by path: `room/use` in the first repeat, `room[2]/use` in the second."""
    old, new = answers_by_path(before), answers_by_path(after)
    old_groups, new_groups = set(_groups(before)), set(_groups(after))
    old, new = _without_what_is_none(old, new, new_groups), _without_what_is_none(new, old, old_groups)
    paths = dict.fromkeys([*old, *new])
    return [
        (path, as_text(old.get(path)), as_text(new.get(path)))
        for path in paths if not _same(old.get(path), new.get(path))
    ]  # fmt: skip


# ── the questions ────────────────────────────────────────────────────────────────────────────────────────────────


def odata_name(name: str) -> str:
    """Write a question's name as OData allows, as Central does."""
    return re.sub(r"[^a-zA-Z0-9_]+", "_", re.sub(r"^([^a-zA-Z_])", r"_\1", name))


def answers_by_path(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answers by their path, as `differences` has it; points as lists of numbers.

    Two names that are one to OData are one text, as they are in the feed.
    """
    found: dict[str, Any] = {}
    for path, value in _leaves(given):
        known = found.get(path)
        found[path] = known + value if isinstance(known, str) and isinstance(value, str) else value
    return found


def _leaves(answers: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in answers.items():
        if name.startswith("__") or "@odata" in name or (here := path + odata_name(name)) in _FROM_CENTRAL:
            continue
        if isinstance(value, Mapping) and "coordinates" in value:
            yield here, _points(value)
        elif isinstance(value, Mapping):
            if value.get(""):
                yield here, value[""]  # the XML alone cannot tell whether this is the field, or what is in it
            yield from _leaves({inner: value[inner] for inner in value if inner}, f"{here}/")
        elif isinstance(value, list):
            for number, child in enumerate(value, 1):
                if isinstance(child, Mapping):
                    yield from _leaves(child, f"{here}/" if number == 1 else f"{here}[{number}]/")
        elif value is not None and value != "":
            yield here, value


def _groups(answers: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in answers.items():
        children = value if isinstance(value, list) else [value]
        for child in children:
            if isinstance(child, Mapping) and "coordinates" not in child:
                yield path + odata_name(name)
                yield from _groups(child, f"{path}{odata_name(name)}/")


def _without_what_is_none(these: Mapping[str, Any], others: Mapping[str, Any], groups: set[str]) -> dict[str, Any]:
    """Leave out what is no answer to the other side: text between a group's questions, elements within an answer."""
    fields = others.keys() - groups
    return {
        path: value
        for path, value in these.items()
        if not (path in groups and path not in others)
        and not any(path[:end] in fields for end, sign in enumerate(path) if sign == "/")
    }


# ── the answers ──────────────────────────────────────────────────────────────────────────────────────────────────


def _points(value: Mapping[str, Any]) -> Numbers:
    """Give GeoJSON's points in an XForm's order: latitude, longitude, altitude, accuracy."""
    properties = value.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    if value.get("type") == "Point":
        return [_point(value["coordinates"], known.get("accuracy"))]
    line = value["coordinates"][0] if value.get("type") == "Polygon" else value["coordinates"]
    accuracies = known.get("accuracies") or [None] * len(line)
    return [_point(point, accuracy) for point, accuracy in zip(line, accuracies, strict=True)]


def _point(coordinates: Any, accuracy: Any) -> list[float]:
    lon, lat, *altitude = coordinates
    return [lat, lon, (altitude or [0])[0] or 0, accuracy or 0]


def _same(first: Any, second: Any) -> bool:
    if first is None or second is None:
        return first is second
    if isinstance(first, str) and isinstance(second, str):
        return first == second or _moment(first) == _moment(second) != ""
    if isinstance(first, str) or isinstance(second, str):
        text, value = (first, second) if isinstance(first, str) else (second, first)
        return _as_the_feed_reads(text, value) == value or text == as_text(value)
    return bool(first == second)


def _moment(text: str) -> str:
    """Write a moment as the feed does, without white space and with its zone's minutes; "" where it is none."""
    found = _MOMENT.fullmatch(text)
    return found[1] + ":00" * bool(_SHORT_ZONE.search(found[1])) if found else ""


def _as_the_feed_reads(text: str, value: Any) -> float | Numbers | None:
    """Read a number or points from the XML's text as Central does: of each number as much as is one."""
    if not isinstance(value, list):
        return _number(text)
    points = [[_number(part) for part in written.split()] for written in text.split(";")]
    return [
        [lat, lon, *(number or 0 for number in (*rest, 0, 0)[:2])]
        for lat, lon, *rest in (point for point in points if len(point) > 1)
        if lat is not None and lon is not None
    ]


def _number(text: str) -> float | None:
    found = _NUMBER.match(text)
    return float(found[1]) if found else None


def as_text(value: Any) -> str | None:
    """Write an answer as text; points as an XForm does."""
    if isinstance(value, list):
        return "; ".join(" ".join(map(_written, point)) for point in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _written(number: Any) -> str:
    return f"{number:g}" if isinstance(number, float) and number.is_integer() else str(number)
