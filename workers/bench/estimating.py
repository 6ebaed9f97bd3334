"""How often is each level reached by true matches (m) and by other pairs of a block (u)? EM, and what the numbers say.

Expectation-maximisation as the rules match: a visit is to one line of its block or to none. Each visit is shared among
them by today's m and u, and m and u are made anew from the shares, until they stand. (Pair by pair, as it is usual, EM
takes for matches what only stands beside them: SD 1 and SD 2 of a yard, the SMA and the SMK of a foundation.) It knows
no registry number. Beside it stands what the numbers say of the same pairs, to see how far EM is off.

Source: Winkler, "Using the EM algorithm for weight computation in the Fellegi-Sunter model", ASA (1988) 667-671.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from server.rulebook import load_rules
from verification.matching.compare import (
    CHANGED,
    CLASH,
    LEVELS,
    NEAR,
    OTHER_KIND,
    SAME,
    compare,
    compare_names,
    metres_between,
)
from verification.matching.lines import Lines
from verification.matching.matching import BATCH
from verification.matching.paired import paired
from verification.rules import Rules
from workers.bench.linked_lists import LinkedDistrict, linked_districts

COMPARED = ("name", "distance")
ROUNDS = 60
BY_NAME = {"namesakes": (SAME, NEAR), "relatives": (CHANGED, OTHER_KIND), "others": (3, 4, CLASH)}
Shares = list[NDArray[np.float64]]  # for each thing compared, the share of each level; 0 is nothing to compare


@dataclass(frozen=True)
class Estimate:
    """A level's m and u by EM, and by the registry numbers."""

    what: str
    level: str
    m: float
    u: float
    m_numbers: float
    u_numbers: float


@dataclass(frozen=True)
class Pairs:
    """The pairs of all blocks: the visit of each, the level it reaches in each thing compared, and if it is true."""

    visit: NDArray[np.intp]
    levels: Sequence[NDArray[np.int8]]
    true: NDArray[np.bool_]


def estimate(
    earlier: Path, later: Path, tell: Callable[..., None], provinces: Sequence[str] = (), without: Sequence[str] = ()
) -> list[Estimate]:
    """Estimate m and u on the pairs of some provinces, or of all but some."""
    rules = load_rules()
    parts = []
    for district in linked_districts(earlier, later):
        if district.province not in without and (not provinces or district.province in provinces):
            tell("bench.measuring", name=district.label)
            parts.append(pairs_of(district, rules))
    pairs = put_together(parts)
    m, u, share = by_em(pairs, *_frequencies(rules))
    sides = [m, u, _shares(pairs, pairs.true), _shares(pairs, ~pairs.true)]
    results = [
        Estimate(what, level, *(round(float(side[axis][n]), 5) for side in sides))
        for axis, what in enumerate(COMPARED)
        for n, level in enumerate(LEVELS[what], start=1)
    ]
    return results + [found for group, names in BY_NAME.items() for found in _distances(group, names, pairs, share)]


def _distances(group: str, names: Sequence[int], pairs: Pairs, share: NDArray[np.float64]) -> Iterator[Estimate]:
    """Estimate what distance says among the pairs whose names agree so."""
    inside = np.isin(pairs.levels[0], names)
    some = Pairs(pairs.visit[inside], [reached[inside] for reached in pairs.levels], pairs.true[inside])
    true = some.true.astype(np.float64)
    sides = [_shares(some, counts)[1] for counts in (share[inside], 1 - share[inside], true, 1 - true)]
    for n, level in enumerate(LEVELS["distance"], start=1):
        yield Estimate(group, level, *(round(float(side[n]), 5) for side in sides))


def pairs_of(district: LinkedDistrict, rules: Rules) -> Pairs:
    """Compare a district's visits with the lines of their blocks."""
    lines = Lines(district.lines, district.area_names, rules)
    sought = lines.sought(district.placed)
    visits, levels, true = [], [], []
    for start in range(0, len(sought), BATCH):
        batch = sought[start : start + BATCH]
        beside = paired(batch, lines.to_compare(batch))
        names = compare_names(beside, lines, rules.matching)
        reached = compare(beside, lines, metres_between(beside, lines), names, rules)
        truth = [district.truth.get(p.visit.visit_id) for p in district.placed[start : start + BATCH]]
        visits.append(beside.visit + start)
        levels.append([reached[what] for what in COMPARED])
        true.append([lines.all[line].line_id == truth[visit]
                     for visit, line in zip(beside.visit.tolist(), beside.line.tolist(), strict=True)])  # fmt: skip
    by_axis = [np.concatenate([found[axis] for found in levels]).astype(np.int8) for axis in range(len(COMPARED))]
    return Pairs(np.concatenate(visits).astype(np.intp), by_axis, np.concatenate(true).astype(bool))


def put_together(parts: Sequence[Pairs]) -> Pairs:
    """Put the pairs of several districts together; their visits stay apart."""
    first = np.cumsum([0, *(int(part.visit.max(initial=-1)) + 1 for part in parts)])
    return Pairs(
        np.concatenate([part.visit + before for part, before in zip(parts, first, strict=False)]),
        [np.concatenate([part.levels[axis] for part in parts]) for axis in range(len(COMPARED))],
        np.concatenate([part.true for part in parts]),
    )


def by_em(pairs: Pairs, m: Shares, u: Shares) -> tuple[Shares, Shares, NDArray[np.float64]]:
    """Give m and u of each thing compared, and how likely each pair is true, where nobody says which are."""
    lines = np.bincount(pairs.visit)
    share = np.zeros(len(pairs.visit))
    odds = 1 / lines.mean()  # of being to one line of the block, against being to none
    for _ in range(ROUNDS):
        ratios = [of_m / of_u for of_m, of_u in zip(m, u, strict=True)]
        weight = odds * np.prod([ratio[reached] for ratio, reached in zip(ratios, pairs.levels, strict=True)], axis=0)
        share = weight / (1 + np.bincount(pairs.visit, weight))[pairs.visit]
        m, u = _shares(pairs, share), _shares(pairs, 1 - share)
        odds *= share.sum() / (odds * lines / (1 + odds * lines)).sum()
    return m, u, share


def _shares(pairs: Pairs, counts: NDArray[np.float64] | NDArray[np.bool_]) -> Shares:
    """Give the share of each level among pairs that have something to compare; none is quite never reached."""
    found = []
    for what, reached in zip(COMPARED, pairs.levels, strict=True):
        sums = np.maximum(np.bincount(reached, counts, minlength=len(LEVELS[what]) + 1), 0.5)
        found.append(np.append(1.0, sums[1:] / sums[1:].sum()))
    return found


def _frequencies(rules: Rules) -> tuple[Shares, Shares]:
    of = rules.matching.frequencies
    m, u = (
        [np.array([1.0, *(getattr(of[what][level], side) for level in LEVELS[what])]) for what in COMPARED]
        for side in ("m", "u")
    )
    return m, u


def table(results: Sequence[Estimate]) -> str:
    """Write the results as a table."""
    rows = [
        f"{r.what:<10}{r.level:<12}{r.m:>10.5f}{r.u:>10.5f}{r.m_numbers:>12.5f}{r.u_numbers:>12.5f}" for r in results
    ]
    return "\n".join([f"{'what':<10}{'level':<12}{'m':>10}{'u':>10}{'m (numbers)':>12}{'u (numbers)':>12}", *rows])
