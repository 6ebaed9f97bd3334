"""Which category a sum of points would be: a proposal, since Tim Penilai decides points and the Deputy the category."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Categories:
    """From how many points on each category is; `near` is how close to such a beginning a sum says so."""

    near: float
    begin: Mapping[str, float]

    def of(self, points: float) -> str | None:
        """Name the category of a sum; None where it is below the lowest."""
        reached = {begin: name for name, begin in self.begin.items() if points >= begin}
        return reached[max(reached)] if reached else None

    def is_near_a_boundary(self, points: float) -> bool:
        """Tell whether a little more or less would be another category."""
        return any(abs(points - begin) <= self.near for begin in self.begin.values())
