"""Which village is a point in? And what is wrong with a set of village outlines before anyone relies on it?

shapely measures in the units it is given, so every distance here is taken in a local metric frame around the point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from verification.model import Fix, Village, district_of
from verification.reason import Reason
from verification.rules import LocationRules

METRES_PER_DEGREE = 111_195.0  # of latitude, mean; good to 0.6 % in Indonesia, for neighbourhoods of a few kilometres
INDONESIA = (94.5, -11.5, 141.5, 6.5)  # min lon, min lat, max lon, max lat


def in_indonesia(lon: float, lat: float) -> bool:
    """Tell whether a point lies in the box around Indonesia (degrees)."""
    west, south, east, north = INDONESIA
    return west <= lon <= east and south <= lat <= north


@dataclass(frozen=True, slots=True)
class Placement:
    """The villages a point may lie in: one, or several within its uncertainty of a border; none far from all."""

    villages: tuple[str, ...]
    reason: Reason

    @property
    def village(self) -> str | None:
        """The village's code, where there is only one candidate."""
        return self.villages[0] if len(self.villages) == 1 else None

    @property
    def districts(self) -> frozenset[str]:
        """The codes of the districts of all candidates."""
        return frozenset(map(district_of, self.villages))


class Villages:
    """Village outlines, indexed once for many look-ups."""

    def __init__(self, villages: Sequence[Village]) -> None:
        self._villages = sorted(villages, key=lambda village: village.code)
        self._tree = shapely.STRtree([village.outline for village in self._villages])

    def locate(self, fix: Fix, rules: LocationRules) -> Placement:
        """Name the village of a point; every village within its 95 % radius; or the nearest across a coast."""
        reach_m = (fix.accuracy_m or 0.0) * rules.accuracy_to_r95
        distances = self._distances_m(fix.lon, fix.lat, max(reach_m, rules.coast_m))
        inside = [code for code, metres in distances if metres == 0]
        near = [code for code, metres in distances if metres <= reach_m]
        if inside:
            # a point on a shared border lies in both; the lowest code is named first
            candidates = tuple(dict.fromkeys((*inside, *near)))
            code = "in_village" if len(candidates) == 1 else "near_border"
            return Placement(candidates, Reason(code, {"reach_m": round(reach_m)}))
        if distances:
            nearest, metres = min(distances, key=lambda pair: (pair[1], pair[0]))
            return Placement(tuple(near) or (nearest,), Reason("nearest_village", {"distance_m": round(metres)}))
        return Placement((), Reason("in_no_village"))

    def _distances_m(self, lon: float, lat: float, reach_m: float) -> list[tuple[str, float]]:
        degrees = reach_m / METRES_PER_DEGREE
        east = degrees / cos(radians(lat))
        box = shapely.box(lon - east, lat - degrees, lon + east, lat + degrees)
        found = (self._villages[index] for index in sorted(self._tree.query(box)))
        pairs = [(village.code, metres_to(lon, lat, village.outline)) for village in found]
        return [(code, metres) for code, metres in pairs if metres <= reach_m]


def metres_to(lon: float, lat: float, outline: BaseGeometry) -> float:
    """Measure from a point to an outline in metres; 0 inside it or on its border."""
    return float(Point(0, 0).distance(to_local_metres(outline, lon, lat)))


def to_local_metres(geometry: BaseGeometry, lon: float, lat: float) -> BaseGeometry:
    """Project lon/lat to metres east and north of a point (equirectangular; for a few kilometres around it)."""
    scale = np.array([METRES_PER_DEGREE * cos(radians(lat)), METRES_PER_DEGREE])
    projected: BaseGeometry = shapely.transform(geometry, lambda xy: (xy - (lon, lat)) * scale)
    return projected


def area_m2(surface: BaseGeometry) -> float:
    """Measure a surface in square metres."""
    return float(areas_m2([surface])[0])


def areas_m2(surfaces: Sequence[BaseGeometry] | NDArray[np.object_]) -> NDArray[np.float64]:
    """Measure surfaces in square metres, each at the latitude of its own middle; 0 for an empty one."""
    found = np.asarray(surfaces, dtype=object)
    _, south, _, north = shapely.bounds(found).T
    latitudes = np.nan_to_num((south + north) / 2)
    areas: NDArray[np.float64] = shapely.area(found) * METRES_PER_DEGREE**2 * np.cos(np.radians(latitudes))
    return areas
