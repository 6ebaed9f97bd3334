"""How many of all lines are confirmed, said by those that were drawn: an interval for probability samples, else none.

*One simple random sample* of n from N lines, x of them confirmed: the exact interval of the hypergeometric distribution

    {K : P(X ≥ x | K) > α/2 and P(X ≤ x | K) > α/2}

It covers at least 1 − α whatever K is. *Strata* (a simple random sample in each): every stratum has its exact interval
at 1 − α_h with Π(1 − α_h) = 1 − α, and the sum of the lower ends to that of the upper ones is the whole's. Draws of
different strata know nothing of each other, so all hold at once with 1 − α: it is wider than need be, and never says
too much. Nothing narrower held: an estimate with its standard error has no width where all that was drawn is confirmed,
and the exact limits joined as variances are (MOVER) covered 0.90 where each stratum has few lines.

None is given below `FEWEST` drawn. A census has no error of sampling: it is a point. None of ratios is given either:
`workers/bench/covering.py` says how far below 0.93 their usual interval stays.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from verification.record import record
from verification.sampling.chances import at_least, at_most

LEVEL = 0.95
FEWEST = 10  # drawn: an interval of fewer says next to nothing


@record
class Drawn:
    """A simple random sample of `drawn` from `lines` of a stratum; `confirmed` and `undecided` are among the drawn."""

    lines: int
    drawn: int
    confirmed: int
    undecided: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.drawn <= self.lines:
            raise ValueError(f"{self.drawn} cannot be drawn from {self.lines}")
        if min(self.confirmed, self.undecided) < 0 or self.confirmed + self.undecided > self.drawn:
            raise ValueError(f"of {self.drawn} not {self.confirmed} confirmed and {self.undecided} undecided")


@record
class Interval:
    """From `lowest` to `highest` of all lines are confirmed, both included."""

    lowest: int
    highest: int


@lru_cache(4096)
def exact(lines: int, drawn: int, confirmed: int, level: float = LEVEL) -> Interval:
    """Give every number of confirmed among all lines that a simple random sample does not speak against."""
    possible, tail = range(confirmed, lines - drawn + confirmed + 1), (1 - level) / 2
    below = bisect_left(possible, True, key=lambda true: at_least(confirmed, lines, true, drawn) > tail)
    above = bisect_left(possible, True, key=lambda true: at_most(confirmed, lines, true, drawn) <= tail)
    return Interval(possible[below], possible[above - 1])


def whole(strata: Sequence[Drawn], level: float = LEVEL) -> Interval | None:
    """Give the interval of all strata together, or None where fewer than `FEWEST` were drawn and some were not.

    Who was drawn and is undecided counts once as not confirmed, for the lower end, and once as confirmed.
    """
    sampled = [one for one in strata if one.drawn < one.lines]
    if sampled and sum(one.drawn for one in strata) < FEWEST:
        return None
    each = level ** (1 / len(sampled)) if sampled else level
    lowest = sum(exact(one.lines, one.drawn, one.confirmed, each).lowest for one in strata)
    highest = sum(exact(one.lines, one.drawn, one.confirmed + one.undecided, each).highest for one in strata)
    return Interval(lowest, highest)
