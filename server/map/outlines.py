"""A district's outlines, as simple as they may be drawn: simplified together, so that neighbours keep their border.

What was worked out is kept by the process, for a few districts: the areas of a version never change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy.orm import Session

from server.areas.queries import count_drawn, villages_within
from server.map.frame import Box
from server.web.kept import Kept
from verification.model import Village, subdistrict_of
from verification.places.areas import METRES_PER_DEGREE

FOR_A_PAGE, FOR_ZOOMING = 4_000, 20_000  # vertices at most
_FINEST_M = 10.0  # nobody walked a border more exactly
_DECIMALS = 5  # of a degree: a metre
_Point = tuple[float, float]  # lon, lat


@dataclass(frozen=True)
class Outlines:
    """A district's villages, simplified; a point (lon, lat) inside each village and each subdistrict, by code."""

    villages: tuple[Village, ...]
    middles: dict[str, _Point]

    def box(self, subdistrict: str | None = None) -> Box:
        """Give the box around a subdistrict; around the district, where it has no such one. There must be villages."""
        inside = [v.outline for v in self.villages if subdistrict in (None, subdistrict_of(v.code))]
        west, south, east, north = shapely.total_bounds(inside or [v.outline for v in self.villages])
        return float(west), float(south), float(east), float(north)


_kept = Kept[Outlines](64)  # outlines of districts, some 500 kB each


def outlines_of(session: Session, areas_id: int, district: str, most: int) -> Outlines:
    """Give a district's outlines in a version of the areas, with at most so many vertices if that can be.

    They are worked out anew where areas were added since.
    """
    key = (areas_id, district, most, count_drawn(session, areas_id, district))
    return _kept.of(session, key, lambda: simplified(villages_within(session, areas_id, district), most))


def simplified(villages: Sequence[Village], most: int) -> Outlines:
    """Simplify villages together, a little, and further until they have few enough vertices.

    They are put on a grid of a metre first: what neighbours wrote a hair apart is one border, else nothing is shared.
    """
    outlines = [shapely.transform(village.outline, lambda at: at.round(_DECIMALS)) for village in villages]
    tolerance = _FINEST_M / METRES_PER_DEGREE
    simple = list(outlines)
    for _ in range(8):
        simple = list(shapely.coverage_simplify(outlines, tolerance)) if outlines else []
        if shapely.get_num_coordinates(simple).sum() <= most:
            break
        tolerance *= 2
    drawn = tuple(Village(v.code, v.name, outline) for v, outline in zip(villages, simple, strict=True))
    return Outlines(drawn, _middles(drawn))


def _middles(villages: Sequence[Village]) -> dict[str, _Point]:
    whole: dict[str, list[Any]] = {}
    for village in villages:
        whole.setdefault(subdistrict_of(village.code), []).append(village.outline)
    middles = {village.code: _inside(village.outline) for village in villages}
    return middles | {code: _inside(shapely.union_all(parts)) for code, parts in whole.items()}


def _inside(outline: Any) -> _Point:
    """Give a point in the middle of an area's largest part."""
    parts = shapely.get_parts(outline)
    largest = parts[shapely.area(parts).argmax()]
    middle = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    return middle.x, middle.y
