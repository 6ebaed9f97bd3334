"""Degrees on a sheet: where a point lies on a drawing of a district, north up, the same scale in every direction."""

from dataclasses import dataclass
from math import cos, radians
from typing import Any

from verification.places.areas import METRES_PER_DEGREE

WIDTH = 900.0
_MARGIN = 0.03  # of the width, around what is framed
_TALLEST = 2.0  # times the width: a long island is framed by its height
Box = tuple[float, float, float, float]  # west, south, east, north, in degrees


@dataclass(frozen=True)
class Frame:
    """A sheet `WIDTH` wide: its north-western corner in degrees, and how many pixels a degree of latitude has."""

    west: float
    north: float
    shrink: float  # a degree of longitude in degrees of latitude
    scale: float
    height: float

    def xy(self, lon: Any, lat: Any) -> tuple[Any, Any]:
        """Give where a point is drawn, or an array of them: pixels from the left and from the top."""
        return (lon - self.west) * self.shrink * self.scale, (self.north - lat) * self.scale

    def pixels(self, metres: float) -> float:
        """Give how long so many metres are drawn."""
        return metres / METRES_PER_DEGREE * self.scale


def frame_around(box: Box) -> Frame:
    """Frame a box with a margin, whole."""
    west, south, east, north = box
    shrink = cos(radians((south + north) / 2))
    wide, high = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
    width = max(wide, high / _TALLEST)
    pad = width * _MARGIN
    scale = WIDTH / (width + 2 * pad)
    return Frame((west + east) / 2 - (width / 2 + pad) / shrink, north + pad, shrink, scale, (high + 2 * pad) * scale)
