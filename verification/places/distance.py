"""How far apart are two points? And which of many lie near one, without asking each."""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

from verification.model import ClaimedPoint

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
_Some = tuple[int, cKDTree]  # points from this position on
_FIRST = 64
_AT_ONCE = 100  # places whose neighbours are listed: in a city each has thousands

_WGS84 = Geod(ellps="WGS84")
_MEAN_RADIUS_M = 6_371_009.0


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Measure the geodesic distance of two points in metres (WGS 84)."""
    return float(_WGS84.inv(lon_a, lat_a, lon_b, lat_b)[2])


def in_space(lon: Floats, lat: Floats) -> Floats:
    """Give points (degrees) as metres from the middle of the earth (WGS 84 on its surface), one row a point."""
    east, north = np.radians(lon), np.radians(lat)
    flat = _WGS84.es  # eccentricity squared
    normal = _WGS84.a / np.sqrt(1 - flat * np.sin(north) ** 2)
    x, y = normal * np.cos(north) * np.cos(east), normal * np.cos(north) * np.sin(east)
    return np.column_stack([x, y, normal * (1 - flat) * np.sin(north)])


def along_the_ground_m(straight_m: Floats) -> Floats:
    """Turn straight distances through the earth into distances along its surface.

    Right to a thousandth of a millimetre up to 5 km, and to half a millimetre up to 50 km: the earth is taken for a
    ball, but only to bend what is straight (by s³/24R²: a hundredth of a millimetre in 2 km).
    """
    bent: Floats = straight_m * (1 + straight_m**2 / (24 * _MEAN_RADIUS_M**2))
    return bent


def near_each_other(lon: Floats, lat: Floats, metres: float) -> Iterator[tuple[int, Iterator[Ints]]]:
    """Give each point (degrees) that has others no farther away, with the positions of these and its own, in order.

    Some at a time, each time among four times as many points: whoever wants the first few asks for no more, however
    many lie at one place.
    """
    places = in_space(lon, lat)
    trees: list[_Some] = []
    start, size = 0, _FIRST
    while start < len(places):
        trees.append((start, cKDTree(places[start : start + size])))
        start, size = start + size, 4 * size
    near = sum(tree.query_ball_point(places, metres, return_length=True) for _, tree in trees)
    for position in np.flatnonzero(near > 1).tolist():
        yield position, _near(trees, places[position], metres)


def _near(trees: Sequence[_Some], here: Floats, metres: float) -> Iterator[Ints]:
    for start, tree in trees:
        yield start + np.array(tree.query_ball_point(here, metres, return_sorted=True), dtype=np.intp)


class Nearby:
    """Many claimed points, indexed once to ask which of them lie near a place.

    A tree for each precision that points are written with: so one coordinate in whole degrees does not widen the search
    among all others. Places are given in space (`in_space`).
    """

    def __init__(self, points: Sequence[ClaimedPoint | None]) -> None:
        nowhere = (np.nan, np.nan, np.nan)
        table = [(point.lon, point.lat, point.half_cell_m) if point else nowhere for point in points]
        lon, lat, half_cell_m = np.array(table, dtype=np.float64).reshape(-1, 3).T
        self.places = in_space(lon, lat)
        self._trees = []
        for precision_m in np.unique(half_cell_m[~np.isnan(half_cell_m)]):
            positions = np.flatnonzero(half_cell_m == precision_m)
            self._trees.append((float(precision_m), positions, cKDTree(self.places[positions])))

    def within(self, here: Floats, metres: float) -> Ints:
        """Give the positions of the points that may lie within so many metres, their own uncertainty on top."""
        found = [positions[tree.query_ball_point(here, metres + precision_m, return_sorted=False)]
                 for precision_m, positions, tree in self._trees]  # fmt: skip
        return np.concatenate([_NOTHING, *found])

    def within_each(self, here: Floats, metres: Floats) -> tuple[Ints, Ints]:
        """Find likewise what may lie around many places.

        `here` has a row for each place (in space; no numbers: nowhere), `metres` a number. Gives pairs: the place's
        position and the point's, in the order of the places.
        """
        somewhere, pairs = np.flatnonzero(~np.isnan(here[:, 0])), [(_NOTHING, _NOTHING)]
        for start in range(0, len(somewhere), _AT_ONCE):
            some = somewhere[start : start + _AT_ONCE]
            for precision_m, positions, tree in self._trees:
                found = tree.query_ball_point(here[some], metres[some] + precision_m, return_sorted=False)
                near = np.fromiter(chain.from_iterable(found), dtype=np.intp)
                pairs.append((np.repeat(some, [*map(len, found)]), positions[near]))
        which, points = map(np.concatenate, zip(*pairs, strict=True))
        order = np.argsort(which, kind="stable")
        return which[order], points[order]

    def metres_from(self, here: Floats, positions: Ints) -> Floats:
        """Measure along the ground to the points at these positions, from one place or from one for each.

        Not a number where there is none.
        """
        apart = self.places.take(positions, axis=0) - here
        return along_the_ground_m(np.sqrt(np.einsum("ij,ij->i", apart, apart)))


_NOTHING: Ints = np.array([], dtype=np.intp)
