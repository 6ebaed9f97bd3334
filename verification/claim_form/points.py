"""Is a claimed point where its village is? And what was probably meant: a lost minus sign, comma, or order."""

from math import cos, hypot, radians

from verification.claim_form.form import Box
from verification.places.areas import METRES_PER_DEGREE, in_indonesia
from verification.reason import Reason, Value

FAR_M = 10_000.0  # from the box around the village: a boundary drawn anew explains less
_NEAR_M = 2_000.0  # how near a number written otherwise has to come to be offered


def what_is_odd(lat: float, lon: float, box: Box | None) -> Reason | None:
    """Say what is odd about a point claimed in a village with such a box around it; None where nothing is (degrees)."""
    away_m = _metres_away(lat, lon, box) if box else 0.0
    if in_indonesia(lon, lat) and away_m <= FAR_M:
        return None
    values: dict[str, Value] = {"lat": _written(lat), "lon": _written(lon), "km": round(away_m / 1000)}
    if not in_indonesia(lon, lat) and in_indonesia(lat, lon):
        return Reason("coordinate_swapped", values)
    if box and (meant := _meant(lat, lon, box)):
        offered: dict[str, Value] = {"lat_meant": _written(meant[0]), "lon_meant": _written(meant[1])}
        return Reason("coordinate_meant_otherwise", values | offered)
    if in_indonesia(lon, lat):
        return Reason("coordinate_far_from_village", values)
    return Reason("coordinate_outside_indonesia", values)


def _meant(lat: float, lon: float, box: Box) -> tuple[float, float] | None:
    """Find how the numbers have to be written so that they lie in the village, or by it: lat, lon."""
    ways = [(sign * one, other) for one, other in ((lat, lon), (lon, lat)) for sign in (1, -1)]
    written = [(_with_point(one, 0.0, 11.5), _with_point(other, 94.5, 141.5)) for one, other in ways]
    near = [(_metres_away(one, other, box), one, other) for one, other in written]
    nearest = min(near)
    return nearest[1:] if nearest[0] <= _NEAR_M else None


def _with_point(number: float, least: float, largest: float) -> float:
    """Set the decimal point where it makes a number possible: -69592 is -6.9592. Left as it is where nowhere does."""
    shifted = [number / 10**places for places in range(17)]
    return next((one for one in shifted if least <= abs(one) <= largest), number)


def _metres_away(lat: float, lon: float, box: Box) -> float:
    west, south, east, north = box
    east_west = max(west - lon, lon - east, 0.0) * cos(radians(max(min(lat, 90.0), -90.0)))
    return METRES_PER_DEGREE * hypot(east_west, max(south - lat, lat - north, 0.0))


def _written(degrees: float) -> str:
    return f"{degrees:.7f}".rstrip("0").rstrip(".")
