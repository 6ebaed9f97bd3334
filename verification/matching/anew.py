"""Were the numbers of a sort of place given anew in a district? Noticed from its visits alone, and what follows of it.

Where schools were merged, or all of a district's are counted anew, today's SD Negeri 98 is the SD Negeri 106 of the
claim, and another was 98 then. So of the visits to places of one sort (SD Negeri, SMP Swasta) it is counted how many
stand at the claimed point of a line of that sort, and at how many of these no line there bears the name, but one that
differs in its number. Here and there that is a school in the yard of another; where it is so of many, numbers say less
in this district, places say more, and a person is asked wherever a number alone speaks for a line.

    share = (changed + usual share × usual visits) / (together + usual visits)

The share is shrunk to what is usual, so that a few visits notice nothing, and it is taken in steps: a visit that comes
late leaves the others as they were.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from verification.matching.blocks import how_often
from verification.matching.lines import Lines, Sought
from verification.model import Frozen
from verification.places.distance import Floats, Ints
from verification.rules import MatchingRules

SAME, NEAR, CHANGED = 1, 2, 5  # levels of a name (`compare.py`)
AT_PLACE, CLOSE_BY = 1, 2  # of a distance
NEAREST = 2  # of numbers
STEPS = 20  # a share is taken in twentieths


@dataclass(frozen=True, slots=True)
class NumbersAnew:
    """A sort of place whose numbers seem to have been given anew.

    Of `together` visits that stood at the claimed point of a line of the sort, `changed` were to a place of another
    number.
    """

    sort: str
    together: int
    changed: int


class Anew:
    """How large a share of a line's sort seems to bear another number now, and what follows; 0: nothing is noticed."""

    def __init__(self, shares: Sequence[float], lines: Lines, rules: MatchingRules) -> None:
        self.share = np.array(shares)[lines.sort_of.numbers]
        self._sort_of = lines.sort_of.numbers
        self._bits = np.zeros((CHANGED + 1, len(lines.all)))
        m = rules.frequencies["name"]
        by_chance = self.share / max(len(lines.all), 1)  # another place bears this line's number now
        often = how_often(lines.names.bearers, m["same"].u, rules.usual_lines)
        self._bits[[SAME, NEAR]] = np.log2(1 - self.share) - np.log2(1 + by_chance / often)
        self._numbered = lines.numbered | (lines.names.relatives > 1)
        self._nearest = log2(rules.anew["nearest"])
        self._bits[CHANGED] = np.log2(1 + self.share * m["same"].m / m["changed"].m)
        self._at = np.array([0.0, *(
            log2(rules.distance_of_relatives[level].u / rules.distance_of_namesakes[level].u)
            for level in ("at_place", "near", "around", "far")
        )])  # fmt: skip

    def levels(
        self, seen: Sought, which: Ints, names: Ints | None, distance: Ints | None, metres: Floats
    ) -> Ints | None:
        """Tell for which of these lines it matters: those of the visit's name, and those that differ in its number.

        Of the latter the nearest one that it stands at has a level of its own.
        """
        if names is None:
            return None
        anew = self.share[which] > 0
        namesake = (names > 0) & (names <= NEAR) & self._numbered[which]
        renumbered = anew & (names == CHANGED) & (self._sort_of[which] == seen.sort)
        found: Ints = (renumbered | (anew & namesake)).astype(np.intp)
        if distance is not None:
            there = np.flatnonzero(renumbered & (distance == AT_PLACE))
            found[there[metres[there] == metres[there].min(initial=np.inf)]] = NEAREST
        return found

    def weigh(self, matters: Ints, names: Ints, distance: Ints | None, which: Ints) -> Floats:
        """Give what each line gains or loses by it, in bits; `matters` as `levels` says."""
        levels = np.minimum(names, CHANGED)
        bits = self._bits[levels, which]
        if distance is not None:
            bits = bits + np.where(names == CHANGED, self._at[distance], 0.0) + (matters == NEAREST) * self._nearest
        return np.where(matters > 0, bits, 0.0)


def stands_at(seen: Sought, lines: Lines, which: Ints, names: Ints | None, distance: Ints | None) -> int:
    """Tell at what a visit stands: its sort's number, below 0 if only lines of other numbers are there; 0 at none."""
    if names is None or distance is None or seen.sort <= 0:
        return 0
    there = names[(distance == AT_PLACE) & (lines.sort_of.numbers[which] == seen.sort)]
    if ((there > 0) & (there <= NEAR)).any():
        return seen.sort
    return -seen.sort if (there == CHANGED).any() else 0


def stood_at(frozen: Frozen, lines: Lines) -> int:
    """Tell the same of a visit whose point was deleted, by what was kept of it."""
    indicator = lines.all[0].indicator if lines.all else None
    kept = next(((sort, changed) for about, sort, changed in frozen.stood if about == indicator), ("", False))
    sort = max(lines.sort_of.of(kept[0]), 0)
    return -sort if kept[1] else sort


def notice(stands: Iterable[int], lines: Lines, rules: MatchingRules) -> tuple[NumbersAnew, ...]:
    """Tell of which sorts the numbers seem to have been given anew, by what `stands_at` says of each visit."""
    count = Counter(stands)
    found = []
    for label, sort in lines.sort_of.known().items():
        changed, together = count[-sort], count[-sort] + count[sort]
        if changed >= rules.anew["least"] and _share(changed, together, rules) >= rules.anew["noticed_from"]:
            found.append(NumbersAnew(label, together, changed))
    return tuple(found)


def shares(noticed: Sequence[NumbersAnew], lines: Lines, rules: MatchingRules) -> tuple[float, ...]:
    """Give the share of each sort, by its number and in steps; 0 of those of which nothing is noticed."""
    known = {one.sort: _share(one.changed, one.together, rules) for one in noticed}
    return (0.0, *(round(known.get(label, 0.0) * STEPS) / STEPS for label in lines.sort_of.known()))


def _share(changed: int, together: int, rules: MatchingRules) -> float:
    usual, weight = rules.anew["usual_share"], rules.anew["usual_visits"]
    return (changed + usual * weight) / (together + weight)


def by_number_alone(matters: Ints, names: Ints, distance: Ints) -> NDArray[np.bool_]:
    """Tell for which lines nothing but a number speaks: not at the place, or with another of the sort beside it."""
    another = (matters > 0) & (names == CHANGED) & ((distance == AT_PLACE) | (distance == CLOSE_BY))
    found: NDArray[np.bool_] = (matters > 0) & ((distance != AT_PLACE) | bool(another.any()))
    return found
