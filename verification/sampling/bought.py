"""What error so many visits buy, said before anybody travels."""

from collections.abc import Sequence

from verification.record import record
from verification.sampling.chances import at_least
from verification.sampling.designs import LQAS, Stratum
from verification.sampling.intervals import Drawn, exact, whole

GOOD, POOR = 80, 50  # of a hundred lines as claimed: what LQAS tells apart
LADDER = 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300  # numbers of visits that are compared


@record
class VisitsBought:
    """So many visits: how many of all lines may be false still if all that were seen are confirmed; and how many lines
    the interval spans if half are.
    """

    visits: int
    false: int
    spans: int


def false_still(strata: Sequence[Stratum]) -> int | None:
    """Give how many of all lines may be false still if everything drawn is confirmed; None: no interval at all."""
    found = whole([Drawn(one.lines, one.drawn, one.drawn) for one in strata])
    return None if found is None else sum(one.lines for one in strata) - found.lowest


def ladder(lines: int) -> list[VisitsBought]:
    """Compare numbers of visits to a simple random sample of so many lines, up to all of them."""
    steps = []
    for visits in (*(one for one in LADDER if one < lines), lines):
        half = exact(lines, visits, visits // 2)
        steps.append(VisitsBought(visits, lines - exact(lines, visits, visits).lowest, half.highest - half.lowest))
    return steps


def lqas_errors(lines: int) -> tuple[float, float] | None:
    """Give how likely LQAS fails a list of which four fifths are as claimed, and passes one of which half are.

    None where all lines are visited: then nothing is left to chance.
    """
    visits, needed = LQAS
    if lines <= visits:
        return None
    good, poor = lines * GOOD // 100, lines * POOR // 100
    return 1 - at_least(needed, lines, good, visits), at_least(needed, lines, poor, visits)
