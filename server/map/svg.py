"""The district's map as SVG, drawn on the server: for paper, and for who has no JavaScript.

Few places are drawn one by one, each with its visit and how exactly both are known; many are counted by area.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin, sqrt

import numpy as np
import shapely
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import EVERYONE, Viewer
from server.lines.filter import OUTCOMES, LineFilter
from server.map.frame import WIDTH, frame_around
from server.map.grouping import MapGroup, grouped
from server.map.outlines import FOR_A_PAGE, Outlines, outlines_of
from server.map.places import Counted, MapMark, count_on_the_map, places_on_the_map
from server.results.tables import Result
from server.words import Catalogue
from verification.model import Village, subdistrict_of

# one shape an outcome, drawn around its point: it is told apart in black and white too
SHAPES = {"confirmed": "m-6-6h12v12h-12z", "not_yet_confirmed": "m0-8l7 13h-14z", "unsure": "m0-8l8 8-8 8-8-8z",
          "not_visited": "m-5-5h10v10h-10z", "ended": "m-7-3h14v6h-14z"}  # fmt: skip
MOST_MARKS = 150  # drawn one by one: as many as a keyboard bears
MOST_ON_PAPER = 60  # and a sheet, on which each has its number beside it
_LEAST_RADIUS = 4.0
_LETTER, _LINE = 7.2, 16.0  # pixels that a letter of a name takes, and its line
_Box = tuple[float, float, float, float]  # left, top, right, bottom


@view
class MapSign:
    """What the mark of an outcome looks like, for the legend: a path around its point."""

    outcome: Cleared
    text: Cleared
    shape: Cleared


@view
class DistrictMap:
    """A district's map: SVG with all its texts escaped, empty without outlines; and what its marks say."""

    svg: Cleared
    signs: tuple[MapSign, ...]
    are_counted: bool


@dataclass(frozen=True)
class Sheet:
    """What is framed: a district, or one of its subdistricts; on paper nothing can be pointed at to read its name."""

    district: str
    subdistrict: str | None = None
    on_paper: bool = False


@dataclass(frozen=True)
class Links:
    """Where a mark leads, and where a group of them does; a group that leads nowhere has none."""

    mark: Callable[[MapMark], str]
    group: Callable[[MapGroup], str | None] = lambda group: None


def paper_map(session: Session, areas_id: int, district: str, result: Result, clear: Clearance, words: Catalogue,
              link: Callable[[MapMark], str]) -> DistrictMap:  # fmt: skip
    """Draw the map of a whole district for its report: few places with their numbers there, many by subdistrict."""
    whole = LineFilter(order="number")
    counted = count_on_the_map(session, result, whole, clear)
    marks = few_marks(session, result.id, whole, clear, EVERYONE, counted, MOST_ON_PAPER)
    return draw_map(outlines_of(session, areas_id, district, FOR_A_PAGE), counted, marks,
                    Sheet(district, on_paper=True), Links(link), clear, words)  # fmt: skip


def few_marks(session: Session, result_id: int, wanted: LineFilter, clear: Clearance, viewer: Viewer,
              counted: Counted, most: int = MOST_MARKS) -> list[MapMark] | None:  # fmt: skip
    """Read the places that were counted, if they are no more than can be drawn one by one."""
    if counted.drawn.total() > most:
        return None
    return places_on_the_map(session, result_id, wanted, clear, viewer).marks


def draw_map(
    outlines: Outlines, counted: Counted, marks: Sequence[MapMark] | None, sheet: Sheet, links: Links,
    clear: Clearance, words: Catalogue,
) -> DistrictMap:  # fmt: skip
    """Draw places on a district's outlines: one by one, or counted by area without `marks`; empty without outlines."""
    signs = tuple(MapSign(clear.id(outcome), clear.say(f"outcome.{outcome}"), clear.ours(SHAPES[outcome]))
                  for outcome in OUTCOMES)  # the order in which the map's data counts them  # fmt: skip
    if not outlines.villages:
        return DistrictMap(Cleared(""), signs, marks is None)
    of_outcome = Counter[str]()
    for (_, outcome), count in counted.drawn.items():
        of_outcome[outcome] += count
    outcomes = ", ".join(f"{count} {words.say(f'outcome.{outcome}')}" for outcome, count in of_outcome.most_common())
    said = words.say("map.alternative", district=clear.area(sheet.district), places=of_outcome.total(),
                     outcomes=outcomes)  # fmt: skip
    drawing = _Drawing(outlines, sheet, clear, words)
    if marks is not None:
        drawn = [part for mark in marks for part in drawing.mark(mark, links.mark(mark))]
        drawn += [part for mark in marks if sheet.on_paper for part in drawing.number(mark)]
    else:
        groups = grouped(counted.drawn, outlines.middles, clear, by_village=sheet.subdistrict is not None)
        drawn = [part for group in groups for part in drawing.group(group, links.group(group))]
    return DistrictMap(Cleared(drawing.draw(drawn, said)), signs, marks is None)


class _Drawing:
    """A drawing of one district: what is drawn on it, and where names may still stand."""

    def __init__(self, outlines: Outlines, sheet: Sheet, clear: Clearance, words: Catalogue) -> None:
        self._outlines, self._subdistrict, self._clear, self._words = outlines, sheet.subdistrict, clear, words
        self._on_paper, self._frame = sheet.on_paper, frame_around(outlines.box(sheet.subdistrict))
        self._taken: list[_Box] = []

    def draw(self, drawn: Sequence[str], said: str) -> str:
        """Put the sheet together: the ground, what is drawn on it, and names where they cover nothing of that."""
        return "\n".join([
            # a group, because its marks are links
            f'<svg class="map" role="group" aria-label="{escape(said)}" viewBox="0 0 {WIDTH:.0f} '
            f'{self._frame.height:.0f}" xmlns="http://www.w3.org/2000/svg">',
            *self._villages(), *drawn, *self._names(), *self._scale_bar(), "</svg>",
        ])  # fmt: skip

    # ── ground

    def _villages(self) -> Iterable[str]:
        for village in self._outlines.villages:
            kind = "village" if self._subdistrict in (None, subdistrict_of(village.code)) else "village beside"
            name = "" if self._on_paper else f"<title>{escape(self._clear.area(village.code))}</title>"
            yield f'<path class="{kind}" d="{self._path(village)}">{name}</path>'

    def _path(self, village: Village) -> str:
        rings = [ring for part in shapely.get_parts(village.outline) for ring in (part.exterior, *part.interiors)]
        return "".join(self._ring(np.asarray(ring.coords)[:-1, :2]) for ring in rings)

    def _ring(self, coordinates: np.ndarray) -> str:
        """Write a ring in tenths of a pixel, each step from where the one before really ended."""
        places = np.rint(np.stack(self._frame.xy(*coordinates.T), axis=1) * 10).astype(int)
        steps = np.diff(places, axis=0).tolist()
        return f"M{_tenths(*places[0])}l{''.join(_tenths(*step, tight=bool(n)) for n, step in enumerate(steps))}z"

    # ── marks

    def mark(self, mark: MapMark, link: str) -> Iterable[str]:
        """Draw a place at its claimed point, and its visit with a line between them."""
        title = escape(f"{mark.indicator} · {mark.label}: {self._words.say(f'outcome.{mark.outcome}')}")
        yield f'<a href="{escape(link)}" aria-label="{title}"><g class="mark {mark.outcome}"><title>{title}</title>'
        if mark.visited:
            x, y = self._frame.xy(*mark.visited)
            radius = max(self._frame.pixels(mark.error_m or 0), _LEAST_RADIUS)
            yield f'<circle class="visit" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
            if mark.claimed:
                to_x, to_y = self._frame.xy(*mark.claimed)
                yield f'<path class="between" d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}"/>'
        if mark.claimed:
            x, y = self._frame.xy(*mark.claimed)
            if (radius := self._frame.pixels(mark.half_cell_m or 0)) > 2 * _LEAST_RADIUS:
                yield f'<circle class="cell" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
            yield f'<path class="claim" d="M{x:.1f} {y:.1f}{SHAPES[mark.outcome]}"/>'
        yield "</g></a>"
        self._taken.append((x - 8, y - 8, x + 8, y + 8))

    def number(self, mark: MapMark) -> Iterable[str]:
        """Write a place's number among its indicator's lines, where there is one, beside its mark."""
        where = mark.claimed or mark.visited
        if mark.number is None or where is None:
            return
        x, y = self._frame.xy(*where)
        number = f"{mark.indicator}.{mark.number}"
        half = len(number) * _LETTER / 2
        beside = ((x, y - 10), (x + 10 + half, y + 4), (x, y + 21), (x - 10 - half, y + 4))
        at_x, at_y = next((at for at in beside if not self._covers(*at, half)), beside[0])
        self._taken.append(_around(at_x, at_y, half))
        yield f'<text class="place own" x="{at_x:.0f}" y="{at_y:.0f}">{number}</text>'

    def group(self, group: MapGroup, link: str | None) -> Iterable[str]:
        """Draw how many there are, with a ring of their outcomes around the number."""
        if group.middle is None:
            return
        x, y = self._frame.xy(*group.middle)
        radius = min(26.0, 12 + sqrt(group.total) / 2)
        parts = ", ".join(f"{n} {self._words.say(f'outcome.{o}')}" for o, n in group.places.items() if n)
        title = escape(f"{group.name}: {parts}")
        yield f'<a href="{escape(link)}" aria-label="{title}">' if link else "<g>"
        yield f'<title>{title}</title><circle class="group" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
        begin = 0.0
        for outcome, count in group.places.items():
            share = count / group.total
            yield from self._arc(x, y, radius, begin, share, outcome)
            begin += share
        yield f'<text class="count" x="{x:.0f}" y="{y + 5:.0f}">{self._words.number(group.total)}</text>'
        yield "</a>" if link else "</g>"
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def _arc(self, x: float, y: float, radius: float, begin: float, share: float, outcome: str) -> Iterable[str]:
        if not share:
            return
        share = min(share, 0.9999)  # a whole circle would end where it begins
        (x1, y1), (x2, y2) = ((x + radius * sin(2 * pi * at), y - radius * cos(2 * pi * at))
                              for at in (begin, begin + share))  # fmt: skip
        yield (f'<path class="ring {outcome}" d="M{x1:.1f} {y1:.1f}A{radius:.1f} {radius:.1f} 0 {int(share > 0.5)} 1 '
               f'{x2:.1f} {y2:.1f}"/>')  # fmt: skip

    # ── names and scale

    def _names(self) -> Iterable[str]:
        """Name the subdistricts, or the villages of the one that is shown: over the marks, and beside them."""
        chosen = self._subdistrict
        codes = sorted({subdistrict_of(v.code) for v in self._outlines.villages} if chosen is None else
                       {v.code for v in self._outlines.villages if subdistrict_of(v.code) == chosen})  # fmt: skip
        for code in codes:
            name = self._clear.area(code)
            if (there := self._free(*self._frame.xy(*self._outlines.middles[code]), len(name))) is not None:
                yield f'<text class="place" x="{there[0]:.0f}" y="{there[1]:.0f}">{escape(name)}</text>'

    def _free(self, x: float, y: float, letters: int) -> tuple[float, float] | None:
        """Find where a name covers neither mark nor name, from its middle up and down; nowhere, if so it is."""
        half = letters * _LETTER / 2
        x = min(max(x, half + 2), WIDTH - half - 2)
        for step in (0, 20, -20, 36, -36, 52, -52, 70, -70):
            if not self._covers(x, y + step, half):
                self._taken.append(_around(x, y + step, half))
                return x, y + step
        return None

    def _covers(self, x: float, y: float, half: float) -> bool:
        """Tell whether a word there, so wide to either side, would cover something or leave the sheet."""
        box = _around(x, y, half)
        is_outside = box[0] < 0 or box[2] > WIDTH or box[1] <= 0 or box[3] >= self._frame.height
        return is_outside or any(_meet(box, other) for other in self._taken)

    def _scale_bar(self) -> Iterable[str]:
        """Draw the longest of 1, 2, 5, 10 … kilometres that fills at most a fifth of the width."""
        kilometre = self._frame.pixels(1000)
        fitting = [n for n in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if n * kilometre <= WIDTH / 5]
        length = fitting[-1] if fitting else 0.05
        y = self._frame.height - 14
        yield f'<path class="scale" d="M14 {y:.0f}h{length * kilometre:.1f}"/>'
        yield f'<text class="scale" x="14" y="{y - 6:.0f}">{self._words.number(length)} km</text>'


def _around(x: float, y: float, half: float) -> _Box:
    return x - half, y - _LINE + 4, x + half, y + 4


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _tenths(x: int, y: int, *, tight: bool = False) -> str:
    """Write two tenths as SVG has them, with no blank where a minus parts them from what was before."""
    first, second = f"{x / 10:g}", f"{y / 10:g}"
    return f"{' ' if tight and x >= 0 else ''}{first}{'' if y < 0 else ' '}{second}"
