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
from math import log2

import numpy as np
from numpy.typing import NDArray

from verification.matching.blocks import how_often
from verification.matching.lines import Lines
from verification.matching.paired import Paired
from verification.model import Frozen
from verification.places.distance import Floats, Ints
from verification.record import record
from verification.rules import MatchingRules

SAME, NEAR, CHANGED = 1, 2, 5  # levels of a name (`compare.py`)
AT_PLACE, CLOSE_BY = 1, 2  # of a distance
NEAREST = 2  # of numbers
STEPS = 20  # a share is taken in twentieths


@record
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

    def levels(self, pairs: Paired, names: Ints, distance: Ints, metres: Floats) -> Ints:
        """Tell for which pairs it matters: lines of the visit's name, and those that differ in its number.

        Of the latter the nearest one that it stands at has a level of its own.
        """
        which, sort = pairs.line, pairs.numbers([seen.sort for seen in pairs.sought])
        anew = self.share[which] > 0
        namesake = (names > 0) & (names <= NEAR) & self._numbered[which]
        renumbered = anew & (names == CHANGED) & (self._sort_of[which] == sort)
        found: Ints = (renumbered | (anew & namesake)).astype(np.intp)
        there = np.flatnonzero(renumbered & (distance == AT_PLACE))
        nearest_m = np.full(len(pairs.sought), np.inf)
        np.minimum.at(nearest_m, pairs.visit[there], metres[there])
        found[there[metres[there] == nearest_m[pairs.visit[there]]]] = NEAREST
        return found

    def weigh(self, matters: Ints, names: Ints, distance: Ints, which: Ints) -> Floats:
        """Give what each line gains or loses by it, in bits; `matters` as `levels` says."""
        levels = np.minimum(names, CHANGED)
        bits = self._bits[levels, which] + np.where(names == CHANGED, self._at[distance], 0.0)
        return np.where(matters > 0, bits + (matters == NEAREST) * self._nearest, 0.0)


def stands_at(pairs: Paired, lines: Lines, names: Ints, distance: Ints) -> list[int]:
    """Tell at what each visit stands: its sort's number, below 0 if only lines of other numbers are there; else 0."""
    sorts = np.array([max(seen.sort, 0) for seen in pairs.sought], dtype=np.intp)
    there = (distance == AT_PLACE) & (lines.sort_of.numbers[pairs.line] == sorts[pairs.visit])
    same, changed = pairs.has_one(there & (names > 0) & (names <= NEAR)), pairs.has_one(there & (names == CHANGED))
    found: list[int] = np.where(same, sorts, np.where(changed, -sorts, 0)).tolist()
    return found


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


def by_number_alone(matters: Ints, names: Ints, distance: Ints, pairs: Paired) -> NDArray[np.bool_]:
    """Tell for which pairs nothing but a number speaks: not at the place, or with another of the sort beside it."""
    another = (matters > 0) & (names == CHANGED) & ((distance == AT_PLACE) | (distance == CLOSE_BY))
    found: NDArray[np.bool_] = (matters > 0) & ((distance != AT_PLACE) | pairs.has_one(another)[pairs.visit])
    return found
