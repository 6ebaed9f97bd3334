"""The district's map as SVG, drawn on the server: villages, claimed places, visits with their uncertainty.

Places that appear by subdistrict only, and visits to them, are not drawn at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import cos, radians

import numpy as np
import shapely

from server.disclosure.cleared import Cleared, ClearedPoint, view
from server.disclosure.clearing import Clearance
from server.reports.builder import place_claimed
from server.reports.material import Material
from server.words import Catalogue
from verification.model import Village, subdistrict_of
from verification.places.areas import METRES_PER_DEGREE

WIDTH = 900.0
_MARGIN = 0.03  # of the width, around the outlines
_LEAST_RADIUS = 4.0
# one shape an outcome, drawn around its point: it is told apart in black and white too
_SHAPES = {"confirmed": "m-6-6h12v12h-12z", "not_yet_confirmed": "m0-8l7 13h-14z", "unsure": "m0-8l8 8-8 8-8-8z",
           "not_visited": "m-5-5h10v10h-10z"}  # fmt: skip


@view
class Mark:
    """A place on the map: what was claimed (degrees), where the visit was, and the visit's 95 % radius in metres."""

    indicator: int
    number: int
    outcome: Cleared
    title: Cleared
    claimed: ClearedPoint | None
    visited: ClearedPoint | None
    error_m: float | None


@view
class DistrictMap:
    """A district's map: SVG with all its texts escaped; empty without outlines."""

    svg: Cleared


def draw_map(material: Material, villages: Sequence[Village], words: Catalogue) -> DistrictMap:
    """Draw a district's map from its result, each visit at the version it was judged by; empty without outlines."""
    if not villages:
        return DistrictMap(Cleared(""))
    marks = [mark for mark in _marks(material, words) if mark.claimed or mark.visited]
    district = material.names.get(material.district, material.district)
    alternative = _alternative(marks, district, words)
    return DistrictMap(Cleared(_Canvas(villages).draw(marks, material.names, alternative, words)))


def _alternative(marks: Sequence[Mark], district: str, words: Catalogue) -> str:
    """Say in words what the map shows, for those who cannot see it."""
    counted = Counter(mark.outcome for mark in marks)
    outcomes = ", ".join(f"{count} {words.say(f'outcome.{outcome}')}" for outcome, count in counted.most_common())
    return words.say("map.alternative", district=district, places=len(marks), outcomes=outcomes)


def _marks(material: Material, words: Catalogue) -> Iterable[Mark]:
    clear = Clearance(words, material.names)
    for indicator, claim in sorted(material.claims.items()):
        for number, line in enumerate(claim.lines, start=1):
            found = material.by_line.get(line.id)
            if found is None or (place := place_claimed(material, line, found)).is_home:
                continue
            seen, outcome = material.seen.get(found.version or ""), clear.outcome(found.outcome)
            label = clear.place(place).label
            yield Mark(
                indicator=indicator,
                number=number,
                outcome=outcome,
                title=Cleared(f"{indicator}.{number} {label}: {clear.say(f'outcome.{outcome}')}"),
                claimed=clear.point(place, line.lon, line.lat),
                visited=clear.point(place, *(seen.point or (None, None))) if seen else None,
                error_m=found.error_m,
            )


class _Canvas:
    """Degrees to pixels, for one district."""

    def __init__(self, villages: Sequence[Village]) -> None:
        self._villages = villages
        west, south, east, north = shapely.total_bounds([village.outline for village in villages])
        pad = (east - west) * _MARGIN
        self._west, self._north = west - pad, north + pad
        self._shrink = cos(radians((south + north) / 2))
        self._scale = WIDTH / ((east - west + 2 * pad) * self._shrink)  # pixels a degree of latitude
        self._height = (north - south + 2 * pad) * self._scale

    def draw(self, marks: Sequence[Mark], names: Mapping[str, str], alternative: str, words: Catalogue) -> str:
        said = escape(alternative)
        parts = [
            # a group, because its marks are links
            f'<svg class="map" role="group" aria-label="{said}" viewBox="0 0 {WIDTH:.0f} {self._height:.0f}" '
            'xmlns="http://www.w3.org/2000/svg">',
            *self._outlines(),
            *self._labels(names, marks),
            *(part for mark in marks for part in self._mark(mark)),
            *self._scale_bar(words),
            "</svg>",
        ]
        return "\n".join(parts)

    def _xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self._west) * self._shrink * self._scale, (self._north - lat) * self._scale

    def _outlines(self) -> Iterable[str]:
        # simplified together, so that neighbours keep their common border; to half a pixel
        simple = shapely.coverage_simplify([village.outline for village in self._villages], 0.5 / self._scale)
        for village, outline in zip(self._villages, simple, strict=True):
            rings = [ring for part in shapely.get_parts(outline) for ring in (part.exterior, *part.interiors)]
            path = "".join(self._ring(np.asarray(ring.coords)) for ring in rings)
            yield f'<path class="village" d="{path}"><title>{escape(village.name)}</title></path>'

    def _ring(self, coordinates: np.ndarray) -> str:
        points = [self._xy(lon, lat) for lon, lat in coordinates[:, :2]]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"

    def _labels(self, names: Mapping[str, str], marks: Sequence[Mark]) -> Iterable[str]:
        taken = [self._xy(*mark.claimed) for mark in marks if mark.claimed]
        for code in sorted({subdistrict_of(village.code) for village in self._villages}):
            whole = shapely.union_all([v.outline for v in self._villages if subdistrict_of(v.code) == code])
            middle = whole.representative_point()
            x, y = _beside(taken, *self._xy(middle.x, middle.y))
            yield f'<text class="place" x="{x:.0f}" y="{y:.0f}">{escape(names.get(code, code))}</text>'

    def _mark(self, mark: Mark) -> Iterable[str]:
        title = escape(mark.title)
        yield f'<a href="#line-{mark.indicator}-{mark.number}" aria-label="{title}"><g class="mark {mark.outcome}">'
        yield f"<title>{title}</title>"
        if mark.visited:
            x, y = self._xy(*mark.visited)
            radius = max((mark.error_m or 0) / METRES_PER_DEGREE * self._scale, _LEAST_RADIUS)
            yield f'<circle class="visit" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
            if mark.claimed:
                to_x, to_y = self._xy(*mark.claimed)
                yield f'<path class="between" d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}"/>'
        if mark.claimed:
            x, y = self._xy(*mark.claimed)
            yield f'<path class="claim" d="M{x:.1f} {y:.1f}{_SHAPES[mark.outcome]}"/>'
        yield "</g></a>"

    def _scale_bar(self, words: Catalogue) -> Iterable[str]:
        """Draw the longest of 1, 2, 5, 10 … kilometres that fills at most a fifth of the width."""
        kilometre = 1000 / METRES_PER_DEGREE * self._scale
        fitting = [n for n in (0.5, 1, 2, 5, 10, 20, 50) if n * kilometre <= WIDTH / 5]
        length = fitting[-1] if fitting else 0.1
        y = self._height - 14
        yield f'<path class="scale" d="M14 {y:.0f}h{length * kilometre:.1f}"/>'
        yield f'<text class="scale" x="14" y="{y - 6:.0f}">{words.number(length)} km</text>'


def _beside(taken: Sequence[tuple[float, float]], x: float, y: float) -> tuple[float, float]:
    """Move a name up or down to the nearest place where it covers no mark; leave it where there is none."""
    moved = (y + step for step in (0, 24, -24, 48, -48))
    free = (there for there in moved if all(abs(x - mx) > 110 or abs(there - 4 - my) > 14 for mx, my in taken))
    return x, next(free, y)
