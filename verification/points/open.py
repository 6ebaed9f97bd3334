"""What is still open, and what of it could decide the category: the indicators whose points the evidence leaves open.

Whom it is shown to is not decided here: who decides facts never sees it (practice: no tuning).
"""

from collections.abc import Sequence

from verification.points.categories import Categories
from verification.record import record


@record
class Range:
    """An indicator's lowest and highest supported points, and how many of its lines nobody has decided."""

    indicator: int
    lowest: float
    highest: float
    undecided: int = 0


@record
class StillOpen:
    """An indicator by which the sum may still move: by so many `points`; `decides` whether it alone could be enough.

    It alone is enough where the sum crosses a border of categories when all others stay at their lowest, or all at
    their highest.
    """

    indicator: int
    points: float
    undecided: int
    decides: bool


def still_open(ranges: Sequence[Range], standing: float, categories: Categories) -> tuple[StillOpen, ...]:
    """List the indicators that are open, those of most points first; `standing` are the points that no visit moves."""
    lowest = standing + sum(one.lowest for one in ranges)
    highest = standing + sum(one.highest for one in ranges)
    by_points = sorted(ranges, key=lambda one: (one.lowest - one.highest, one.indicator))
    return tuple(
        StillOpen(one.indicator, points, one.undecided, _decides(points, lowest, highest, categories))
        for one in by_points
        if (points := one.highest - one.lowest) > 0
    )


def _decides(points: float, lowest: float, highest: float, categories: Categories) -> bool:
    return (categories.of(lowest), categories.of(highest)) != (
        categories.of(lowest + points), categories.of(highest - points))  # fmt: skip
