"""What is wrong with a set of village outlines, before anyone relies on it?"""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from verification.model import Village
from verification.places.areas import Villages, area_m2, in_indonesia
from verification.reason import Reason


@dataclass(frozen=True, slots=True)
class OutlineProblem:
    """One thing wrong with one outline or a pair of them; `area_m2` says how much ground it concerns."""

    reason: Reason
    codes: tuple[str, ...]
    area_m2: float = 0.0


def axis_order_problem(villages: Sequence[Village]) -> OutlineProblem | None:
    """Say if the outlines are written latitude first: all of them lie in Indonesia only when turned round."""
    bounds = shapely.total_bounds([village.outline for village in villages])
    west, south, east, north = (float(edge) for edge in bounds)
    if in_indonesia(west, south) and in_indonesia(east, north):
        return None
    swapped = in_indonesia(south, west) and in_indonesia(north, east)
    code = "outlines_lat_first" if swapped else "outlines_outside_indonesia"
    edges = {"west": round(west, 4), "south": round(south, 4), "east": round(east, 4), "north": round(north, 4)}
    return OutlineProblem(Reason(code, dict(edges)), tuple(village.code for village in villages))


def outline_problems(villages: Sequence[Village], least_m2: float = 100.0) -> list[OutlineProblem]:
    """List invalid rings, overlaps between neighbours and gaps inside the whole, from `least_m2` on."""
    invalid = [village for village in villages if not village.outline.is_valid]
    problems = [
        OutlineProblem(Reason("outline_invalid", {"why": shapely.is_valid_reason(village.outline)}), (village.code,))
        for village in invalid
    ]
    mended = [Village(v.code, v.name, mend(v.outline)) for v in villages]
    return problems + _overlaps(mended, least_m2) + _gaps(mended, least_m2)


def mend(outline: BaseGeometry) -> BaseGeometry:
    """Make an outline valid, keeping only its surfaces."""
    if outline.is_valid:
        return outline
    valid = shapely.make_valid(outline)
    surfaces = [part for part in shapely.get_parts(valid) if part.area > 0]
    return shapely.union_all(surfaces) if surfaces else valid


def _overlaps(villages: Sequence[Village], least_m2: float) -> list[OutlineProblem]:
    outlines = [village.outline for village in villages]
    tree = shapely.STRtree(outlines)
    pairs = sorted((int(a), int(b)) for a, b in tree.query(outlines, predicate="intersects").T if a < b)
    shared = [(a, b, area_m2(shapely.intersection(outlines[a], outlines[b]))) for a, b in pairs]
    return [
        OutlineProblem(Reason("outlines_overlap", {"area_m2": round(area)}), (villages[a].code, villages[b].code), area)
        for a, b, area in shared
        if area >= least_m2
    ]


def _gaps(villages: Sequence[Village], least_m2: float) -> list[OutlineProblem]:
    whole = shapely.union_all([village.outline for village in villages])
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in getattr(part, "interiors", ())]
    index = Villages(villages)
    problems = []
    for hole in holes:
        area = area_m2(hole)
        if area >= least_m2:
            around = tuple(village.code for village in index.touching(hole))
            problems.append(OutlineProblem(Reason("outlines_gap", {"area_m2": round(area)}), around, area))
    return problems
