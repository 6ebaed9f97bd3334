"""Visits and lines to compare, a row for each pair: so many visits are compared in one go."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from verification.matching.lines import Sought
from verification.places.distance import Floats, Ints
from verification.record import record


@record
class Paired:
    """Visits, each beside some lines; the pairs of one visit stand together, in the order of the visits.

    `visit` is the position of a pair's visit in `sought`, `line` that of its line.
    """

    sought: Sequence[Sought]
    visit: Ints
    line: Ints

    def numbers(self, of_visits: Sequence[int]) -> Ints:
        """Give to each pair its visit's number."""
        found: Ints = np.array(of_visits, dtype=np.intp)[self.visit]
        return found

    def floats(self, of_visits: Sequence[float]) -> Floats:
        """Give to each pair its visit's number with decimals."""
        found: Floats = np.array(of_visits, dtype=np.float64)[self.visit]
        return found

    def has_one(self, which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell of each visit whether it has one of these pairs."""
        found: NDArray[np.bool_] = np.bincount(self.visit[which], minlength=len(self.sought)) > 0
        return found

    def of_each(self) -> Iterator[slice]:
        """Give the pairs of each visit, in the order of the visits."""
        ends = np.searchsorted(self.visit, np.arange(len(self.sought) + 1)).tolist()
        return (slice(start, end) for start, end in pairwise(ends))


def paired(sought: Sequence[Sought], blocks: Sequence[Ints]) -> Paired:
    """Pair each visit with the lines of its block."""
    visit = np.repeat(np.arange(len(sought)), [len(block) for block in blocks])
    return Paired(sought, visit, np.concatenate([np.array([], dtype=np.intp), *blocks]))
