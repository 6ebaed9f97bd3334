"""What speaks for a visit belonging to a claim line, and what against: Fellegi-Sunter weights, many lines at once.

Each thing compared has levels of agreement; a level's weight is log2(m/u) in bits (`rules.toml`, [matching]). What is
missing on either side is left out, neither for nor against.

Source of the model: Fellegi and Sunter, "A theory for record linkage", JASA 64 (1969) 1183-1210.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from verification.matching.anew import Anew, by_number_alone
from verification.matching.blocks import how_often
from verification.matching.lines import Lines, Numbered, Sought
from verification.matching.names import ClaimedNames
from verification.places.distance import Floats, Ints
from verification.rules import Frequency, MatchingRules, Rules

LEVELS: Mapping[str, tuple[str, ...]] = {  # each after "nothing to compare", which is level 0
    "picked": ("same", "other"),
    "registry": ("same", "other"),
    "kind": ("other",),  # being of one kind is what makes a block: no news
    "name": ("same", "near", "weak", "other", "changed", "other_kind", "clash"),
    "distance": ("at_place", "near", "around", "far"),
    "numbers": ("anew", "nearest"),  # those of its sort seem to have been given anew in this district (`anew.py`)
    "area": ("village", "subdistrict", "other"),  # only where a point is missing on one side
}
SAME, OTHER = 1, 2
NEAR = 2  # of a name
AT_PLACE, CLOSE_BY = 1, 2  # of a distance
CHANGED, OTHER_KIND, CLASH = 5, 6, 7  # of a name: its number (or its owner), its kind, or the rest too is another


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing compared between a visit and a line, the level of agreement found, and its weight in bits."""

    what: str
    level: str
    bits: float


Levels = dict[str, Ints]  # for each thing compared, the level reached with each line


class Weights:
    """What each level weighs, in bits; of names also by how many lines bear them, of distance by how names agree."""

    def __init__(self, rules: MatchingRules, lines: Lines, anew: Anew | None = None) -> None:
        self.anew = anew
        compared = LEVELS.keys() & rules.frequencies.keys()
        self._bits = {what: _in_bits(rules.frequencies[what], LEVELS[what]) for what in compared}
        self._distance = np.tile(_in_bits(rules.distance_of_others, LEVELS["distance"]), (len(LEVELS["name"]) + 1, 1))
        self._distance[[SAME, NEAR]] = _in_bits(rules.distance_of_namesakes, LEVELS["distance"])
        self._distance[[CHANGED, OTHER_KIND]] = _in_bits(rules.distance_of_relatives, LEVELS["distance"])
        self._rarity = np.zeros((len(LEVELS["name"]) + 1, len(lines.all)))
        for level, bearers in (
            (SAME, lines.names.bearers),
            (NEAR, lines.names.bearers),
            (CHANGED, lines.names.relatives),
        ):
            usual = rules.frequencies["name"][LEVELS["name"][level - 1]].u
            self._rarity[level] = log2(usual) - np.log2(how_often(bearers, usual, rules.usual_lines))

    def together(self, levels: Levels, which: Ints) -> Floats:
        """Add up the evidence for each of these lines, in bits."""
        bits = [self._weigh(what, levels, which) for what in levels]
        total: Floats = sum(bits[1:], start=bits[0])
        return total

    def _weigh(self, what: str, levels: Levels, which: Ints) -> Floats:
        if what == "distance" and "name" in levels:
            return self._distance[levels["name"], levels[what]]
        if what == "numbers" and self.anew is not None:
            return self.anew.weigh(levels[what], levels["name"], levels.get("distance"), which)
        bits: Floats = self._bits[what][levels[what]]
        return bits + self._rarity[levels[what], which] if what == "name" else bits

    def comparisons(self, levels: Levels, column: int, line: int) -> tuple[Comparison, ...]:
        """Spell out the evidence for one line."""
        reached = {what: found[column : column + 1] for what, found in levels.items()}
        which = np.array([line], dtype=np.intp)
        return tuple(
            Comparison(what, LEVELS[what][int(level[0]) - 1], float(self._weigh(what, reached, which)[0]))
            for what, level in reached.items()
            if level[0]
        )


def _in_bits(frequencies: Mapping[str, Frequency], levels: Sequence[str]) -> Floats:
    return np.array([0.0, *(log2(frequencies[level].m / frequencies[level].u) for level in levels)])


def may_be_sure(levels: Levels) -> NDArray[np.bool_]:
    """Tell for which lines no person is needed, however probable they are.

    A person is asked where names clash; and where a line's name is the same while it is not there, but one is that
    differs in its number: there the schools may have been numbered anew; and where many were, wherever nothing but a
    number speaks. A registry number or the phone's list settles all of it.
    """
    if "name" not in levels:
        return np.ones(1, dtype=bool)
    names, distance = levels["name"], levels.get("distance", np.zeros(1, dtype=np.intp))
    there = (distance == AT_PLACE) | (distance == CLOSE_BY)
    away = (distance > CLOSE_BY) & bool((there & (names == CHANGED)).any())
    if "numbers" in levels:
        away = away | by_number_alone(levels["numbers"], names, distance)
    settled = [levels[what] == SAME for what in ("picked", "registry") if what in levels]
    found: NDArray[np.bool_] = np.logical_or.reduce([(names < CHANGED) & ~away, *settled])
    return found


def compare(
    seen: Sought, lines: Lines, which: Ints, metres: Floats, names: Ints | None, rules: Rules, anew: Anew | None = None
) -> Levels:
    """Compare a visit with some of the lines: `metres` away from it, and `names` as alike as `compare_names` says."""
    distance = _distance_levels(seen, lines, which, metres, rules)
    levels = {
        "picked": _same(seen.facility, lines.facility, which),
        "registry": _same(seen.registry, lines.registry, which),
        "kind": (lines.kind.numbers[which] != seen.kind).astype(np.intp),
        "name": names,
        "distance": distance,
        "numbers": anew.levels(seen, which, names, distance, metres) if anew else None,
        "area": _area_levels(seen, lines, which, distance),
    }
    return {what: reached for what, reached in levels.items() if reached is not None}


def compare_names(
    visited: Sequence[Sought], blocks: Sequence[Ints], lines: Lines, rules: MatchingRules
) -> list[Ints | None]:
    """Compare each visit's name with those of the lines in its block, village by village for all visits at once."""
    levels = np.zeros((len(visited), len(lines.all)), dtype=np.int8)
    asking: dict[int, list[int]] = defaultdict(list)
    for row, (seen, block) in enumerate(zip(visited, blocks, strict=True)):
        if seen.name is not None:
            for village in np.flatnonzero(np.bincount(lines.village.numbers[block])).tolist():
                asking[village].append(row)
    for village, rows in asking.items():
        names = [visited[row].name or "" for row in rows]
        found = _name_levels(lines.names_claimed_in(village), names, rules)
        levels[np.ix_(np.array(rows), lines.village.where(village))] = found
    return [
        None if seen.name is None else levels[row, block].astype(np.intp)
        for row, (seen, block) in enumerate(zip(visited, blocks, strict=True))
    ]


def _name_levels(names: ClaimedNames, visited: Sequence[str], rules: MatchingRules) -> NDArray[np.int8]:
    beside = names.beside(visited)
    alike = beside.alike()
    levels = np.full(alike.shape, 4, dtype=np.int8)
    for better in ("weak", "near", "same"):
        levels -= alike >= rules.name_similarity[better]
    apart = beside.clash()
    levels[apart] = CLASH
    if not apart.any():
        return levels
    apart &= beside.rest_alike() >= rules.name_similarity["near"]
    levels[apart] = CHANGED
    levels[apart & beside.other_kind()] = OTHER_KIND
    return levels


def _same(seen: int, claimed: Numbered, which: Ints) -> Ints | None:
    if not seen:
        return None
    there = claimed.numbers[which]
    return np.where(there == 0, 0, np.where(there == seen, SAME, OTHER))


def _distance_levels(seen: Sought, lines: Lines, which: Ints, metres: Floats, rules: Rules) -> Ints | None:
    """Compare net of the uncertainty of both points."""
    if not seen.accuracy_m:
        return None
    net = metres - seen.accuracy_m * rules.location.accuracy_to_r95 - lines.half_cell_m[which]
    levels = np.full_like(which, 4)
    levels[net <= rules.matching.neighbourhood_m] = 3
    levels[net <= rules.location.elsewhere_beyond_m] = 2
    levels[net <= lines.allowance_m[which]] = 1
    levels[np.isnan(net)] = 0
    return levels


def _area_levels(seen: Sought, lines: Lines, which: Ints, distance: Ints | None) -> Ints | None:
    """Compare areas where there is no distance to compare."""
    if not seen.villages:
        return None
    asked = np.arange(len(which)) if distance is None else np.flatnonzero(distance == 0)
    levels = np.zeros_like(which)
    levels[asked] = 3
    for code in seen.subdistricts:
        levels[asked[lines.subdistrict.numbers[which[asked]] == code]] = 2
    for code in seen.villages:
        levels[asked[lines.village.numbers[which[asked]] == code]] = 1
    return levels
