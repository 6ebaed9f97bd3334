"""Districts in the order of their points, and how far the evidence could still move each: a paper of Tim Penilai's.

Nothing here decides points: it orders those it is given (Permen PP 03/2009 Pasal 13 d gives the ranking to Tim
Penilai).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from verification.points.categories import as_written
from verification.record import record


@record
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


@record
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

    Of districts that tie each has the same place, and as many places after it stay empty: 1, 2, 2, 4. Sums are compared
    as they are written (`categories.as_written`).
    """
    points = {one.district: as_written(one.points) for one in districts}
    decided = sorted(points.values())
    reach = {one.district: (min(as_written(one.lowest), points[one.district]),
                            max(as_written(one.highest), points[one.district])) for one in districts}  # fmt: skip
    lows, highs = sorted(low for low, _ in reach.values()), sorted(high for _, high in reach.values())
    ranked = []
    for one in sorted(districts, key=lambda scored: (-points[scored.district], scored.district)):
        low, high = reach[one.district]
        surely_above = len(lows) - bisect_right(lows, high)
        maybe_above = len(highs) - bisect_right(highs, low) - (high > low)  # it does not stand above itself
        above = len(decided) - bisect_right(decided, points[one.district])
        equal = len(decided) - above - bisect_left(decided, points[one.district])
        ranked.append(Ranked(one, above + 1, equal > 1, surely_above + 1, maybe_above + 1))
    return tuple(ranked)
