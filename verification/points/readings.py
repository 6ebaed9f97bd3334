"""How a measure can be read where the regulation gives no scale for achieving a part of it: each a function of counts.

*Proportional*, right for shares: of C claimed lines K are confirmed, X contradicted, U undecided; with a self-score S

    lowest = S·K/C      highest = S·(K+U)/C

in hundredths, as points are written: the lowest not above what it is, the highest not below. So what is added up is
what is printed.

*Existence*, for "Ada, dan meningkat" (E-EXIST): two limbs, each of which is there or not. "Ada" is shown where K ≥ 1
and contradicted where K = 0 and U = 0; whether it rises the comparisons say. Then

    lowest = S where both are shown, else 0      highest = 0 where one is contradicted, else S

Which one counts is a setting of the indicator's set (the first of its `readings`); all that it names are told.
"""

from collections.abc import Callable, Mapping
from math import ceil, floor

from verification.comparing.finding import Verdict
from verification.record import record

PROPORTIONAL, EXISTENCE = "proportional", "existence"


@record
class Reading:
    """What one reading of the measure supports."""

    name: str
    lowest: float
    highest: float


@record
class Counts:
    """Of so many `lines` (at least one) how many are confirmed and undecided; and whether there are more each year."""

    lines: int
    confirmed: int
    undecided: int
    rises: Verdict = Verdict.OPEN


def proportional(self_score: float, counts: Counts) -> tuple[float, float]:
    """Give the lowest and highest points by the share of lines."""
    possible = counts.confirmed + counts.undecided
    return _share(self_score, counts.confirmed, counts.lines, floor), _share(self_score, possible, counts.lines, ceil)


def _share(score: float, some: int, lines: int, rounded: Callable[[float], int]) -> float:
    if some == lines:
        return score
    return min(rounded(round(score * some / lines * 100, 6)) / 100, score)


def existence(self_score: float, counts: Counts) -> tuple[float, float]:
    """Give all or nothing, as far as both limbs are known: that there is one, and that there are more each year."""
    there = Verdict.SHOWN if counts.confirmed else Verdict.OPEN if counts.undecided else Verdict.CONTRADICTED
    limbs = {there, counts.rises}
    return (self_score if limbs == {Verdict.SHOWN} else 0.0), (0.0 if Verdict.CONTRADICTED in limbs else self_score)


READINGS: Mapping[str, Callable[[float, Counts], tuple[float, float]]] = {
    PROPORTIONAL: proportional, EXISTENCE: existence,
}  # fmt: skip
