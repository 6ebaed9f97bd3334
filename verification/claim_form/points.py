"""Is a claimed point where its village is? And what was probably meant: a lost minus sign, comma, or order."""

from itertools import chain
from math import cos, hypot, radians

from verification.claim_form.cells import LARGEST_DEGREES, Cell, degrees_meant
from verification.claim_form.form import Box
from verification.claim_form.notations import meanings, zone_of
from verification.claim_form.pairs import in_one_cell, pairs
from verification.claim_form.plus_codes import points_of_codes
from verification.places.areas import METRES_PER_DEGREE, in_indonesia
from verification.reason import Reason, Value

FAR_M = 10_000.0  # from the box around the village: a boundary drawn anew explains less
_LARGEST_LAT = 90.0
_NEAR_M = 2_000.0  # how near a number written otherwise has to come to be offered


def what_is_odd(lat: float, lon: float, box: Box | None) -> Reason | None:
    """Say what is odd about a point claimed in a village with such a box around it; None where nothing is (degrees).

    Where another way to write it leads to the village, that point is offered: whoever hands the form in writes it.
    """
    away_m = _metres_away(lat, lon, box) if box else 0.0
    km: dict[str, Value] = {"km": round(away_m / 1000)}
    if in_indonesia(lon, lat) and away_m <= FAR_M:
        is_mirrored = box and away_m > _NEAR_M and _metres_away(-lat, lon, box) == 0.0  # by the equator it is near
        return Reason("coordinate_without_minus", km | _offered(-lat, lon)) if is_mirrored else None
    is_swapped = not in_indonesia(lon, lat) and in_indonesia(lat, lon)
    if is_swapped and (box is None or _metres_away(lon, lat, box) <= _NEAR_M):
        return Reason("coordinate_swapped", _offered(lon, lat))
    if box and (meant := _what_was_meant(lat, lon, box)):
        is_place = meant[0] == "coordinate_without_minus"  # else the numbers may be no place on earth to measure from
        return Reason(meant[0], (km if is_place else {}) | _offered(*meant[1:]))
    if box and (point := another_notation(lat, lon, box)):
        return Reason("coordinate_in_another_notation", _offered(*point))
    if is_swapped:
        return Reason("coordinate_swapped", _offered(lon, lat))
    if in_indonesia(lon, lat):
        return Reason("coordinate_far_from_village", km)
    return _no_degrees(lat, lon) or Reason("coordinate_outside_indonesia")


def _no_degrees(lat: float, lon: float) -> Reason | None:
    """Name the number that is no latitude or no longitude of any place; None where both are."""
    found = [one for one, largest in ((lat, _LARGEST_LAT), (lon, LARGEST_DEGREES)) if abs(one) > largest]
    return Reason("not_degrees", {"text": f"{found[0]:.12g}".replace(".", ",")}) if found else None


def another_notation(lat: Cell, lon: Cell, box: Box) -> tuple[float, float] | None:
    """Find what two cells mean in another notation, in the village or else by it: latitude and longitude."""
    north, east = (box[1] + box[3]) / 2, (box[0] + box[2]) / 2
    zone, by = zone_of(east), None
    for point in chain(pairs(lat, lon, zone), points_of_codes((lat, lon), north, east), meanings(lat, lon, zone)):
        away_m = _metres_away(*point, box)
        if away_m == 0.0:
            return point
        by = point if by is None and away_m <= _NEAR_M else by
    return by


def refused_notation(lat: Cell, lon: Cell, box: Box | None) -> Reason | None:
    """Offer what texts mean that are no decimal degrees; None where they are, or mean nothing in the village.

    Of latitude and longitude in one cell that much is said wherever in the country they lead.
    """
    texts = [one for one in (lat, lon) if isinstance(one, str)]
    is_pair = in_one_cell(lat, lon) is not None
    if not is_pair and all(len(degrees_meant(text)) == 1 for text in texts):
        return None
    point = another_notation(lat, lon, box) if box else None
    if point:
        return Reason("coordinate_in_another_notation", _offered(*point))
    leads = is_pair and any(in_indonesia(east, north) for north, east in pairs(lat, lon, None))
    return Reason("coordinates_in_one_cell") if leads else None


def _offered(lat: float, lon: float) -> dict[str, Value]:
    """Write a point as it may be typed into the form."""
    return {"lat_meant": f"{lat:.5f}".replace(".", ","), "lon_meant": f"{lon:.5f}".replace(".", ",")}


def _what_was_meant(lat: float, lon: float, box: Box) -> tuple[str, float, float] | None:
    """Find what has to be written otherwise for a point to lie in the village, or by it; and that point."""
    ways = (
        ("coordinate_without_minus", -lat, lon),
        ("coordinate_of_another_sign", lat, -lon),
        ("coordinate_of_another_sign", -lat, -lon),
        ("coordinate_swapped_too", lon, lat),
        ("coordinate_swapped_too", -lon, lat),
        *(("coordinate_without_comma", sign * _with_point(lat, 0.0, 11.5), _with_point(lon, 94.5, 141.5))
          for sign in (1, -1)),
    )  # fmt: skip
    return next((way for way in ways if _metres_away(way[1], way[2], box) <= _NEAR_M), None)


def _with_point(number: float, least: float, largest: float) -> float:
    """Set the decimal point where it makes a number possible: -69592 is -6.9592. Left as it is where nowhere does."""
    shifted = [number / 10**places for places in range(17)]
    return next((one for one in shifted if least <= abs(one) <= largest), number)


def _metres_away(lat: float, lon: float, box: Box) -> float:
    west, south, east, north = box
    east_west = max(west - lon, lon - east, 0.0) * cos(radians(max(min(lat, 90.0), -90.0)))
    return METRES_PER_DEGREE * hypot(east_west, max(south - lat, lat - north, 0.0))
