"""What is wrong with a set of village outlines, before anyone relies on it?"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from verification.model import Village
from verification.places.areas import INDONESIA, METRES_PER_DEGREE, areas_m2, in_indonesia
from verification.places.gaps import gaps_between
from verification.reason import Reason
from verification.record import record

_LARGEST_DEGREE = 360.0
LONGEST_EDGE_DEGREES = 1.0  # 111 km: no village's border runs so far without a corner
MOST_MEETINGS = 1_000  # of boxes within an outline, beside what so many edges or rings have: a second to mend at most
MOST_COMPARED = 100_000  # vertices of outlines whose boxes meet, beside ...
_AS_A_RULE = 50  # ... so many times each: in a district of 249 villages it is eight times
_PAIRS_AT_ONCE = 1_000_000


@record
class OutlineProblem:
    """One thing wrong with one outline or a pair of them; `area_m2` says how much ground it concerns."""

    reason: Reason
    codes: tuple[str, ...]
    area_m2: float = 0.0


def axis_order_problem(villages: Sequence[Village]) -> OutlineProblem | None:
    """Say if the outlines are written latitude first, in metres, or lie in another country.

    Its codes are those of the villages that lie outside Indonesia as written.
    """
    edges = shapely.bounds([village.outline for village in villages])
    outside = [village.code for village, box in zip(villages, edges.tolist(), strict=True) if not _is_inside(box)]
    if not outside:
        return None
    west, south = edges[:, :2].min(axis=0).tolist()
    east, north = edges[:, 2:].max(axis=0).tolist()
    is_turned = _is_inside((south, west, north, east))
    in_metres = max(-west, -south, east, north) > _LARGEST_DEGREE
    code = "outlines_lat_first" if is_turned else "outlines_in_metres" if in_metres else "outlines_outside_indonesia"
    found = {"west": round(west, 4), "south": round(south, 4), "east": round(east, 4), "north": round(north, 4)}
    return OutlineProblem(Reason(code, dict(found)), tuple(outside))


def _is_inside(box: Sequence[float]) -> bool:
    west, south, east, north = box
    return in_indonesia(west, south) and in_indonesia(east, north)


def points_astray(villages: Sequence[Village]) -> list[tuple[Village, float, float]]:
    """Name each village with a point outside Indonesia or far from the rest of its ring: the farthest one (lon, lat).

    Where most villages lie outside, none of them is astray: it is another country, or they are measured otherwise.
    """
    if not villages:
        return []
    lows, highs = np.hsplit(shapely.bounds(np.array([village.outline for village in villages])), 2)
    odd = _is_outside(lows) | _is_outside(highs) | ((highs - lows).max(axis=1) > LONGEST_EDGE_DEGREES)
    suspects = [village for village, is_odd in zip(villages, odd, strict=True) if is_odd]
    middles = [np.median(shapely.get_coordinates(village.outline), axis=0) for village in suspects]
    if suspects and _is_outside(np.array(middles)).sum() > len(villages) / 2:
        return []
    points = [_farthest_astray(village.outline, middle) for village, middle in zip(suspects, middles, strict=True)]
    return [(village, *point) for village, point in zip(suspects, points, strict=True) if point]


def _farthest_astray(outline: BaseGeometry, middle: NDArray[np.float64]) -> tuple[float, float] | None:
    astray = np.concatenate([ring[_is_outside(ring) | _is_beside_a_leap(ring)] for ring in _rings(outline)])
    if not len(astray):
        return None
    lon, lat = astray[np.abs(astray - middle).max(axis=1).argmax()]
    return float(lon), float(lat)


def _is_outside(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, south, east, north = INDONESIA
    outside: NDArray[np.bool_] = np.any((points < (west, south)) | (points > (east, north)), axis=1)
    return outside


def _is_beside_a_leap(ring: NDArray[np.float64]) -> NDArray[np.bool_]:
    leaps = np.abs(np.diff(ring, axis=0)).max(axis=1) > LONGEST_EDGE_DEGREES
    beside: NDArray[np.bool_] = np.append(leaps, False) | np.insert(leaps, 0, False)
    return beside


def outline_problems(villages: Sequence[Village], least_m2: float = 100.0) -> list[OutlineProblem]:
    """List invalid rings, overlaps between neighbours and gaps inside the whole, from `least_m2` on."""
    problems = [_invalid(village) for village in villages if not village.outline.is_valid]
    mended = [Village(v.code, v.name, mend(v.outline)) for v in villages]
    gaps = gaps_between(mended, least_m2)
    problems += _overlaps(mended, least_m2)
    return problems + [OutlineProblem(_of("outlines_gap", gap.area_m2), gap.around, gap.area_m2) for gap in gaps]


def piled_up(villages: Sequence[Village]) -> list[Village]:
    """Name the villages that lie over others where so many do that to compare them all would take hours; else none."""
    if not villages:
        return []
    outlines = np.array([village.outline for village in villages])
    vertices = shapely.get_num_coordinates(outlines)
    tree, left = shapely.STRtree(outlines), MOST_COMPARED + _AS_A_RULE * int(vertices.sum())
    step = max(1, _PAIRS_AT_ONCE // len(outlines))
    for start in range(0, len(outlines), step):
        found, others = tree.query(outlines[start : start + step])
        left -= int((vertices[others] + vertices[start + found]).sum()) // 2
        if left < 0:
            return [villages[start + int(np.bincount(found).argmax())]]
    return []


def _invalid(village: Village) -> OutlineProblem:
    return OutlineProblem(Reason("outline_invalid", {"why": shapely.is_valid_reason(village.outline)}), (village.code,))


def mend(outline: BaseGeometry) -> BaseGeometry:
    """Make an outline valid, keeping only its surfaces: what rings enclose, less their holes."""
    if outline.is_valid:
        return outline
    return shapely.make_valid(outline, method="structure", keep_collapsed=False)


def is_tangled(outline: BaseGeometry) -> bool:
    """Tell whether an outline crosses itself so often that it encloses nothing anyone meant.

    Mending costs time and memory with every crossing. In real outlines an edge's box meets its own, its two
    neighbours' and, now and then, that of another: 200,000 vertices have some 50,000 such meetings.
    """
    rings = _rings(outline)
    if len(rings) > 1 and _meet_too_often(shapely.box(*_bounds(rings).T), 10 * len(rings)):
        return True
    if outline.is_valid:
        return False
    edges = _edges(rings)
    return _meet_too_often(edges, 3 * len(edges) + len(edges) // 2)


def _bounds(rings: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.array([[*ring.min(axis=0), *ring.max(axis=0)] for ring in rings])


def _meet_too_often(shapes: NDArray[np.object_], as_a_rule: int) -> bool:
    """Tell whether boxes meet boxes, themselves included, more often than they do as a rule; counts no further."""
    tree, left = shapely.STRtree(shapes), as_a_rule + MOST_MEETINGS
    step = max(1, _PAIRS_AT_ONCE // len(shapes))
    for start in range(0, len(shapes), step):
        left -= tree.query(shapes[start : start + step]).shape[1]
        if left < 0:
            return True
    return False


def _edges(rings: Sequence[NDArray[np.float64]]) -> NDArray[np.object_]:
    ends = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings])
    edges: NDArray[np.object_] = shapely.linestrings(ends)
    return edges


def _rings(outline: BaseGeometry) -> list[NDArray[np.float64]]:
    return [np.asarray(ring.coords) for part in shapely.get_parts(outline) for ring in shapely.get_rings(part)]


def _overlaps(villages: Sequence[Village], least_m2: float) -> list[OutlineProblem]:
    outlines = np.array([village.outline for village in villages])
    problems = []
    for first, second in _in_batches(_neighbours(outlines, least_m2)):
        areas = areas_m2(shapely.intersection(outlines[first], outlines[second]))
        for a, b, area in zip(first.tolist(), second.tolist(), areas.tolist(), strict=True):
            if area >= least_m2:
                codes = (villages[a].code, villages[b].code)
                problems.append(OutlineProblem(_of("outlines_overlap", area), codes, area))
    return problems


def _neighbours(outlines: NDArray[np.object_], least_m2: float) -> NDArray[np.intp]:
    """Pair the indices of outlines whose boxes share at least so much ground, lower index first."""
    pairs = shapely.STRtree(outlines).query(outlines)
    pairs = pairs[:, pairs[0] < pairs[1]]
    west, south, east, north = shapely.bounds(outlines).T
    wide = np.minimum(*east[pairs]) - np.maximum(*west[pairs])
    high = np.minimum(*north[pairs]) - np.maximum(*south[pairs])
    found: NDArray[np.intp] = pairs[:, wide * high * METRES_PER_DEGREE**2 >= least_m2]
    return found[:, np.lexsort(found[::-1])]


def _in_batches(pairs: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Give some pairs at a time: what hundreds of thousands share would fill the memory."""
    return (pairs[:, start : start + 10_000] for start in range(0, pairs.shape[1], 10_000))


def _of(code: str, area_m2: float) -> Reason:
    return Reason(code, {"area_m2": round(area_m2)})
