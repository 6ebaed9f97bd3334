"""Which village is a point in? And what is wrong with a set of village outlines before anyone relies on it?

shapely measures in the units it is given, so every distance here is taken in a local metric frame around the point.
"""

from collections.abc import Sequence
from math import cos, radians

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from verification.model import Fix, Village, district_of
from verification.reason import Reason
from verification.record import record
from verification.rules import LocationRules

_AT_ONCE = 500  # points: their villages' outlines are all in the memory
_A_HAIR = 1e-9  # degrees: a tenth of a millimetre
METRES_PER_DEGREE = 111_195.0  # of latitude, mean; good to 0.6 % in Indonesia, for neighbourhoods of a few kilometres
INDONESIA = (94.5, -11.5, 141.5, 6.5)  # min lon, min lat, max lon, max lat


def in_indonesia(lon: float, lat: float) -> bool:
    """Tell whether a point lies in the box around Indonesia (degrees)."""
    west, south, east, north = INDONESIA
    return west <= lon <= east and south <= lat <= north


@record
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
        self._outlines = np.array([village.outline for village in self._villages], dtype=np.object_)
        self._tree = shapely.STRtree(self._outlines)

    def locate(self, fix: Fix, rules: LocationRules) -> Placement:
        """Name the village of a point; every village within its 95 % radius; or the nearest across a coast."""
        return self.locate_all([fix], rules)[0]

    def locate_all(self, fixes: Sequence[Fix], rules: LocationRules) -> list[Placement]:
        """Locate many points; what lies across a coast is looked for only where a point is in no village."""
        reach_m = [(fix.accuracy_m or 0.0) * rules.accuracy_to_r95 for fix in fixes]
        found = self._within(fixes, reach_m)
        outside = [n for n, near in enumerate(found) if all(metres > 0 for _, metres in near)]
        wider = self._within([fixes[n] for n in outside], [max(reach_m[n], rules.coast_m) for n in outside])
        for n, near in zip(outside, wider, strict=True):
            found[n] = near
        return [_placement(near, reach) for near, reach in zip(found, reach_m, strict=True)]

    def _within(self, fixes: Sequence[Fix], reach_m: Sequence[float]) -> list[list[tuple[str, float]]]:
        """Give the villages within reach of each point, in the order of their codes, with the metres to them."""
        found: list[list[tuple[str, float]]] = []
        for start in range(0, len(fixes), _AT_ONCE):
            some, reaches = fixes[start : start + _AT_ONCE], reach_m[start : start + _AT_ONCE]
            which, village = self._tree.query(_boxes_around(some, reaches))
            order = np.lexsort((village, which))
            near: list[list[tuple[str, float]]] = [[] for _ in some]
            metres = metres_to([some[n] for n in which[order].tolist()], self._outlines[village[order]])
            for n, v, m in zip(which[order].tolist(), village[order].tolist(), metres.tolist(), strict=True):
                if m <= reaches[n]:
                    near[n].append((self._villages[v].code, m))
            found += near
        return found


def _placement(near: Sequence[tuple[str, float]], reach_m: float) -> Placement:
    """Say where a point is, of the villages near it and the metres to them."""
    inside = [code for code, metres in near if metres == 0]
    reached = [code for code, metres in near if metres <= reach_m]
    if inside:
        # a point on a shared border lies in both; the lowest code is named first
        candidates = tuple(dict.fromkeys((*inside, *reached)))
        code = "in_village" if len(candidates) == 1 else "near_border"
        return Placement(candidates, Reason(code, {"reach_m": round(reach_m)}))
    if near:
        nearest, metres = min(near, key=lambda pair: (pair[1], pair[0]))
        return Placement(tuple(reached) or (nearest,), Reason("nearest_village", {"distance_m": round(metres)}))
    return Placement((), Reason("in_no_village"))


def _boxes_around(fixes: Sequence[Fix], reach_m: Sequence[float]) -> NDArray[np.object_]:
    """Give the boxes around points, a little wider than so many metres each."""
    lon, lat = np.array([(fix.lon, fix.lat) for fix in fixes], dtype=np.float64).reshape(-1, 2).T
    north = np.array(reach_m) / METRES_PER_DEGREE + _A_HAIR
    east = north / np.cos(np.radians(lat))
    boxes: NDArray[np.object_] = shapely.box(lon - east, lat - north, lon + east, lat + north)
    return boxes


def metres_to(fixes: Sequence[Fix], outlines: NDArray[np.object_]) -> NDArray[np.float64]:
    """Measure from each point to its outline in metres; 0 inside it or on its border.

    Each that is outside is taken to metres east and north of its point (equirectangular; for a few kilometres around).
    """
    points = np.array([(fix.lon, fix.lat) for fix in fixes], dtype=np.float64).reshape(-1, 2)
    metres = np.zeros(len(points))
    outside = np.flatnonzero(~shapely.intersects_xy(outlines, *points.T))
    if len(outside):
        middles, others = points[outside], outlines[outside]
        scale = METRES_PER_DEGREE * np.column_stack([np.cos(np.radians(middles[:, 1])), np.ones(len(outside))])
        degrees, of = shapely.get_coordinates(others, return_index=True)
        around = shapely.set_coordinates(others, (degrees - middles[of]) * scale[of])
        metres[outside] = shapely.distance(Point(0, 0), around)
    return metres


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
