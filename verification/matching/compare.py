"""What speaks for a visit belonging to a claim line, and what against: Fellegi-Sunter weights, many lines at once.

Each thing compared has levels of agreement; a level's weight is log2(m/u) in bits (`rules.toml`, [matching]). What is
missing on either side is left out, neither for nor against.

Source of the model: Fellegi and Sunter, "A theory for record linkage", JASA 64 (1969) 1183-1210.
"""

from collections.abc import Mapping, Sequence
from math import log2

import numpy as np
from numpy.typing import NDArray

from verification.matching.anew import Anew, by_number_alone
from verification.matching.blocks import how_often
from verification.matching.letters import distinct
from verification.matching.lines import Lines, Sought, one_of
from verification.matching.names import NamesCompared
from verification.matching.paired import Paired, paired
from verification.places.distance import Floats, Ints
from verification.record import record
from verification.rules import Frequency, MatchingRules, Rules

LEVELS: Mapping[str, tuple[str, ...]] = {  # each after "nothing to compare", which is level 0
    "picked": ("same", "other"),
    "registry": ("same", "other"),
    "kind": ("other",),  # being of one kind is what makes a block: no news
    "name": ("same", "near", "weak", "other", "changed", "other_kind", "clash"),
    "opposites": ("said",),  # of a name that would be alike: weighs nothing by itself, and a person is asked
    "distance": ("at_place", "near", "around", "far"),
    "numbers": ("anew", "nearest"),  # those of its sort seem to have been given anew in this district (`anew.py`)
    "area": ("village", "subdistrict", "other"),  # only where a point is missing on one side
}
NAMES = ("name", "opposites")  # what names are compared by
SAME, OTHER = 1, 2
NEAR, WEAK = 2, 3  # of a name
AT_PLACE, CLOSE_BY = 1, 2  # of a distance
_PAIRS_AT_ONCE = 200_000  # of names: some 50 MB
CHANGED, OTHER_KIND, CLASH = 5, 6, 7  # of a name: its number (or its owner), its kind, or the rest too is another


@record
class Comparison:
    """One thing compared between a visit and a line, the level of agreement found, and its weight in bits."""

    what: str
    level: str
    bits: float


Levels = dict[str, Ints]  # for each thing compared, the level that each pair reaches


class Weights:
    """What each level weighs, in bits; of names also by how many lines bear them, of distance by how names agree."""

    def __init__(self, rules: MatchingRules, lines: Lines, anew: Anew | None = None) -> None:
        self.anew = anew
        compared = LEVELS.keys() & rules.frequencies.keys()
        self._bits = {what: _in_bits(rules.frequencies[what], LEVELS[what]) for what in compared}
        self._bits["opposites"] = np.zeros(len(LEVELS["opposites"]) + 1)
        self._distance = np.tile(_in_bits(rules.distance_of_others, LEVELS["distance"]), (len(LEVELS["name"]) + 1, 1))
        self._distance[0] = self._bits["distance"]  # where no name was typed
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

    def of(self, levels: Levels, which: Ints) -> Mapping[str, Floats]:
        """Weigh each thing compared, in bits; `which` are the lines."""
        return {what: self._weigh(what, levels, which) for what in levels}

    def _weigh(self, what: str, levels: Levels, which: Ints) -> Floats:
        if what == "distance":
            return self._distance[levels["name"], levels[what]]
        if what == "numbers" and self.anew is not None:
            return self.anew.weigh(levels[what], levels["name"], levels["distance"], which)
        bits: Floats = self._bits[what][levels[what]]
        return bits + self._rarity[levels[what], which] if what == "name" else bits


def together(bits: Mapping[str, Floats]) -> Floats:
    """Add up the evidence for each pair, in bits."""
    first, *others = bits.values()
    total: Floats = sum(others, start=first)
    return total


def spelt_out(levels: Levels, bits: Mapping[str, Floats], pair: int) -> tuple[Comparison, ...]:
    """Spell out the evidence for one pair."""
    return tuple(
        Comparison(what, LEVELS[what][level - 1], float(bits[what][pair]))
        for what, reached in levels.items()
        if (level := int(reached[pair]))
    )


def _in_bits(frequencies: Mapping[str, Frequency], levels: Sequence[str]) -> Floats:
    return np.array([0.0, *(log2(frequencies[level].m / frequencies[level].u) for level in levels)])


def may_be_sure(levels: Levels, pairs: Paired) -> NDArray[np.bool_]:
    """Tell for which pairs no person is needed, however probable they are.

    A person is asked where names clash or say opposite words; and where a line's name is the same while it is not
    there, but one is that differs in its number: there the schools may have been numbered anew; and where many were,
    wherever nothing but a number speaks. A registry number or the phone's list settles all of it.
    """
    names, distance = levels["name"], levels["distance"]
    there = (distance == AT_PLACE) | (distance == CLOSE_BY)
    away = (distance > CLOSE_BY) & pairs.has_one(there & (names == CHANGED))[pairs.visit]
    if "numbers" in levels:
        away |= by_number_alone(levels["numbers"], names, distance, pairs)
    away |= levels["opposites"] > 0
    settled = [levels[what] == SAME for what in ("picked", "registry")]
    found: NDArray[np.bool_] = np.logical_or.reduce([names == 0, (names < CHANGED) & ~away, *settled])
    return found


def compare(
    pairs: Paired, lines: Lines, metres: Floats, names: Levels, rules: Rules, anew: Anew | None = None
) -> Levels:
    """Compare visits with lines: so many `metres` away, and `names` as alike as `compare_names` says."""
    sought, which = pairs.sought, pairs.line
    distance = _distance_levels(pairs, lines, metres, rules)
    levels = {
        "picked": _same(pairs.numbers([seen.facility for seen in sought]), lines.facility.numbers[which]),
        "registry": _same(pairs.numbers([seen.registry for seen in sought]), lines.registry.numbers[which]),
        "kind": (lines.kind.numbers[which] != pairs.numbers([seen.kind for seen in sought])).astype(np.intp),
        **names,
        "distance": distance,
    }
    if anew:
        levels["numbers"] = anew.levels(pairs, names["name"], distance, metres)
    return levels | {"area": _area_levels(pairs, lines, distance)}


def weights_of_the_rest(
    sought: Sequence[Sought], blocks: Sequence[Ints], lines: Lines, weights: Weights, rules: Rules
) -> list[float]:
    """Weigh the lines of blocks that are not compared: each sort once, as often as there are lines of it."""
    crowds = [(visit, crowd) for visit, (seen, block) in enumerate(zip(sought, blocks, strict=True))
              for crowd in lines.crowd(seen, block)]  # fmt: skip
    pairs = paired([sought[visit] for visit, _ in crowds], [crowd.examples for _, crowd in crowds])
    far_off = np.where(np.isnan(lines.half_cell_m[pairs.line]), np.nan, np.inf)
    no_names: Levels = {what: np.zeros_like(pairs.line) for what in NAMES}
    levels = compare(pairs, lines, far_off, no_names, rules)
    for what in ("picked", "registry"):
        levels[what][levels[what] == SAME] = OTHER  # an example stands for others of its sort
    weight, total = np.exp2(together(weights.of(levels, pairs.line))), [0.0] * len(sought)
    for (visit, crowd), mine in zip(crowds, pairs.of_each(), strict=True):
        total[visit] += float(crowd.counts @ weight[mine])
    return total


def metres_between(pairs: Paired, lines: Lines) -> Floats:
    """Measure between visits and lines along the ground; not a number where a point is missing on either side."""
    here = np.array([seen.here for seen in pairs.sought]).reshape(-1, 3)
    return lines.metres_from(here[pairs.visit], pairs.line)


def compare_names(pairs: Paired, lines: Lines, rules: MatchingRules) -> Levels:
    """Compare each visit's name with those of its lines, by each of `NAMES`; 0 where none was typed.

    Two that would be alike but for opposite words are weakly alike.
    """
    numbers: dict[str, int] = {}
    of_visits = [-1 if seen.name is None else numbers.setdefault(seen.name, len(numbers)) for seen in pairs.sought]
    which, names = pairs.numbers(of_visits), [*numbers]
    named, levels = np.flatnonzero(which >= 0), np.zeros((len(NAMES), len(pairs.line)), dtype=np.intp)
    for start in range(0, len(named), _PAIRS_AT_ONCE):
        some = named[start : start + _PAIRS_AT_ONCE]
        those, position = distinct(which[some])
        compared = lines.claimed_names.beside([names[one] for one in those.tolist()], position, pairs.line[some])
        levels[:, some] = _name_levels(compared, rules)
    return dict(zip(NAMES, levels, strict=True))


def _name_levels(names: NamesCompared, rules: MatchingRules) -> tuple[Ints, NDArray[np.bool_]]:
    """Give the levels of `NAMES`."""
    apart = names.clash()
    levels, opposites = np.where(apart, CLASH, 4), np.zeros_like(apart)
    near = np.flatnonzero(~apart)
    alike = names.alike(near)
    for better in ("weak", "near", "same"):
        levels[near] -= alike >= rules.name_similarity[better]
    opposed = near[names.opposed(near) & (levels[near] <= WEAK)]
    levels[opposed], opposites[opposed] = WEAK, True
    clashing = np.flatnonzero(apart)
    changed = clashing[names.rest_alike(clashing) >= rules.name_similarity["near"]]
    levels[changed] = np.where(names.other_kind(changed), OTHER_KIND, CHANGED)
    return levels, opposites


def _same(seen: Ints, there: Ints) -> Ints:
    return np.where((seen == 0) | (there == 0), 0, np.where(there == seen, SAME, OTHER))


def _distance_levels(pairs: Paired, lines: Lines, metres: Floats, rules: Rules) -> Ints:
    """Compare net of the uncertainty of both points."""
    which, accuracy_m = pairs.line, pairs.floats([seen.accuracy_m or np.nan for seen in pairs.sought])
    net = metres - accuracy_m * rules.location.accuracy_to_r95 - lines.half_cell_m[which]
    levels = np.full_like(which, 4)
    levels[net <= rules.matching.neighbourhood_m] = 3
    levels[net <= rules.location.elsewhere_beyond_m] = 2
    levels[net <= lines.allowance_m[which]] = 1
    levels[np.isnan(net)] = 0
    return levels


def _area_levels(pairs: Paired, lines: Lines, distance: Ints) -> Ints:
    """Compare areas where there is no distance to compare, and a village of the visit is known."""
    levels, asked = np.zeros_like(pairs.line), np.flatnonzero(distance == 0)
    asked = asked[pairs.numbers([len(seen.villages) for seen in pairs.sought])[asked] > 0]
    if len(asked):
        visit, line = pairs.visit[asked], pairs.line[asked]
        inside = one_of([seen.subdistricts for seen in pairs.sought], visit, lines.subdistrict.numbers[line])
        same = one_of([seen.villages for seen in pairs.sought], visit, lines.village.numbers[line])
        levels[asked] = np.where(same, 1, np.where(inside, 2, 3))
    return levels
