"""Which lines of a list are visited: by lot, with the probability that each had of being drawn.

*random*: n of all, each with n/N. *audit*: as many as it takes so that none false among them leaves fewer than one in
ten false (`audit_size`). *lqas*: nineteen, of which thirteen have to be confirmed (`LQAS`). These are all simple random
samples.

*risk*: the tenth part of the visits is drawn from all lines; then so many of each class of risk that are not drawn yet,
by the classes' weights. By symmetry a line's probability is

    π = n₀/N + n_h/N_h      and never below 0.05

which holds exactly since a class always has n_h lines left. One that would not is visited whole (π = 1) and takes no
part in the first drawing; where that leaves no room for one, nearly all are visited, and all are drawn from all.
Given how many were drawn of a class, they are a simple random sample of it: so the intervals of strata hold
(`intervals.py`), though the probabilities differ.

Places chosen on purpose have no probability and no design here.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping
from enum import StrEnum
from math import ceil

from verification.reason import WithReason
from verification.record import record
from verification.sampling.chances import at_most
from verification.sampling.drawing import by_lot

LEAST_PROBABILITY = 0.05
SIMPLE_SHARE = 0.1  # of a risk-based plan's visits, drawn from all lines
FALSE_SHARE, SURE = 0.1, 0.95  # what an audit excludes, and how surely
LQAS = (19, 13)  # visits, and how many of them have to be confirmed
WEIGHTS = (1, 2, 4)  # of a line of no, one, more signs of risk


class Design(StrEnum):
    """How the places of a plan are drawn."""

    RANDOM = "random"
    RISK = "risk"
    AUDIT = "audit"
    LQAS = "lqas"


class NotDrawn(WithReason):
    """Nothing can be drawn so."""


@record
class Lot:
    """A line that is drawn: its name, its class of risk, its probability of being drawn, and its turn from 1."""

    name: str
    stratum: int
    probability: float
    order: int


@record
class Stratum:
    """So many `drawn` of so many `lines` of a class: a simple random sample of it, however the whole was drawn."""

    stratum: int
    lines: int
    drawn: int


@record
class Lottery:
    """What was drawn; `reserve` are those that were not and come next, in order, class by class."""

    design: Design
    seed: str
    strata: tuple[Stratum, ...]
    drawn: tuple[Lot, ...]
    reserve: tuple[Lot, ...]


def draw(design: Design, seed: str, risks: Mapping[str, int], visits: int = 0) -> Lottery:
    """Draw from lines, given by name with how many signs of risk each bears; `visits` where the design leaves it open.

    Raises NotDrawn.
    """
    if not risks:
        raise NotDrawn("draw_of_nothing")
    if design is Design.RISK:
        return _by_risk(seed, {name: min(risk, len(WEIGHTS) - 1) for name, risk in risks.items()}, visits)
    visits = size_of(design, len(risks), visits)
    if not 0 < visits <= len(risks):
        raise NotDrawn("draw_size_impossible", visits=visits, lines=len(risks))
    order = by_lot(seed, "simple", risks)
    lots = [Lot(name, 0, visits / len(risks), number) for number, name in enumerate(order, start=1)]
    return Lottery(design, seed, (Stratum(0, len(risks), visits),), tuple(lots[:visits]), tuple(lots[visits:]))


def size_of(design: Design, lines: int, visits: int) -> int:
    """Give how many visits a design takes for so many lines; `visits` where it leaves that open."""
    if design is Design.AUDIT:
        return audit_size(lines)
    return min(LQAS[0], lines) if design is Design.LQAS else visits


def audit_size(lines: int, share: float = FALSE_SHARE, sure: float = SURE) -> int:
    """Give how many visits, none of them false, leave fewer than this share of the lines false, as surely as asked."""
    false = ceil(lines * share - 1e-9)
    sizes = range(1, lines + 1)
    return sizes[bisect_left(sizes, True, key=lambda drawn: at_most(0, lines, false, drawn) <= 1 - sure)]


# ── by risk


def _by_risk(seed: str, risks: Mapping[str, int], visits: int) -> Lottery:
    sizes = Counter(risks.values())
    simple, shares = allocate(sizes, visits)
    whole = {stratum for stratum, size in sizes.items() if shares[stratum] == size}
    first = by_lot(seed, "simple", [name for name, risk in risks.items() if risk not in whole])[:simple]
    open_to_it = sum(size for stratum, size in sizes.items() if stratum not in whole)
    members: dict[int, list[str]] = defaultdict(list)
    for name, risk in risks.items():
        members[risk].append(name)
    taken: list[Lot] = []
    reserve: list[Lot] = []
    strata = []
    for stratum in sorted(sizes, reverse=True):  # what is likeliest to be false is visited first
        chance = 1.0 if stratum in whole else simple / open_to_it + shares[stratum] / sizes[stratum]
        of_it = set(members[stratum])
        drawn = [name for name in first if name in of_it]
        others = by_lot(seed, f"risk {stratum}", of_it - set(drawn))
        drawn += others[: shares[stratum]]
        rest = others[shares[stratum] :]
        taken += [Lot(name, stratum, chance, len(taken) + n) for n, name in enumerate(drawn, start=1)]
        reserve += [Lot(name, stratum, chance, len(reserve) + n) for n, name in enumerate(rest, start=1)]
        strata.append(Stratum(stratum, sizes[stratum], len(drawn)))
    return Lottery(Design.RISK, seed, tuple(strata), tuple(taken), tuple(reserve))


def allocate(sizes: Mapping[int, int], visits: int) -> tuple[int, dict[int, int]]:
    """Share visits out: how many are drawn from all lines, and how many from each class beside. Raises NotDrawn."""
    lines = sum(sizes.values())
    if not 0 < visits <= lines:
        raise NotDrawn("draw_size_impossible", visits=visits, lines=lines)
    if found := _allocated(sizes, visits):
        return found
    least = next(more for more in range(visits + 1, lines + 1) if _allocated(sizes, more))
    raise NotDrawn("draw_too_few_for_the_floor", visits=visits, lines=lines, least=least)


def _allocated(sizes: Mapping[int, int], visits: int) -> tuple[int, dict[int, int]] | None:
    """Share visits out; None where they are too few for the floor."""
    if visits == sum(sizes.values()):
        return 0, dict(sizes)
    simple = ceil(SIMPLE_SHARE * visits)
    shares: dict[int, int] = {}  # classes that are visited whole
    while True:
        open_to_it = {stratum: size for stratum, size in sizes.items() if stratum not in shares}
        left = visits - sum(shares.values())
        if left < simple or not open_to_it:  # nearly all are visited: there is no room for classes
            return visits, dict.fromkeys(sizes, 0)
        found = _shared(open_to_it, left - simple, simple)
        if found is None:
            return None
        full = [stratum for stratum, size in open_to_it.items() if found[stratum] + simple > size]
        if not full:
            return simple, shares | found
        shares |= {stratum: sizes[stratum] for stratum in full}


def _shared(sizes: Mapping[int, int], visits: int, simple: int) -> dict[int, int] | None:
    """Share visits by the classes' weights, after each has what its floor takes; None where there are too few."""
    lines = sum(sizes.values())
    least = {one: max(0, ceil((LEAST_PROBABILITY - simple / lines) * size - 1e-9)) for one, size in sizes.items()}
    over = visits - sum(least.values())
    if over < 0:
        return None
    weights = {stratum: WEIGHTS[stratum] * size for stratum, size in sizes.items()}
    whole_weight = sum(weights.values())
    exact = {stratum: over * weight / whole_weight for stratum, weight in weights.items()}
    found = {stratum: least[stratum] + int(share) for stratum, share in exact.items()}
    by_rest = sorted(exact, key=lambda stratum: (int(exact[stratum]) - exact[stratum], -stratum))
    for stratum in by_rest[: visits - sum(found.values())]:
        found[stratum] += 1
    return found
