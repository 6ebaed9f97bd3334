"""How much ground do the villages of two versions share?

Shares are taken of areas in square degrees: within one village a square degree is everywhere the same ground, to two
thousandths at Indonesia's latitudes, so that a share of it is one of square metres.
"""

from collections.abc import Iterable, Iterator
from operator import itemgetter

import numpy as np
import shapely
from numpy.typing import NDArray

from verification.model import Village
from verification.places.outlines import mend
from verification.places.succession import SAME_GROUND, SLIVER
from verification.record import record

_BATCH = 10_000  # pairs: what all of a country share would fill the memory


@record
class SharedGround:
    """What an old and a new village share, as a share of the old one's ground and of the new one's (0 to 1)."""

    old: str
    new: str
    of_old: float
    of_new: float


def shared_grounds(old: Iterable[Village], new: Iterable[Village]) -> list[SharedGround]:
    """Measure what villages of two versions share, from slivers on.

    A village that has kept its code and its ground is compared with nothing else: nearly all have.
    """
    ours, theirs = _Outlines(old), _Outlines(new)
    kept = [pair for pair in _measured(_with_same_code(ours, theirs), ours, theirs) if is_same_ground(pair)]
    known = {pair.old for pair in kept}
    rest = np.array([index for index, code in enumerate(ours.codes) if code not in known], dtype=np.intp)
    found, others = shapely.STRtree(theirs.outlines).query(ours.outlines[rest]).reshape(2, -1)
    pairs = np.array([rest[found], others])
    return kept + [pair for pair in _measured(pairs, ours, theirs) if max(pair.of_old, pair.of_new) >= SLIVER]


def is_same_ground(pair: SharedGround) -> bool:
    """Tell whether two outlines are one place."""
    return min(pair.of_old, pair.of_new) >= SAME_GROUND


class _Outlines:
    """Villages that have ground: their codes, valid outlines and areas (square degrees), in the same order."""

    def __init__(self, villages: Iterable[Village]) -> None:
        mended = [(village.code, mend(village.outline)) for village in villages]
        found = sorted(((code, outline) for code, outline in mended if outline.area), key=itemgetter(0))
        self.codes = [code for code, _ in found]
        self.outlines: NDArray[np.object_] = np.array([outline for _, outline in found], dtype=object)
        self.areas: NDArray[np.float64] = shapely.area(self.outlines)


def _with_same_code(ours: _Outlines, theirs: _Outlines) -> NDArray[np.intp]:
    places = {code: index for index, code in enumerate(theirs.codes)}
    pairs = [(index, places[code]) for index, code in enumerate(ours.codes) if code in places]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2).T


def _measured(pairs: NDArray[np.intp], ours: _Outlines, theirs: _Outlines) -> Iterator[SharedGround]:
    """Measure what pairs of outlines share; `pairs` holds the indices of both sides (2 by any number)."""
    for start in range(0, pairs.shape[1], _BATCH):
        a, b = pairs[:, start : start + _BATCH]
        areas = _shared_areas(ours.outlines[a], theirs.outlines[b])
        rows = zip(a, b, areas / ours.areas[a], areas / theirs.areas[b], strict=True)
        yield from (SharedGround(ours.codes[i], theirs.codes[j], float(s), float(t)) for i, j, s, t in rows)


def _shared_areas(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.float64]:
    equal = shapely.equals_exact(one, other)
    areas: NDArray[np.float64] = shapely.area(one)
    areas[~equal] = shapely.area(shapely.intersection(one[~equal], other[~equal]))
    return areas
