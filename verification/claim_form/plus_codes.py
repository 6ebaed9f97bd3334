"""Plus codes, as map applications give them in place of an address: "4JQ9+XG Demak"; to be offered, never assumed.

A digit of the twenty stands for a twentieth of a cell, by turns of latitude and longitude: 20°, 1°, 0.05°, 0.0025°, and
behind the plus 0.000125°, some 14 m. What is written before a place's name leaves out the first four: its cell of a
degree is the one nearest to the place. Source: the Open Location Code specification.
"""

import re
from collections.abc import Iterator

from verification.claim_form.cells import Cell

_DIGITS = "23456789CFGHJMPQRVWX"
_CODE = re.compile(
    rf"(?<![A-Z0-9])(?P<cell>[{_DIGITS}]{{4}})?(?P<near>[{_DIGITS}]{{4}})\+(?P<last>[{_DIGITS}]{{2}})[{_DIGITS}]?(?![A-Z0-9])"
)
_LONGEST = 500  # letters: an address stands behind the code
_OF_A_DEGREE = (0.05, 0.0025, 0.000125)
_EXACT = 4  # decimals of a degree: as far as such a cell goes


def points_of_codes(cells: tuple[Cell, ...], lat: float, lon: float) -> Iterator[tuple[float, float]]:
    """Give the points (latitude, longitude) of plus codes in cells; of a short one what is nearest to a place."""
    for cell in cells:
        found = _CODE.search(cell.upper()) if isinstance(cell, str) and len(cell) <= _LONGEST else None
        if found:
            digits = [_DIGITS.index(digit) for digit in found["near"] + found["last"]]
            north, east = (_within_a_degree(digits[axis::2]) for axis in (0, 1))
            if found["cell"]:
                south, west, *ones = (_DIGITS.index(digit) for digit in found["cell"])
                yield round(south * 20 - 90 + ones[0] + north, _EXACT), round(west * 20 - 180 + ones[1] + east, _EXACT)
            else:
                yield round(lat - north) + round(north, _EXACT), round(lon - east) + round(east, _EXACT)


def _within_a_degree(digits: list[int]) -> float:
    """Give where the middle of a cell is within its cell of a degree."""
    return sum(digit * size for digit, size in zip(digits, _OF_A_DEGREE, strict=True)) + _OF_A_DEGREE[-1] / 2
