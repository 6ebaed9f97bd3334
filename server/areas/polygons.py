"""The polygons of a GeoJSON geometry, or the reason why there is none."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from verification.places.outlines import is_tangled, mend
from verification.reason import WithReason

MOST_VERTICES = 200_000  # in a ring; the longest real one has 7,413
MOST_RINGS = 10_000  # of a village: islands, and holes
_MOST_NESTED = 8  # collections within collections
_FARTHEST = 1e9  # metres or degrees: in whatever unit, no place on Earth has a larger coordinate


class NoOutline(WithReason):
    """A geometry that gives no outline; `reason` lacks only the feature's number and code."""


def outline_of(geometry: Any, *, lat_first: bool) -> BaseGeometry:
    """Read a Polygon, a MultiPolygon, or the polygons in a GeometryCollection; heights are left out."""
    polygons = list(_polygons(geometry, lat_first))
    rings = sum(1 + len(polygon.interiors) for polygon in polygons)
    if rings > MOST_RINGS:
        raise NoOutline("too_many_rings", rings=rings, most=MOST_RINGS)
    outline = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    if is_tangled(outline):
        raise NoOutline("outline_tangled")
    if mend(outline).is_empty:
        raise NoOutline("village_without_polygon")
    return outline


def _polygons(geometry: Any, lat_first: bool, depth: int = 0) -> Iterator[shapely.Polygon]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "Polygon":
        yield _polygon(geometry.get("coordinates"), lat_first)
    elif kind == "MultiPolygon":
        yield from (_polygon(rings, lat_first) for rings in _list(geometry.get("coordinates")))
    elif kind == "GeometryCollection" and depth < _MOST_NESTED:
        for part in _list(geometry.get("geometries")):
            yield from _polygons(part, lat_first, depth + 1)


def _polygon(rings: Any, lat_first: bool) -> shapely.Polygon:
    shell, *holes = (_ring(positions, lat_first) for positions in _list(rings) or [[]])
    return shapely.Polygon(shell, holes)


def _ring(positions: Any, lat_first: bool) -> NDArray[np.float64]:
    """Read a ring's longitudes and latitudes, whatever else its positions hold."""
    if len(_list(positions)) > MOST_VERTICES:
        raise NoOutline("ring_too_long", vertices=len(positions), most=MOST_VERTICES)
    ring = _numbers(positions)
    if ring.ndim != 2 or ring.shape[0] < 3 or ring.shape[1] < 2:
        raise NoOutline("village_without_polygon")
    ring = ring[:, 1::-1] if lat_first else ring[:, :2]
    if not (np.abs(ring) < _FARTHEST).all():  # not so of NaN either
        raise NoOutline("position_unusable")
    return ring


def _numbers(positions: list[Any]) -> NDArray[np.float64]:
    try:
        return np.array(positions, dtype=float)
    except (ValueError, TypeError):
        pass  # some positions have more values than others, or hold something else
    try:
        return np.array([position[:2] for position in positions], dtype=float)
    except (ValueError, TypeError, KeyError, IndexError):
        raise NoOutline("position_unusable") from None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
