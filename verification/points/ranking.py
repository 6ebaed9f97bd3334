"""Districts in the order of their points, and how far the evidence could still move each: a paper of Tim Penilai's.

Nothing here decides points: it orders those it is given (Permen PP 03/2009 Pasal 13 d gives the ranking to Tim
Penilai).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scored:
    """A district with the points decided for it, and the lowest and highest that the evidence supports."""

    district: str
    points: float
    lowest: float
    highest: float

    def __post_init__(self) -> None:
        """Raise ValueError where the evidence's range is upside down."""
        if self.lowest > self.highest:
            raise ValueError(f"{self.district}: the lowest points exceed the highest")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A district's place, the first being 1; `tied` with others of the very same points, who share their place.

    `best` and `worst` are the places it could have while each district's points are anywhere in its range of evidence
    or as decided.
    """

    scored: Scored
    place: int
    tied: bool
    best: int
    worst: int


def rank(districts: Sequence[Scored]) -> tuple[Ranked, ...]:
    """Order districts by their decided points, those of equal points by their code.

    Of districts that tie each has the same place, and as many places after it stay empty: 1, 2, 2, 4.
    """
    decided = sorted(one.points for one in districts)
    reach = {one.district: (min(one.lowest, one.points), max(one.highest, one.points)) for one in districts}
    lows, highs = sorted(low for low, _ in reach.values()), sorted(high for _, high in reach.values())
    ranked = []
    for one in sorted(districts, key=lambda scored: (-scored.points, scored.district)):
        low, high = reach[one.district]
        surely_above = len(lows) - bisect_right(lows, high)
        maybe_above = len(highs) - bisect_right(highs, low) - (high > low)  # it does not stand above itself
        equal = bisect_right(decided, one.points) - bisect_left(decided, one.points)
        place = len(decided) - bisect_right(decided, one.points) + 1
        ranked.append(Ranked(one, place, equal > 1, surely_above + 1, maybe_above + 1))
    return tuple(ranked)
