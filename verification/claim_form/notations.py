"""Coordinates in other notations than decimal degrees: what a cell may mean, to be offered and never assumed.

Degrees, minutes and seconds; hemispheres in words of either language; metres of a UTM zone, named or the village's;
degrees without a point.
"""

import re
from collections.abc import Iterator
from itertools import product
from math import asinh, atan2, atanh, cos, cosh, degrees, isfinite, nan, sin, sinh, sqrt

from verification.claim_form.cells import DASHES, Cell, clean, degrees_meant

Point = tuple[float, float]  # latitude, longitude, in degrees

_HALVES = {  # of the earth: what is written, then whose axis it is and its sign
    "LS": ("lat", -1), "LU": ("lat", 1), "BT": ("lon", 1), "BB": ("lon", -1), "SOUTH": ("lat", -1), "NORTH": ("lat", 1),
    "EAST": ("lon", 1), "WEST": ("lon", -1), "SELATAN": ("lat", -1), "UTARA": ("lat", 1), "TIMUR": ("lon", 1),
    "BARAT": ("lon", -1), "S": ("lat", -1), "N": ("lat", 1), "U": ("lat", 1), "E": ("lon", 1), "W": ("lon", -1),
    "T": ("lon", 1), "B": ("lon", -1),
}  # fmt: skip
_HALF = "|".join(sorted(_HALVES, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[.,]\d{1,17})?"
_ANGLE = re.compile(
    rf"(?P<before>{_HALF})?\s*(?P<sign>[-+])?\s*(?P<d>{_NUMBER})\s*(?:(?P<mark>[°D:]|(?=\s))\s*"
    rf"(?:(?P<m>{_NUMBER})\s*(?:['M:]|\"(?=\s*\d)|(?=\s)|\Z|(?=[A-Z]))\s*(?:(?P<s>{_NUMBER})\s*[\"']?\s*)?)?)?"
    rf"(?P<after>{_HALF})?"
)
_SAME_SIGNS = str.maketrans({
    **dict.fromkeys("º˚⁰∘◦?\ufffd", "°"),  # the last two where a program did not know the sign
    **dict.fromkeys("′’‘‛‚`´ʹʼ", "'"), **dict.fromkeys("″”“‟„ʺ", '"'), **dict.fromkeys(DASHES, "-"),
    "Â": "", "\u00a0": " ",
})  # fmt: skip
_AXES = {"LINTANG": "lat", "LATITUDE": "lat", "LAT": "lat", "BUJUR": "lon", "LONGITUDE": "lon", "LONG": "lon",
         "LNG": "lon", "LON": "lon"}  # fmt: skip
AXIS = "|".join(sorted(_AXES, key=len, reverse=True))
_CALLED = re.compile(rf"({AXIS})\b")
_SECONDS = r"\d{1,2}(?:[.,]\d{1,17})?"
_SHORT = tuple((re.compile(written), short) for written, short in (  # the same, as an angle is read
    (r"DERAJAT|\bD(?:E?RA?JT|ER|EG(?:REES?)?)\b\.?", "°"), (r"MENIT|\bM(?:E?NT|IN(?:UTES?)?)\b\.?", "'"),
    (r"DETIK|\b(?:DE?TK|SEC(?:ONDS?)?)\b\.?", '"'), (rf"({AXIS})\b\s*[:=.]?", " "),
    (r"(?<=\d)\s*O\s*(?=\d)", "°"), (r"(?<![A-Z])([LB])\.\s?([SUTB])(?![A-Z])", r"\1\2"),
    (rf"(?<![A-Z])({_HALF})\s*[:=.]", r"\1 "), (r"([.,])[.,]+(?=\d)", r"\1"),
    (r"(?<=[°'\"])\s*[.,;]\s*(?=\d)", ""), (r"\A[\s'(\[]+|[\s)\].,;:]+\Z", ""),
    (rf"(\d)\s*D\s*(\d{{1,2}})\s*M\s*({_SECONDS})\s*S", r"\1°\2'\3" + '"'),
    (rf"(?<![\d.,])(\d{{1,3}})([./;-])(\d{{1,2}})\2({_SECONDS})(?![\d.,])", r"\1°\3'\4" + '"'),
))  # fmt: skip
_MOST_PLACES = 16  # by which a point may be missing
_LATS, _LONS = 11.5, (94.5, 141.5)  # of the country
_SIXTY = 60.0
LONGEST = 120  # letters: a longer text is no point


def meanings(lat: Cell, lon: Cell, zone: int | None) -> Iterator[Point]:
    """Give what two cells may mean beside decimal degrees, likeliest first; `zone` is the UTM zone of their village."""
    yield from said_otherwise(lat, lon, zone)
    yield from _without_point(lat, lon)


def said_otherwise(lat: Cell, lon: Cell, zone: int | None) -> Iterator[Point]:
    """Give what two cells mean whose notation says so: minutes, hemispheres, metres of the zone they name or lie in."""
    one, other = angle(lat), angle(lon)
    if one and other and (one[1] or other[1]):  # a notation that plain numbers have not
        (first, _, axis), (second, _, other_axis) = one, other
        swapped = axis == "lon" or other_axis == "lat"
        yield (second, first) if swapped else (first, second)
        yield (-second, first) if swapped else (-first, second)
    (lat, named), (lon, named_too) = zone_and_rest(lat), zone_and_rest(lon)
    zone = named or named_too or zone
    metres = (_metres(lat), _metres(lon))
    if zone is not None and metres[0] is not None and metres[1] is not None:
        yield from _of_utm(metres[0], metres[1], zone)
        yield from _of_utm(metres[1], metres[0], zone)


def _without_point(lat: Cell, lon: Cell) -> Iterator[Point]:
    in_thousands = any(isinstance(cell, str) and len(re.findall("[.,]", cell)) > 1 for cell in (lat, lon))
    one, other = _digits(lat, in_thousands), _digits(lon, in_thousands)
    for (number, places), (others, too) in ((one, other), (other, one)) if one[1] + other[1] else ():
        norths = [(shift, number / 10**shift) for shift in range(places + 1) if abs(number) / 10**shift <= _LATS]
        easts = [(s, others / 10**s) for s in range(too + 1) if _LONS[0] <= others / 10**s <= _LONS[1]]
        mostly = sorted(product(norths, easts), key=lambda both: abs(both[0][0] - both[1][0]))  # both lost as many
        for (_, north), (_, east) in mostly:
            yield from ((north, east), (-north, east))


def angle(cell: Cell) -> tuple[float, bool, str | None] | None:
    """Read an angle: its degrees, whether more than a plain number says so, and the axis that its hemisphere names."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    text = str(cell).translate(_SAME_SIGNS).upper()
    called = _CALLED.match(text.strip())
    for written, short in _SHORT:
        text = written.sub(short, text)
    found = _ANGLE.fullmatch(text.strip().replace("''", '"'))
    if found is None or (found["before"] and found["after"]):
        return None
    parts = [_number(found[name]) for name in ("d", "m", "s")]
    if any(part > _SIXTY for part in parts[1:]):  # some programs write 54'60" for 55'
        return None
    half = found["before"] or found["after"]
    axis, sign = _HALVES[half] if half else (_AXES[called[1]] if called else None, 1)
    value = _as_exact_as_written(parts[0] + parts[1] / _SIXTY + parts[2] / _SIXTY**2, found["m"], found["s"])
    is_plain = not isinstance(cell, str) or degrees_meant(clean(cell))
    says_more = bool(half or called or found["m"] or found["mark"]) or not is_plain
    is_minus = sign < 0 or (found["sign"] == "-" and axis != "lon")  # E -110 is no west
    return (-value if is_minus else value), says_more, axis


def _as_exact_as_written(value: float, minutes: str | None, seconds: str | None) -> float:
    """Leave out decimals that nobody wrote: how far a claimed point may be wrong is judged by its decimals.

    A minute is 2 km, about as two decimals are; a second 30 m, as four.
    """
    if not minutes:
        return value
    least, written = (4, seconds) if seconds else (2, minutes)
    return round(value, least + len(re.sub(r"\A\d+[.,]?", "", written)))


def _number(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0


_SAID = r"(?:(?:UTM|ZONA|ZONE|WGS ?84)[\s.:,/]*)"
_BAND = r"(?:SOUTH|NORTH|SELATAN|UTARA|[C-HJ-NP-X])"
_ZONE = r"(?P<zone>4[6-9]|5[0-4])"  # of the country
_ZONE_FIRST = re.compile(rf"{_SAID}*{_ZONE}(?:\s*{_BAND}(?![A-Z])[\s,;:/]*|[\s,;:/]+)(?P<rest>.+)", re.DOTALL)
_ZONE_LAST = re.compile(rf"(?P<rest>.+?)[\s,;:/]+(?:{_SAID}+(?=\d)|(?=\d\d\s*[A-Z])){_ZONE}\s*{_BAND}?", re.DOTALL)


def zone_and_rest(cell: Cell) -> tuple[Cell, int | None]:
    """Take the zone off that a cell names before or after its metres, "49M 509818"; none where it names none."""
    if not isinstance(cell, str) or len(cell) > LONGEST:
        return cell, None
    text = re.sub(r"[()]", " ", cell.upper()).strip()
    found = _ZONE_FIRST.fullmatch(text) or _ZONE_LAST.fullmatch(text)
    return (found["rest"], int(found["zone"])) if found else (cell, None)


def _metres(cell: Cell) -> float | None:
    """Read metres, "9.238.123,5" or "9238123"; None for what can be no metres of a zone."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if not isinstance(cell, str):
        return float(cell) if isfinite(cell) else None
    text = re.sub(r"(?<=\d)[. ](?=\d{3}(?:\D|\Z))", "", cell.upper().strip())
    if re.search(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])", text):  # as English has it; no zone begins below 100,000
        text = text.replace(",", "")
    found = re.fullmatch(r"(?:[XYENTSU]\s*[:=]?\s*)?(\d{1,8}(?:[.,]\d+)?)\s*(?:M|ME|MN|MT|MU|E|N|S)?", text)
    return float(found[1].replace(",", ".")) if found else None


def _digits(cell: Cell, in_thousands: bool) -> tuple[float, int]:
    """Read a number, and by how many places a point may be missing in it: in one that is whole. Else not a number."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return nan, 0
    text = str(cell).translate(_SAME_SIGNS).strip().removesuffix(".0")
    text = re.sub(r"(?<=\d)[.,](?=\d{3}(?:\D|\Z))", "", text) if in_thousands and isinstance(cell, str) else text
    if re.fullmatch(r"-?\d{1,18}", text):
        return float(text), _MOST_PLACES
    meant = degrees_meant(text)
    return (next(iter(meant)) if len(meant) == 1 else nan), 0


# ── metres of a zone (UTM on WGS 84)

_A, _F = 6_378_137.0, 1 / 298.257223563
_N = _F / (2 - _F)
_RECTIFYING = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_SCALE, _FALSE_EAST, _FALSE_NORTH = 0.9996, 500_000.0, 10_000_000.0
_INVERSE = (_N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96, _N**2 / 48 + _N**3 / 15, 17 * _N**3 / 480)  # Krüger, to n³
_EASTINGS, _NORTH_OF_EQUATOR = (100_000.0, 900_000.0), 5_000_000.0


def zone_of(lon: float) -> int:
    """Give the UTM zone of a longitude."""
    return int((lon + 180) // 6) + 1


def _of_utm(easting: float, northing: float, zone: int) -> Iterator[Point]:
    """Give the point that metres of a zone mean; the zones of the south begin ten million metres below the equator.

    Exact to a millimetre in a zone (Krüger's series to the third order in n).
    """
    if not _EASTINGS[0] <= easting <= _EASTINGS[1] or not 0 <= northing <= _FALSE_NORTH:
        return
    south = _FALSE_NORTH if northing > _NORTH_OF_EQUATOR else 0.0
    up, along = (metres / (_SCALE * _RECTIFYING) for metres in (northing - south, easting - _FALSE_EAST))
    orders = list(enumerate(_INVERSE, start=1))
    xi = up - sum(beta * sin(2 * k * up) * cosh(2 * k * along) for k, beta in orders)
    eta = along - sum(beta * cos(2 * k * up) * sinh(2 * k * along) for k, beta in orders)
    yield _geographic(xi, eta, zone)


def _geographic(xi: float, eta: float, zone: int) -> Point:
    """Go from the conformal sphere to the ellipsoid."""
    tau = sin(xi) / sqrt(sinh(eta) ** 2 + cos(xi) ** 2)
    eccentricity = sqrt(_F * (2 - _F))
    latitude = atan2(tau, 1.0)
    for _ in range(6):
        latitude = atan2(sinh(asinh(tau) + eccentricity * atanh(eccentricity * sin(latitude))), 1.0)
    return degrees(latitude), 6.0 * zone - 183.0 + degrees(atan2(sinh(eta), cos(xi)))
