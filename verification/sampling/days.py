"""Places put together into days, so that what is visited on one day lies near together."""

from collections.abc import Mapping, Sequence
from math import ceil, cos, radians

import numpy as np

from verification.places.distance import Floats

_FURTHER = 360.0  # degrees: than any place is


def in_days(places: Mapping[str, tuple[float, float]], most: int) -> list[list[str]]:
    """Share places (lon, lat in degrees) out to as few days as hold at most so many each.

    The whole is cut across its longer side, and each half again, so that days have as many places as each other, or one
    more. The same places give the same days, in whatever order they come.
    """
    return _cut(sorted(places), places, ceil(len(places) / most)) if places else []


def _cut(names: Sequence[str], places: Mapping[str, tuple[float, float]], days: int) -> list[list[str]]:
    if days == 1:
        return [list(names)]
    middle = cos(
        radians(sum(places[name][1] for name in names) / len(names))
    )  # a degree of longitude is so much shorter
    east = {name: places[name][0] * middle for name in names}
    north = {name: places[name][1] for name in names}
    side = east if _length(east) > _length(north) else north
    ordered = sorted(names, key=lambda name: (side[name], name))
    first = days // 2
    at = len(names) * first // days
    return [*_cut(ordered[:at], places, first), *_cut(ordered[at:], places, days - first)]


def _length(along: Mapping[str, float]) -> float:
    return max(along.values()) - min(along.values())


def stand_ins(
    reserve: Sequence[str], drawn: Sequence[str], places: Mapping[str, tuple[float, float]]
) -> dict[str, str]:
    """Give each place of the reserve, in its order, the nearest drawn place that it is to stand in for.

    None is given two before all have one. The reserve is drawn by lot: what is near decides only for whom.
    """
    found: dict[str, str] = {}
    east, north = _flat(drawn, places)
    taken = np.zeros(len(drawn))
    for name in reserve:
        (x,), (y,) = _flat([name], places)
        away = np.hypot(east - x, north - y) + taken
        nearest = int(away.argmin())
        taken[nearest] += _FURTHER
        found[name] = drawn[nearest]
    return found


def _flat(names: Sequence[str], places: Mapping[str, tuple[float, float]]) -> tuple[Floats, Floats]:
    lon, lat = np.array([places[name] for name in names], dtype=float).reshape(-1, 2).T
    return lon * np.cos(np.radians(lat)), lat
