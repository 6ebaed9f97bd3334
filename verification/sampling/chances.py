"""How likely a count is among lines that are drawn at random, without putting one back (hypergeometric).

By logarithms of the gamma function: what `scipy.stats` would give, without the second that importing it takes.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln


def at_least(count: int, lines: int, true: int, drawn: int) -> float:
    """Give the probability that so many or more of the drawn are among the `true` ones of all lines."""
    return _sum(count, min(drawn, true), lines, true, drawn)


def at_most(count: int, lines: int, true: int, drawn: int) -> float:
    """Give the probability that so many or fewer of the drawn are among the `true` ones of all lines."""
    return _sum(max(0, drawn - (lines - true)), count, lines, true, drawn)


def _sum(first: int, last: int, lines: int, true: int, drawn: int) -> float:
    lowest, highest = max(first, 0, drawn - (lines - true)), min(last, drawn, true)
    if lowest > highest:
        return 0.0
    counts = np.arange(lowest, highest + 1)
    ways = _ways(true, counts) + _ways(lines - true, drawn - counts) - _ways(lines, np.array([drawn]))
    return min(1.0, float(np.exp(ways).sum()))


def _ways(of: int, taken: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the logarithm of how many ways there are to take so many."""
    found: NDArray[np.float64] = gammaln(of + 1) - gammaln(taken + 1) - gammaln(of - taken + 1)
    return found
