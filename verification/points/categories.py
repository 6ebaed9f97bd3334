"""Which category a sum of points would be: a proposal, since Tim Penilai decides points and the Deputy the category."""

from collections.abc import Mapping

from verification.record import record

_WRITTEN = 6  # decimals: far more than points are written with


def as_written(points: float) -> float:
    """Give a sum of tenths and hundredths, which the computer does not hold exactly, as it is written."""
    return round(points, _WRITTEN)


@record
class Borders:
    """How far a sum is from where categories begin: so many points `above` its own's, so many `short` of the next one.

    `above` is None below the lowest category, `short` and `next` in the highest.
    """

    above: float | None
    next: str | None
    short: float | None


@record
class Categories:
    """From how many points on each category is; `near` is how close to such a beginning a sum says so.

    Sums are compared as they are written.
    """

    near: float
    begin: Mapping[str, float]

    def of(self, points: float) -> str | None:
        """Name the category of a sum; None where it is below the lowest."""
        reached = {begin: name for name, begin in self.begin.items() if as_written(points) >= begin}
        return reached[max(reached)] if reached else None

    def is_near_a_boundary(self, points: float) -> bool:
        """Tell whether a little more or less would be another category."""
        return any(as_written(abs(points - begin)) <= self.near for begin in self.begin.values())

    def borders(self, points: float) -> Borders:
        """Say how far a sum is from the border below it, and from the one above."""
        points = as_written(points)
        below = max((begin for begin in self.begin.values() if begin <= points), default=None)
        ahead = {begin: name for name, begin in self.begin.items() if begin > points}
        first = min(ahead, default=None)
        return Borders(None if below is None else points - below, None if first is None else ahead[first],
                       None if first is None else first - points)  # fmt: skip
