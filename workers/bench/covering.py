"""Measure how often the intervals of drawn places hold what is so, in made-up districts where that is known.

Lots are drawn as plans draw them, from as many seeds as there are repeats; so the drawing is tried as well as the
interval. What is false is where it hurts most: spread evenly, among what bears signs of risk, or at places that then do
not let anybody in. The numbers are always the same: chance is numpy's, from a seed of ours.

`ratio` is what was found for each claimed (of children, books, users) with the usual interval

    v(R̂) = (1 − f)/(n·x̄²) · Σ(y − R̂x)²/(n − 1)      and t with n − 1 degrees of freedom

which no result has: of counts as unequal as these it holds what is so in fewer than 0.93 even of fifty visits.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from verification.sampling.designs import Design, Lottery, draw
from verification.sampling.intervals import LEVEL, Drawn, whole

GIVEN = "simple", "hidden", "risk"  # the intervals that results have
CASES = *GIVEN, "ratio"
LINES = 40, 100, 300, 1000
SHARES = 0.5, 0.8, 0.95, 0.99  # of the lines that are as claimed
VISITS = 10, 12, 20, 50
RATIO_VISITS = 10, 12, 15, 20, 30, 50
HONEST = 0.8  # of the places, where counts are compared
OPENS = 0.5  # how likely a false place lets somebody in, where they hide
RISKS = (0.7, 0.25, 0.05)  # shares of lines that bear no, one and more signs
LEAST_VISITED = 0.06  # of the lines, by risk: the floor of probabilities takes about as many
_SEED = 20_261_128


@dataclass(frozen=True)
class Covered:
    """How often an interval held what is so (`coverage`), where there was one, and how wide it was.

    `width` is in shares of the lines, or of the ratio; `given` how often there was an interval.
    """

    name: str
    lines: int
    visits: int
    share: float
    repeats: int
    given: float
    coverage: float
    width: float


@dataclass(frozen=True)
class _Held:
    """One interval against what is so: whether it held it, and its width; None where there was none."""

    held: bool
    width: float


def bench_coverage(
    repeats: int, tell: Callable[..., None], names: Iterable[str] | None = None, lines: Sequence[int] = LINES
) -> list[Covered]:
    """Measure every kind of interval, or those named, at every size; a size that cannot be is left out."""
    results = []
    for name in names or CASES:
        tell("bench.measuring", name=name)
        results += _counts(name, lines, repeats) if name in GIVEN else _ratios(name, repeats)
    return results


def worst(results: Sequence[Covered]) -> float:
    """Give the least coverage of the intervals that results have."""
    return min(one.coverage for one in results if one.name in GIVEN)


def _counts(name: str, all_lines: Sequence[int], repeats: int) -> list[Covered]:
    fewest = LEAST_VISITED if name == "risk" else 0.0
    sizes = [(lines, visits, share) for lines in all_lines for visits in VISITS for share in SHARES
             if lines * fewest <= visits < lines]  # fmt: skip
    return [_covered(name, size, _tries(name, size, repeats)) for size in sizes]


def _tries(name: str, size: tuple[int, int, float], repeats: int) -> list[_Held | None]:
    lines, visits, share = size
    chance = np.random.default_rng([_SEED, lines, visits, int(share * 1000)])
    risks = {f"{number}": risk for number, risk in enumerate(np.repeat(range(3), _of_classes(lines)).tolist())}
    tries = []
    for number in range(repeats):
        true = _true(name, risks, share, chance)
        choice = draw(Design.RISK if name == "risk" else Design.RANDOM, f"{_SEED}/{number}", risks, visits)
        shut = {lot.name for lot in choice.drawn
                if name == "hidden" and lot.name not in true and chance.random() > OPENS}  # fmt: skip
        tries.append(_held(choice, true, shut))
    return tries


def _of_classes(lines: int) -> list[int]:
    few, more = max(1, round(RISKS[1] * lines)), max(1, round(RISKS[2] * lines))
    return [lines - few - more, few, more]


def _true(name: str, risks: Mapping[str, int], share: float, chance: np.random.Generator) -> set[str]:
    """Say which lines are as claimed; by risk, those with signs are false first."""
    false = round(len(risks) * (1 - share))
    order = chance.permutation(len(risks))
    if name == "risk":
        order = np.array(sorted(order, key=lambda number: -risks[str(number)]))
    return set(risks) - {str(number) for number in order[:false]}


def _held(choice: Lottery, true: set[str], shut: set[str]) -> _Held | None:
    strata = [
        Drawn(one.lines, one.drawn, sum(lot.name in true for lot in choice.drawn if lot.stratum == one.stratum),
              sum(lot.name in shut for lot in choice.drawn if lot.stratum == one.stratum))
        for one in choice.strata
    ]  # fmt: skip
    if (found := whole(strata)) is None:
        return None
    width = (found.highest - found.lowest) / sum(one.lines for one in strata)
    return _Held(found.lowest <= len(true) <= found.highest, width)


def _ratios(name: str, repeats: int) -> list[Covered]:
    """Try ratios of skewed counts: most places have what they claim, or nearly, and some half of it."""
    lines, results = 300, []
    for visits in RATIO_VISITS:
        chance = np.random.default_rng([_SEED, visits])
        tries = [_a_ratio(lines, visits, chance) for _ in range(repeats)]
        results.append(_covered(name, (lines, visits, HONEST), tries))
    return results


def _a_ratio(lines: int, visits: int, chance: np.random.Generator) -> _Held | None:
    claimed = np.ceil(chance.lognormal(3.5, 0.8, lines))
    honest = chance.random(lines) < HONEST
    shares = np.where(honest, chance.normal(0.95, 0.1, lines), chance.uniform(0.2, 0.8, lines))
    found = np.round(claimed * shares)
    taken = chance.permutation(lines)[:visits]
    y, x = found[taken], claimed[taken]
    value = y.sum() / x.sum()
    variance = (1 - visits / lines) * ((y - value * x) ** 2).sum() / (visits - 1) / visits / x.mean() ** 2
    half = stdtrit(visits - 1, (1 + LEVEL) / 2) * np.sqrt(variance)
    return _Held(bool(abs(value - found.sum() / claimed.sum()) <= half), float(2 * half))


def _covered(name: str, size: tuple[int, int, float], tries: Sequence[_Held | None]) -> Covered:
    given = [one for one in tries if one is not None]
    coverage = sum(one.held for one in given) / len(given) if given else 0.0
    width = sum(one.width for one in given) / len(given) if given else 0.0
    lines, visits, share = size
    return Covered(name, lines, visits, share, len(tries), len(given) / len(tries), round(coverage, 4), round(width, 4))


def table(results: Sequence[Covered]) -> str:
    """Write the results as a table."""
    head = f"{'name':<10}{'lines':>7}{'visits':>8}{'share':>8}{'repeats':>9}{'given':>8}{'coverage':>10}{'width':>8}"
    rows = [
        f"{r.name:<10}{r.lines:>7}{r.visits:>8}{r.share:>8.2f}{r.repeats:>9}{r.given:>8.2f}{r.coverage:>10.4f}"
        f"{r.width:>8.3f}"
        for r in results
    ]
    return "\n".join([head, *rows])
