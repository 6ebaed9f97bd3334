"""Where is there ground between villages that belongs to none of them?

The union of a whole country at once takes many minutes and gigabytes. So subdistricts are joined first, then districts,
provinces and the whole; each hands on only its outer border, and what that encloses is kept aside. Whatever was kept
aside may still be somebody's: an island in a lake, a village that lies inside another subdistrict.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from verification.model import Village
from verification.places.areas import METRES_PER_DEGREE, areas_m2
from verification.record import record

_Surfaces: TypeAlias = NDArray[np.object_]
_Pair: TypeAlias = tuple[int, int]


@record
class Gap:
    """Ground that villages enclose and none has; `around` are the codes of those that touch it."""

    surface: BaseGeometry
    around: tuple[str, ...]
    area_m2: float


def gaps_between(villages: Sequence[Village], least_m2: float) -> list[Gap]:
    """List the gaps inside the whole, from `least_m2` on. Outlines must be valid."""
    tree = shapely.STRtree([village.outline for village in villages])
    enclosed = [hole for hole in _enclosed(villages) if _at_most_m2(hole.surface) >= least_m2]
    free = _nobodys(enclosed, villages, tree)
    large = [(surface, float(area)) for surface, area in zip(free, areas_m2(free), strict=True) if area >= least_m2]
    around = _around([surface for surface, _ in large], villages, tree)
    return [Gap(surface, codes, area) for (surface, area), codes in zip(large, around, strict=True)]


def _at_most_m2(surface: BaseGeometry) -> float:
    return float(surface.area) * METRES_PER_DEGREE**2  # as if it lay on the equator, where a degree is longest


@record
class _Hole:
    """What the area of a code encloses."""

    area: str
    surface: BaseGeometry

    def is_of(self, village: Village) -> bool:
        return not self.area or village.code.startswith(f"{self.area}.")


def _enclosed(villages: Iterable[Village]) -> Iterator[_Hole]:
    """Give what subdistricts, districts, provinces and the whole enclose."""
    borders = {village.code: shapely.get_parts(village.outline) for village in villages}
    for parts in (3, 2, 1, 0):
        joined = _joined(borders, parts)
        for code, surfaces in joined.items():
            rings = [ring for surface in surfaces for ring in surface.interiors]
            yield from (_Hole(code, shapely.Polygon(ring)) for ring in rings)
        borders = {code: shapely.polygons(shapely.get_exterior_ring(surfaces)) for code, surfaces in joined.items()}


def _joined(borders: Mapping[str, _Surfaces], parts: int) -> dict[str, _Surfaces]:
    """Join surfaces by the area they lie in, which so many parts of their code name."""
    groups = defaultdict(list)
    for code, surfaces in borders.items():
        groups[".".join(code.split(".")[:parts])].append(surfaces)
    # most of an archipelago touches nothing: only what does is joined
    joined = {code: shapely.disjoint_subset_union_all(np.concatenate(found)) for code, found in groups.items()}
    return {code: shapely.get_parts(surface) for code, surface in joined.items()}


def _nobodys(holes: Sequence[_Hole], villages: Sequence[Village], tree: shapely.STRtree) -> list[BaseGeometry]:
    """Take away what is somebody's: an island in a lake, another subdistrict's village. Each surface comes once."""
    owners = defaultdict(set)
    for hole, village in [*_reaching_in(holes, villages, tree), *_lying_in(holes, villages)]:
        owners[hole].add(village)
    free = [hole.surface for index, hole in enumerate(holes) if index not in owners]
    known = {_place(surface) for surface in free}
    for index, inside in owners.items():
        taken = shapely.union_all([villages[village].outline for village in inside])
        for surface in shapely.get_parts(shapely.difference(holes[index].surface, taken)):
            if _place(surface) not in known:
                known.add(_place(surface))
                free.append(surface)
    return free


def _place(surface: BaseGeometry) -> tuple[float, ...]:
    """Name a surface by its box to some centimetres: what two levels enclose is the same ground."""
    return tuple(round(edge, 7) for edge in surface.bounds)


def _reaching_in(holes: Sequence[_Hole], villages: Sequence[Village], tree: shapely.STRtree) -> Iterator[_Pair]:
    """Pair holes with villages of other areas that touch or cross them (indices of both)."""
    found = tree.query(_array(hole.surface for hole in holes), predicate="intersects")
    return ((hole, village) for hole, village in found.T.tolist() if not holes[hole].is_of(villages[village]))


def _lying_in(holes: Sequence[_Hole], villages: Sequence[Village]) -> Iterator[_Pair]:
    """Pair holes with villages of which a part lies in them (indices of both)."""
    parts, owners = shapely.get_parts(_array(village.outline for village in villages), return_index=True)
    inside = shapely.STRtree(_array(hole.surface for hole in holes)).query(shapely.point_on_surface(parts), "within")
    return ((hole, int(owners[part])) for part, hole in inside.T.tolist())


def _around(
    surfaces: Sequence[BaseGeometry], villages: Sequence[Village], tree: shapely.STRtree
) -> list[tuple[str, ...]]:
    codes: list[list[str]] = [[] for _ in surfaces]
    for surface, village in tree.query(_array(surfaces), predicate="intersects").T.tolist():
        codes[surface].append(villages[village].code)
    return [tuple(sorted(found)) for found in codes]


def _array(surfaces: Iterable[BaseGeometry]) -> _Surfaces:
    return np.array(list(surfaces), dtype=object)  # shapely takes no empty list for geometries
