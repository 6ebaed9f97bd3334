"""When a place is to be looked at because several children said that it is not safe, and how often that is false.

It rings for

    n ≥ n₀   and   k ≥ k₀   and   k / n ≥ s

where n are the answers about a place, k of them "no", and by default n₀ = 10, k₀ = 3, s = 0.30. Where each child says
"no" by itself with probability p (one in ten, unless another is named), k is binomial, and a place at which nothing is
the matter rings with

    P(ring) = Σ C(n, j) · pʲ · (1 − p)ⁿ⁻ʲ   over j = max(k₀, ⌈s · n⌉) … n

With k₀ = 2 and s = 0.20 that is 0.264 for n = 10: every fourth place would ring. With 3 and 0.30 it is 0.070.
"""

from math import comb, fsum

AT_LEAST, SHARE, SMALLEST = 3, 0.30, 10
_THOUSAND = 1000  # a share is told to a tenth of a per cent
BACKGROUND = 0.10  # of children who say "no" anywhere


def place_alarm(no: int, of: int, at_least: int = AT_LEAST, share: float = SHARE, smallest: int = SMALLEST) -> bool:
    """Tell whether a place is to be looked at: `no` of `of` children said that it is not safe."""
    return of >= smallest and no >= needed(of, at_least, share)


def needed(of: int, at_least: int = AT_LEAST, share: float = SHARE) -> int:
    """Give how many have to say "no" of so many: in whole numbers, 30 per cent of ten are three."""
    return max(at_least, -(-round(share * _THOUSAND) * of // _THOUSAND))


def false_alarm_rate(
    of: int, background: float = BACKGROUND, at_least: int = AT_LEAST, share: float = SHARE, smallest: int = SMALLEST
) -> float:
    """Give with which probability a place rings at which nothing is the matter, worked out exactly."""
    if of < smallest:
        return 0.0
    ringing = range(needed(of, at_least, share), of + 1)
    return fsum(comb(of, j) * background**j * (1 - background) ** (of - j) for j in ringing)
