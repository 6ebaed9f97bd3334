"""Matching as it is defined, pair by pair and without an index: slow, and what the quick way has to agree with."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log2

import numpy as np
from rapidfuzz import fuzz
from scipy.optimize import linear_sum_assignment

from verification.matching.compare import Comparison
from verification.matching.lines import Placed
from verification.matching.matching import Match
from verification.matching.spelling import normalise
from verification.matching.telling import tell
from verification.model import ClaimLine, Visit, subdistrict_of
from verification.places.distance import distance_m
from verification.rules import MatchingRules, Rules

EMPTY_WORDS = {"swasta", "desa", "kelurahan", "kecamatan", "kabupaten", "kota", "yayasan"}
Pairs = dict[tuple[str, int], tuple[Comparison, ...]]


def match_by_definition(
    placed: Sequence[Placed], lines: Sequence[ClaimLine], names: Mapping[str, str], rules: Rules
) -> tuple[Match, ...]:
    """Match visits, of which each is to another place. Raises Tie where two ways to match them are equally good."""
    compared = {
        (p.visit.visit_id, line.line_id): compare(p, line, names, rules)
        for p in placed
        for line in lines
        if in_one_block(p, line, rules.matching)
    }
    chances = probabilities(compared)
    return tuple(
        Match(visit_id, line_id, chances[visit_id, line_id], chances[visit_id, line_id] >= rules.matching.automatic,
              compared[visit_id, line_id])
        for visit_id, line_id in assign(compared)
        if chances[visit_id, line_id] >= rules.matching.person
    )  # fmt: skip


def in_one_block(placed: Placed, line: ClaimLine, rules: MatchingRules) -> bool:
    visit = placed.visit
    if visit.facility_id == line.facility_id or (visit.registry_no and visit.registry_no == line.registry_no):
        return True
    if visit.name and normalise(visit.name) == normalise(line.name) != "":
        return True
    if subdistrict_of(line.village) in map(subdistrict_of, placed.villages):
        return True
    metres = metres_between(visit, line)
    return metres is not None and metres <= rules.neighbourhood_m


def compare(placed: Placed, line: ClaimLine, names: Mapping[str, str], rules: Rules) -> tuple[Comparison, ...]:
    visit = placed.visit
    levels = {
        "picked": same(visit.facility_id, line.facility_id),
        "registry": same(visit.registry_no, line.registry_no),
        "kind": "other" if visit.kind != line.kind else None,
        "name": name_level(visit, line, names, rules.matching),
        "distance": distance_level(visit, line, rules),
    }
    if levels["distance"] is None:
        levels["area"] = area_level(placed.villages, line.village)
    return tuple(Comparison(what, level, bits(rules.matching, what, level)) for what, level in levels.items() if level)


def bits(rules: MatchingRules, what: str, level: str) -> float:
    frequency = rules.frequencies[what][level]
    return log2(frequency.m / frequency.u)


def same(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    return "same" if one == other else "other"


def name_level(visit: Visit, line: ClaimLine, names: Mapping[str, str], rules: MatchingRules) -> str | None:
    if not visit.name:
        return None
    if clash(visit.name, line.name):
        return "clash"
    places = [names[code] for code in (line.village, subdistrict_of(line.village)) if code in names]
    alike = similarity(visit.name, line.name, *places)
    return next((level for level in ("same", "near", "weak") if alike >= rules.name_similarity[level]), "other")


def similarity(one: str, other: str, *places: str) -> float:
    a, b = text_of(one), text_of(other)
    if not a or not b:
        return 0.0
    left_out = {word for place in places for word in text_of(place).split()} | EMPTY_WORDS
    bare_a, bare_b = (" ".join(word for word in name.split() if word not in left_out) for name in (a, b))
    if is_telling(bare_a) and is_telling(bare_b):
        a, b = bare_a, bare_b
    without_blanks = fuzz.ratio(a.replace(" ", ""), b.replace(" ", ""))
    return float(max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b), without_blanks)) / 100


def text_of(name: str) -> str:
    return tell(normalise(name)).text


def clash(one: str, other: str) -> bool:
    a, b = tell(normalise(one)), tell(normalise(other))
    no_number_agrees = not {a.numbers, a.numbers_too} & {b.numbers, b.numbers_too}
    said = [(a.kinds, b.kinds), (a.owner, b.owner), (a.letters, b.letters)]
    return no_number_agrees or any(mine and theirs and not mine & theirs for mine, theirs in said)


def is_telling(name: str) -> bool:
    return any(word.isdigit() or len(word) > 3 for word in name.split())


def metres_between(visit: Visit, line: ClaimLine) -> float | None:
    if visit.fix is None or line.point is None:
        return None
    return distance_m(visit.fix.lon, visit.fix.lat, line.point.lon, line.point.lat)


def distance_level(visit: Visit, line: ClaimLine, rules: Rules) -> str | None:
    metres = metres_between(visit, line)
    if metres is None or visit.fix is None or line.point is None or not visit.fix.accuracy_m:
        return None
    net = metres - visit.fix.accuracy_m * rules.location.accuracy_to_r95 - line.point.half_cell_m
    bounds = {
        "at_place": rules.kinds[line.kind].allowance_m,
        "near": rules.location.elsewhere_beyond_m,
        "around": rules.matching.neighbourhood_m,
    }
    return next((level for level, bound in bounds.items() if net <= bound), "far")


def area_level(villages: tuple[str, ...], claimed: str) -> str | None:
    if not villages:
        return None
    if claimed in villages:
        return "village"
    return "subdistrict" if subdistrict_of(claimed) in map(subdistrict_of, villages) else "other"


def weight(comparisons: tuple[Comparison, ...]) -> float:
    return float(2 ** sum(comparison.bits for comparison in comparisons))


def probabilities(compared: Pairs) -> dict[tuple[str, int], float]:
    totals: dict[str, float] = defaultdict(lambda: 1.0)  # "none of them" weighs 1
    for (visit_id, _), comparisons in compared.items():
        totals[visit_id] += weight(comparisons)
    return {pair: weight(comparisons) / totals[pair[0]] for pair, comparisons in compared.items()}


class Tie(Exception):
    """Two ways to match are equally good: the definition does not say which to take."""


def assign(compared: Pairs) -> list[tuple[str, int]]:
    """Choose the pairs that together carry the most evidence, all of the district in one table."""
    visits = sorted({visit_id for visit_id, _ in compared})
    lines = sorted({line_id for _, line_id in compared})
    table = np.zeros((len(visits), len(lines)))
    for (visit_id, line_id), comparisons in compared.items():
        total = sum(comparison.bits for comparison in comparisons)
        table[visits.index(visit_id), lines.index(line_id)] = max(total, 0.0)
    chosen = [pair for pair in zip(*linear_sum_assignment(table, maximize=True), strict=True) if table[pair] > 0]
    for pair in chosen:
        without = table.copy()
        without[pair] = 0.0
        if np.isclose(without[linear_sum_assignment(without, maximize=True)].sum(), sum(table[p] for p in chosen)):
            raise Tie
    return [(visits[row], lines[column]) for row, column in chosen]
