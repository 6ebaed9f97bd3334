"""Signs in one submission: worked out while its points are there, and kept without them."""

from collections.abc import Iterator, Mapping
from typing import Any

from verification.flags.flag import Flag
from verification.model import Fix
from verification.places.distance import distance_m
from verification.reading.fields import fields_of
from verification.reading.point import UnreadablePoint, read_with_altitude
from verification.rules import FlagRules, LocationRules

_BESIDE = (("start_point", Flag.BEGAN_AWAY), ("photo_point", Flag.PHOTOGRAPHED_AWAY))


def signs_of(answers: Mapping[str, Any], rules: FlagRules, location: LocationRules) -> tuple[Flag, ...]:
    """Give the signs that a submission's answers show by themselves, each once."""
    return tuple(dict.fromkeys(_signs(fields_of(answers), rules, location)))


def _signs(fields: Mapping[str, Any], rules: FlagRules, location: LocationRules) -> Iterator[Flag]:
    point, altitude_m = _read(fields.get("point"))
    if point is not None and point.accuracy_m and altitude_m == 0:
        yield Flag.NO_ALTITUDE
    for name, flag in _BESIDE:
        fix, _ = _read(fields.get(name))
        if fix is not None and fix.accuracy_m == 0:
            yield Flag.PLACED_BY_HAND
        elif fix is not None and point is not None:
            distance = distance_m(fix.lon, fix.lat, point.lon, point.lat)
            if distance > rules.away_m + error_m(fix, location) + error_m(point, location):
                yield flag


def _read(value: Any) -> tuple[Fix | None, float | None]:
    try:
        return read_with_altitude(value)
    except UnreadablePoint:
        return None, None


def error_m(fix: Fix, location: LocationRules) -> float:
    """Give the radius within which a phone was with 95 per cent, as far as it said so."""
    return location.accuracy_to_r95 * (fix.accuracy_m or 0.0)
