"""Read the point of a visit: as Central's feed gives it (GeoJSON), or as the submission's XML does.

The feed takes of each number in the XML as much as is one: `-6,89` becomes -6, `6°53'S` 6, `6.89S` 6.89, and a number
in other digits none at all. So whoever keeps the feed as evidence asks `may_be_half_read` first, and reads the XML.
"""

import re
from typing import Any

from verification.model import Fix

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", re.ASCII)
_EARTH_HALFWAY_ROUND_M = 20_040_000.0  # farther than this from anywhere nothing is
_ALTITUDES_M = (-12_000.0, 100_000.0)
# where the country lies, with some sea around it, in degrees: a point with a sign lost is mostly outside
_LONS, _LATS = (94.0, 142.0), (-12.0, 7.0)

_POINT, _OF_A_PHONE = (
    '"point":',
    re.compile(r'\{"type":"Point","coordinates":\[([^,\]]+),([^,\]]+),[^,\]]+\],"properties":\{"accuracy":([^}]+)\}'),
)


class UnreadablePoint(ValueError):
    """No point, or one with a number that no phone gives."""


def read_point(value: Any) -> Fix | None:
    """Read a point: GeoJSON ([lon, lat, altitude], properties.accuracy) or text, "lat lon altitude accuracy".

    Raises UnreadablePoint where a number in it is none, or is out of what is plausible (metres, degrees).
    """
    return read_with_altitude(value)[0]


def read_with_altitude(value: Any) -> tuple[Fix | None, float | None]:
    """Read a point likewise, and its height above the ellipsoid in metres; None where there is none.

    Raises UnreadablePoint as `read_point` does.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, None
    lon, lat, altitude_m, accuracy_m = _numbers(value)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise UnreadablePoint("no place on earth")
    if altitude_m is not None and not _ALTITUDES_M[0] <= altitude_m <= _ALTITUDES_M[1]:
        raise UnreadablePoint("no height a phone can be at")
    if accuracy_m is not None and not 0 <= accuracy_m <= _EARTH_HALFWAY_ROUND_M:
        raise UnreadablePoint("no accuracy of a place on earth")
    return Fix(lon, lat, accuracy_m), altitude_m


def _numbers(value: Any) -> "_Numbers":
    return _of_geojson(value) if isinstance(value, dict) else _of_text(value)


_Numbers = tuple[float, float, float | None, float | None]  # longitude, latitude, altitude, accuracy


def _of_geojson(point: dict[str, Any]) -> _Numbers:
    coordinates, properties = point.get("coordinates"), point.get("properties")
    if point.get("type") != "Point" or not isinstance(coordinates, list) or len(coordinates) not in (2, 3):
        raise UnreadablePoint("no point")
    if properties is not None and not isinstance(properties, dict):
        raise UnreadablePoint("no accuracy")
    lon, lat, *altitude = map(_finite, coordinates)
    accuracy = (properties or {}).get("accuracy")
    return lon, lat, altitude[0] if altitude else None, None if accuracy is None else _finite(accuracy)


def _finite(value: Any) -> float:
    if type(value) is float:  # most are
        return value
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)  # what is infinite or no number is out of every range
    except OverflowError:
        pass
    raise UnreadablePoint("no number")


def _of_text(value: Any) -> _Numbers:
    parts = str(value).split()
    if len(parts) not in (2, 3, 4) or not all(_NUMBER.fullmatch(part) for part in parts):
        raise UnreadablePoint("no point")
    lat, lon, *rest = map(float, parts)
    altitude, accuracy = (*rest, None, None)[:2]
    return lon, lat, altitude, accuracy


def may_be_half_read(row: str) -> bool:
    """Tell whether a visit's row of the feed may show less of its point than the XML has.

    A phone writes four numbers. So it is where one of them is missing, where a coordinate is a whole number or lies
    outside the country, where the accuracy is exactly 0, and where an on-site visit has no point.
    """
    at = row.find(_POINT) + len(_POINT)
    if at < len(_POINT):
        return False
    if row.startswith("null", at):
        return '"mode":"video"' not in row
    found = _OF_A_PHONE.match(row, at)
    return not (found and _is_in(found[1], _LONS) and _is_in(found[2], _LATS) and found[3] != "0")


def _is_in(written: str, bounds: tuple[float, float]) -> bool:
    """Tell whether it is a number with decimals between these."""
    return "." in written and bool(_NUMBER.fullmatch(written)) and bounds[0] <= float(written) <= bounds[1]
