"""Which claim line does a visit belong to? Fellegi-Sunter weights, and one line for one place visited.

For each line of the block the evidence is a sum of log2(m/u), one term per comparison (`rules.toml`, [matching]).
The lines of a block and "none of them" exclude each other, so with an even prior over them the probability of a line
is its weight over the sum of all weights plus one. With a single line in the block this is the usual
P = 2^M / (1 + 2^M). Two lines that fit equally well share the probability, and a person decides.

Source of the model: Fellegi and Sunter, "A theory for record linkage", JASA 64 (1969) 1183-1210.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from scipy.optimize import linear_sum_assignment

from verification.matching.names import clash, similarity
from verification.model import ClaimLine, Visit, subdistrict_of
from verification.places.evidence import distance_m
from verification.rules import LocationRules, MatchingRules, Rules


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing compared between a visit and a line, the level of agreement found, and its weight in bits."""

    what: str
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Match:
    """A visit and the line it belongs to with this probability; `sure` where no person is needed to say so."""

    visit_id: str
    line_id: int
    probability: float
    sure: bool
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """All matches of one indicator, the visits that belong to no line, and earlier visits to the same place."""

    matches: tuple[Match, ...]
    unmatched: tuple[str, ...]
    earlier: Mapping[str, str]  # an earlier visit's id, then the id of the visit that counts


@dataclass(frozen=True, slots=True)
class Placed:
    """A visit with the villages its point may lie in."""

    visit: Visit
    villages: tuple[str, ...]


def match_visits(
    placed: Sequence[Placed], lines: Sequence[ClaimLine], names: Mapping[str, str], rules: Rules
) -> Matching:
    """Give every place visited at most one of an indicator's lines, and every line at most one place.

    `names` maps area codes to names. Of several visits to one place the latest received counts.
    """
    latest, earlier = _latest_of_each_place(placed)
    lines = sorted(lines, key=lambda line: line.line_id)
    blocks = {p.visit.visit_id: [line for line in lines if _comparable(p, line, rules.matching)] for p in latest}
    compared = {
        (p.visit.visit_id, line.line_id): compare(p, line, names, rules)
        for p in latest
        for line in blocks[p.visit.visit_id]
    }
    chances = _probabilities(compared)
    matches = tuple(
        Match(visit_id, line_id, chances[visit_id, line_id], chances[visit_id, line_id] >= rules.matching.automatic,
              compared[visit_id, line_id])
        for visit_id, line_id in _assign(compared)
        if chances[visit_id, line_id] >= rules.matching.person
    )  # fmt: skip
    matched = {match.visit_id for match in matches}
    unmatched = tuple(p.visit.visit_id for p in latest if p.visit.visit_id not in matched)
    return Matching(matches, unmatched, earlier)


def _latest_of_each_place(placed: Sequence[Placed]) -> tuple[list[Placed], dict[str, str]]:
    places: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for p in placed:
        places[_place_key(p.visit)].append(p)
    latest: list[Placed] = []
    earlier: dict[str, str] = {}
    for visits in places.values():
        *before, last = sorted(visits, key=_when)
        latest.append(last)
        earlier |= {p.visit.visit_id: last.visit.visit_id for p in before}
    return sorted(latest, key=_when), earlier


def _when(placed: Placed) -> tuple[str, str]:
    received = placed.visit.received_at
    return (received.isoformat() if received else "", placed.visit.visit_id)


def _place_key(visit: Visit) -> tuple[str, str]:
    if visit.facility_id:
        return ("facility", visit.facility_id)
    if visit.registry_no:
        return ("registry", f"{visit.kind} {visit.registry_no}")
    return ("visit", visit.visit_id)


def _comparable(placed: Placed, line: ClaimLine, rules: MatchingRules) -> bool:
    visit = placed.visit
    if visit.facility_id == line.facility_id or (visit.registry_no and visit.registry_no == line.registry_no):
        return True
    if subdistrict_of(line.village) in map(subdistrict_of, placed.villages):
        return True
    metres = _metres(visit, line)
    return metres is not None and metres <= rules.neighbourhood_m


def compare(placed: Placed, line: ClaimLine, names: Mapping[str, str], rules: Rules) -> tuple[Comparison, ...]:
    """Compare a visit with a line; what is missing on either side is left out, neither for nor against."""
    visit = placed.visit
    levels = {
        "picked": _same(visit.facility_id, line.facility_id),
        "registry": _same(visit.registry_no, line.registry_no),
        "kind": "other" if visit.kind != line.kind else None,  # being of one kind is what makes a block: no news
        "name": _name_level(visit, line, names, rules.matching),
        "distance": _distance_level(visit, line, rules.location, rules.matching),
    }
    if levels["distance"] is None:
        levels["area"] = _area_level(placed.villages, line.village)
    return tuple(Comparison(what, level, _bits(rules.matching, what, level)) for what, level in levels.items() if level)


def _bits(rules: MatchingRules, what: str, level: str) -> float:
    frequency = rules.frequencies[what][level]
    return log2(frequency.m / frequency.u)


def _same(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    return "same" if one == other else "other"


def _name_level(visit: Visit, line: ClaimLine, names: Mapping[str, str], rules: MatchingRules) -> str | None:
    if not visit.name:
        return None
    if clash(visit.name, line.name):
        return "clash"
    places = [names[code] for code in (line.village, subdistrict_of(line.village)) if code in names]
    alike = similarity(visit.name, line.name, *places)
    return next((level for level in ("same", "near", "weak") if alike >= rules.name_similarity[level]), "other")


def _metres(visit: Visit, line: ClaimLine) -> float | None:
    if visit.fix is None or line.point is None:
        return None
    return distance_m(visit.fix.lon, visit.fix.lat, line.point.lon, line.point.lat)


def _distance_level(visit: Visit, line: ClaimLine, location: LocationRules, rules: MatchingRules) -> str | None:
    metres = _metres(visit, line)
    if metres is None or visit.fix is None or line.point is None or not visit.fix.accuracy_m:
        return None
    net = metres - visit.fix.accuracy_m * location.accuracy_to_r95 - line.point.half_cell_m
    bounds = {
        "at_place": location.allowance_m[line.kind],
        "near": location.elsewhere_beyond_m,
        "around": rules.neighbourhood_m,
    }
    return next((level for level, bound in bounds.items() if net <= bound), "far")


def _area_level(villages: tuple[str, ...], claimed: str) -> str | None:
    if not villages:
        return None
    if claimed in villages:
        return "village"
    return "subdistrict" if subdistrict_of(claimed) in map(subdistrict_of, villages) else "other"


_Pairs = Mapping[tuple[str, int], tuple[Comparison, ...]]


def _weight(comparisons: tuple[Comparison, ...]) -> float:
    return float(2 ** sum(comparison.bits for comparison in comparisons))


def _probabilities(compared: _Pairs) -> dict[tuple[str, int], float]:
    totals: dict[str, float] = defaultdict(lambda: 1.0)  # "none of them" weighs 1
    for (visit_id, _), comparisons in compared.items():
        totals[visit_id] += _weight(comparisons)
    return {pair: _weight(comparisons) / totals[pair[0]] for pair, comparisons in compared.items()}


def _assign(compared: _Pairs) -> list[tuple[str, int]]:
    """Choose the pairs that together carry the most evidence, one line per visit and one visit per line."""
    visits = sorted({visit_id for visit_id, _ in compared})
    lines = sorted({line_id for _, line_id in compared})
    bits = np.zeros((len(visits), len(lines)))
    for (visit_id, line_id), comparisons in compared.items():
        total = sum(comparison.bits for comparison in comparisons)
        bits[visits.index(visit_id), lines.index(line_id)] = max(total, 0.0)
    rows, columns = linear_sum_assignment(bits, maximize=True)
    chosen = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(visits[row], lines[column]) for row, column in chosen if bits[row, column] > 0]
