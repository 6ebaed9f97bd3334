"""What the map's script is given: outlines, and the places that are wanted, as compact JSON.

Points are in units from the north-western corner of the district's box, x eastward and y southward, at one scale: a
unit is 1e-5 degrees of latitude, some 1.1 m, and no phone and no claim is more exact.
"""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from typing import Any

import numpy as np
import shapely

from server.disclosure.cleared import ClearedPoint
from server.disclosure.clearing import Clearance
from server.lines.filter import OUTCOMES
from server.map.frame import Box
from server.map.outlines import Outlines
from server.map.places import MapMark, OnTheMap
from verification.model import Village, subdistrict_of

UNITS = 100_000  # in a degree of latitude
_NUMBER = {outcome: number for number, outcome in enumerate(OUTCOMES)}
_LEVEL = 5  # of compression: a third of the time of the best, a fiftieth larger


@dataclass(frozen=True)
class Data:
    """What the script is given, and the same compressed: it holds no secret and repeats nothing that was asked."""

    content: bytes

    @cached_property
    def compressed(self) -> bytes:
        """Give it compressed."""
        return gzip.compress(self.content, _LEVEL, mtime=0)

    @cached_property
    def digest(self) -> bytes:
        """Tell it from all else."""
        return hashlib.sha256(self.content).digest()


class Grid:
    """Units over a district's box, from its corner; a degree of longitude as long as on the box's middle parallel."""

    def __init__(self, box: Box) -> None:
        west, south, east, north = box
        self._west, self._north = west, north
        self._across = cos(radians((south + north) / 2)) * UNITS  # units in a degree of longitude
        self.whole = (0, 0, *self.at(east, south))

    def at(self, lon: float, lat: float) -> tuple[int, int]:
        """Give where a point is, in units."""
        x, y = self.exactly(lon, lat)
        return round(x), round(y)

    def all_at(self, points: np.ndarray) -> np.ndarray:
        """Give where points are, each a row of longitude and latitude, in units."""
        return np.rint(np.stack(self.exactly(*points.T), axis=1)).astype(int)

    def exactly(self, lon: Any, lat: Any) -> tuple[Any, Any]:
        """Give where a point or an array of them is, before it is rounded."""
        return (lon - self._west) * self._across, (self._north - lat) * UNITS


def outlines_data(outlines: Outlines, clear: Clearance) -> bytes:
    """Write all villages as one path, with the names of subdistricts and villages and where these may stand."""
    grid = Grid(outlines.box())
    codes = sorted({subdistrict_of(village.code) for village in outlines.villages}), [v.code for v in outlines.villages]
    return _written({
        "whole": grid.whole,
        "names": [[[clear.area(code), *grid.at(*outlines.middles[code])] for code in each] for each in codes],
        "path": "".join(_path(village, grid) for village in outlines.villages),
    })  # fmt: skip


def marks_data(found: OnTheMap, box: Box) -> bytes:
    """Write each place as a row: line, name, which of the outcomes, and all that is known of its points."""
    grid = Grid(box)
    claimed = _all_at([mark.claimed for mark in found.marks], grid)
    visited = _all_at([mark.visited for mark in found.marks], grid)
    return _written({"marks": list(map(_row, found.marks, claimed, visited))})


def _row(mark: MapMark, claimed: list[int] | None, visited: list[int] | None) -> list[Any]:
    row = [
        mark.line, f"{mark.indicator} · {mark.label}", _NUMBER[mark.outcome], claimed, _metres(mark.half_cell_m),
        visited, _metres(mark.error_m), _metres(mark.distance_m),
    ]  # fmt: skip
    while row[-1] is None:
        row.pop()
    return row


def _all_at(points: Sequence[ClearedPoint | None], grid: Grid) -> list[list[int] | None]:
    """Put all points on the grid at once: one by one took a third of the time of a large district's map."""
    placed = iter(grid.all_at(np.array([point for point in points if point], dtype=float).reshape(-1, 2)).tolist())
    return [next(placed) if point else None for point in points]


def _metres(length: float | None) -> int | None:
    return None if length is None else round(length)


def _path(village: Village, grid: Grid) -> str:
    """Write a village's rings as SVG does, each step from where the one before really ended."""
    found = []
    for part in shapely.get_parts(village.outline):
        for ring in (part.exterior, *part.interiors):
            places = grid.all_at(np.asarray(ring.coords)[:-1, :2])
            steps = " ".join(f"{x} {y}" for x, y in np.diff(places, axis=0).tolist())
            found.append(f"M{places[0][0]} {places[0][1]}l{steps}z".replace(" -", "-"))
    return "".join(found)


def _written(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
