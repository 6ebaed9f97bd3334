"""Is a claimed point where its village is? And what was probably meant: a lost minus sign, comma, or order."""

from math import cos, hypot, radians

from verification.claim_form.form import Box
from verification.places.areas import METRES_PER_DEGREE, in_indonesia
from verification.reason import Reason

FAR_M = 10_000.0  # from the box around the village: a boundary drawn anew explains less
_NEAR_M = 2_000.0  # how near a number written otherwise has to come to be offered


def what_is_odd(lat: float, lon: float, box: Box | None) -> Reason | None:
    """Say what is odd about a point claimed in a village with such a box around it; None where nothing is (degrees).

    Its numbers are not repeated: what is wrong with them is said, and they stand in the form.
    """
    away_m = _metres_away(lat, lon, box) if box else 0.0
    if in_indonesia(lon, lat) and away_m <= FAR_M:
        return None
    if not in_indonesia(lon, lat) and in_indonesia(lat, lon):
        return Reason("coordinate_swapped")
    meant = _what_was_meant(lat, lon, box) if box else None
    if meant or in_indonesia(lon, lat):
        return Reason(meant or "coordinate_far_from_village", {"km": round(away_m / 1000)})
    return Reason("coordinate_outside_indonesia")


def _what_was_meant(lat: float, lon: float, box: Box) -> str | None:
    """Find what has to be written otherwise for a point to lie in the village, or by it."""
    ways = (
        ("coordinate_without_minus", -lat, lon),
        ("coordinate_swapped_too", lon, lat),
        ("coordinate_swapped_too", -lon, lat),
        *(("coordinate_without_comma", sign * _with_point(lat, 0.0, 11.5), _with_point(lon, 94.5, 141.5))
          for sign in (1, -1)),
    )  # fmt: skip
    return next((code for code, one, other in ways if _metres_away(one, other, box) <= _NEAR_M), None)


def _with_point(number: float, least: float, largest: float) -> float:
    """Set the decimal point where it makes a number possible: -69592 is -6.9592. Left as it is where nowhere does."""
    shifted = [number / 10**places for places in range(17)]
    return next((one for one in shifted if least <= abs(one) <= largest), number)


def _metres_away(lat: float, lon: float, box: Box) -> float:
    west, south, east, north = box
    east_west = max(west - lon, lon - east, 0.0) * cos(radians(max(min(lat, 90.0), -90.0)))
    return METRES_PER_DEGREE * hypot(east_west, max(south - lat, lat - north, 0.0))
