"""Where on the map is a box filed, so that what lies near a point is found without reading the country?

Grids of squares lie over each other, from some five kilometres to the whole world. A box is filed in the finest grid
whose squares are as large as the box, under the square of its south-western corner: it reaches no farther than into the
next square east and north. So near a point there are some ten squares of each grid to look into, wherever it is.
"""

from math import floor

import numpy as np
from numpy.typing import ArrayLike

SIZES_DEGREES = (0.05, 0.25, 1.25, 6.25, 360.0)  # nine of ten villages are under 0.12°, the widest has 3.7°

_IN_ONE_NUMBER = np.array([2**45, 2**30, 2**15, 1])  # four numbers of squares, each nearer to 0 than 2**14


def cell_of(box: tuple[float, float, float, float]) -> str:
    """Name the square under which a box (west, south, east, north) is filed."""
    west, south, east, north = box
    size = next(size for size in SIZES_DEGREES if max(east - west, north - south) <= size)
    return _name(size, floor(west / size), floor(south / size))


def cells_near(points: ArrayLike, reach_degrees: float) -> list[str]:
    """Name every square that may have a box so near to one of the points (any number by 2: lon, lat) filed under it."""
    here = np.array(points, dtype=float).reshape(-1, 2)
    found = set()
    for size in SIZES_DEGREES:
        first, last = np.floor((here - reach_degrees) / size) - 1, np.floor((here + reach_degrees) / size)
        corners = np.hstack([first, last]).astype(np.int64)
        _, different = np.unique(corners @ _IN_ONE_NUMBER, return_index=True)
        for west, south, east, north in corners[different].tolist():
            found |= {_name(size, x, y) for x in range(west, east + 1) for y in range(south, north + 1)}
    return sorted(found)


def _name(size: float, column: int, row: int) -> str:
    return f"{size:g}/{column}/{row}"
