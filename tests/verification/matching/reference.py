"""Matching as it is defined, pair by pair and without an index: slow, and what the quick way has to agree with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log2

import numpy as np
from rapidfuzz import fuzz
from scipy.optimize import linear_sum_assignment

from verification.matching.compare import Comparison
from verification.matching.likely import Match
from verification.matching.lines import Placed
from verification.matching.matching import LEAST
from verification.matching.short_forms import KINDS, OPPOSITES
from verification.matching.spelling import normalise
from verification.matching.telling import tell
from verification.model import ClaimLine, Visit, district_of, subdistrict_of
from verification.places.distance import distance_m
from verification.rules import Frequency, MatchingRules, Rules

EMPTY_WORDS = {"swasta", "desa", "kelurahan", "kecamatan", "kabupaten", "kota", "yayasan"}
Pairs = dict[tuple[str, int], tuple[Comparison, ...]]


def match_by_definition(
    placed: Sequence[Placed], lines: Sequence[ClaimLine], names: Mapping[str, str], rules: Rules
) -> tuple[Match, ...]:
    """Match visits, of which each is to another place. Raises Tie where two ways to match them are equally good."""
    compared = {
        (p.visit.visit_id, line.line_id): compare(p, line, lines, names, rules)
        for p in placed
        for line in lines
        if in_one_block(p, line, lines, names, rules.matching)
    }
    compared = where_numbers_are_anew(compared, placed, lines, names, rules)
    chances = probabilities(compared)
    return tuple(
        Match(visit_id, line_id, chances[visit_id, line_id],
              chances[visit_id, line_id] >= rules.matching.automatic and may_be_sure(visit_id, line_id, compared),
              compared[visit_id, line_id])
        for visit_id, line_id in assign(compared, chances)
        if chances[visit_id, line_id] >= rules.matching.person
    )  # fmt: skip


def where_numbers_are_anew(
    compared: Pairs, placed: Sequence[Placed], lines: Sequence[ClaimLine], names: Mapping[str, str], rules: Rules
) -> Pairs:
    """Add what it says that the numbers of a line's sort seem to have been given anew."""
    visits, by_id = {p.visit.visit_id: p.visit for p in placed}, {line.line_id: line for line in lines}
    anew = shares_anew(compared, visits, by_id, rules.matching)
    found = dict(compared)
    for (visit_id, line_id), told in compared.items():
        level = {c.what: c.level for c in told}
        visit, line, name = visits[visit_id], by_id[line_id], level.get("name")
        share = anew.get(sort(line.name), 0.0)
        is_namesake = name in ("same", "near") and (
            tell(normalise(line.name)).numbers_too or bearing("changed", line, lines, names) > 1
        )
        if not share or not (is_namesake or (name == "changed" and sort(visit.name) == sort(line.name))):
            continue
        mine = [by_id[other] for v, other in compared if v == visit_id and at_another_number(compared[v, other])]
        mine = [other for other in mine if sort(other.name) == sort(visit.name)]
        nearest = line in mine and metres_between(visit, line) == min(metres_between(visit, one) or 0 for one in mine)
        extra = bits_anew(share, name or "", level.get("distance"), line, lines, names, rules.matching)
        extra += log2(rules.matching.anew["nearest"]) if nearest else 0
        position = next((n for n, c in enumerate(told) if c.what == "area"), len(told))
        said = Comparison("numbers", "nearest" if nearest else "anew", extra)
        found[visit_id, line_id] = (*told[:position], said, *told[position:])
    return found


def bits_anew(
    share: float, name: str, distance: str | None, line: ClaimLine, lines: Sequence[ClaimLine],
    names: Mapping[str, str], rules: MatchingRules,
) -> float:  # fmt: skip
    m = rules.frequencies["name"]
    if name != "changed":
        often = how_often(bearing(name, line, lines, names), len(lines), m["same"].u, rules)
        return log2(1 - share) - log2(1 + share / len(lines) / often)
    kept = log2(1 + share * m["same"].m / m["changed"].m)
    if distance is None:
        return kept
    return kept + log_ratio(rules.distance_of_namesakes[distance]) - log_ratio(rules.distance_of_relatives[distance])


def at_another_number(told: tuple[Comparison, ...]) -> bool:
    return {("name", "changed"), ("distance", "at_place")} <= {(c.what, c.level) for c in told}


def shares_anew(
    compared: Pairs, visits: Mapping[str, Visit], lines: Mapping[int, ClaimLine], rules: MatchingRules
) -> Mapping[str, float]:
    """Of the visits at a line of their sort: how many are at none of their number? Shrunk, in twentieths."""
    kept, changed = set(), set()
    for (visit_id, line_id), told in compared.items():
        said, of = {(c.what, c.level) for c in told}, sort(lines[line_id].name)
        if of and of == sort(visits[visit_id].name) and ("distance", "at_place") in said:
            kept |= {(of, visit_id)} if said & {("name", "same"), ("name", "near")} else set()
            changed |= {(of, visit_id)} if ("name", "changed") in said else set()
    found = {}
    for of in {of for of, _ in changed}:
        together = sum(one == of for one, _ in kept | changed)
        others = sum(one == of for one, _ in changed - kept)
        anew, usual = rules.anew, rules.anew["usual_visits"]
        share = (others + anew["usual_share"] * usual) / (together + usual)
        if others >= anew["least"] and share >= anew["noticed_from"]:
            found[of] = round(share * 20) / 20
    return found


def sort(name: str | None) -> str:
    told = tell(normalise(name or ""))
    return f"{told.kinds} {told.owner}" if told.kinds else ""


def in_one_block(
    placed: Placed, line: ClaimLine, lines: Sequence[ClaimLine], names: Mapping[str, str], rules: MatchingRules
) -> bool:
    visit = placed.visit
    if visit.facility_id == line.facility_id or (visit.registry_no and visit.registry_no == line.registry_no):
        return True
    if visit.name and (
        normalise(visit.name) == normalise(line.name) != "" or leads_to(visit.name, line, lines, names, rules)
    ):
        return True
    if subdistrict_of(line.village) in map(subdistrict_of, placed.villages):
        return True
    metres = metres_between(visit, line)
    return metres is not None and metres <= rules.neighbourhood_m


def leads_to(
    name: str, line: ClaimLine, lines: Sequence[ClaimLine], names: Mapping[str, str], rules: MatchingRules
) -> bool:
    """Tell whether two names are of the same words, places left out, or share a word that few lines have."""
    claimed, visited = text_of(line.name), text_of(name)
    keys = keys_of(claimed, bare_of(claimed, places_of(line, names)))
    if visited and keys & keys_of(visited, bare_of(visited, names.values())):
        return True
    bearing = {word: sum(word in text_of(other.name).split() for other in lines) for word in telling_words(visited)}
    return any(bearing[word] <= rules.word_shared_by for word in telling_words(visited) & telling_words(claimed))


def keys_of(*texts: str) -> set[object]:
    return {key(text) for text in texts} | {text.replace(" ", "") for text in texts}


def telling_words(text: str) -> set[str]:
    return {word for word in text.split() if len(word) > 3 and word.isalpha() and word not in KINDS}


def places_of(line: ClaimLine, names: Mapping[str, str]) -> list[str]:
    codes = (line.village, subdistrict_of(line.village), district_of(line.village))
    return [names[code] for code in codes if code in names]


def words_of(places: Iterable[str]) -> set[str]:
    return {word for place in places for word in text_of(place).split()}


def bare_of(text: str, places: Iterable[str]) -> str:
    left = " ".join(word for word in text.split() if word not in words_of(places) | EMPTY_WORDS)
    return left if rest_of(left) else text


def rest_of(text: str) -> str:
    return "".join(word for word in text.split() if len(word) > 1 and not word.isdecimal() and word not in KINDS)


def key(text: str) -> tuple[str, ...]:
    return tuple(sorted(text.split()))


def compare(
    placed: Placed, line: ClaimLine, lines: Sequence[ClaimLine], names: Mapping[str, str], rules: Rules
) -> tuple[Comparison, ...]:
    visit = placed.visit
    levels = {
        "picked": same(visit.facility_id, line.facility_id),
        "registry": same(visit.registry_no, line.registry_no),
        "kind": "other" if visit.kind != line.kind else None,
        "name": (name := name_level(visit, line, names, rules.matching)),
        "opposites": "said" if name == "weak" and say_opposites(visit.name or "", line.name) else None,
        "distance": distance_level(visit, line, rules),
    }
    if levels["distance"] is None:
        levels["area"] = area_level(placed.villages, line.village)
    weights = {what: bits(rules.matching, what, level) for what, level in levels.items() if level}
    if name and (distance := levels["distance"]):
        weights["distance"] = log_ratio(distances_by_name(name, rules.matching)[distance])
    if name in ("same", "near", "changed"):
        usual = rules.matching.frequencies["name"][name].u
        weights["name"] += log2(usual / how_often(bearing(name, line, lines, names), len(lines), usual, rules.matching))
    return tuple(Comparison(what, level, weights[what]) for what, level in levels.items() if level)


def distances_by_name(level: str, rules: MatchingRules) -> Mapping[str, Frequency]:
    if level in ("same", "near"):
        return rules.distance_of_namesakes
    return rules.distance_of_relatives if level in ("changed", "other_kind") else rules.distance_of_others


def bearing(level: str, line: ClaimLine, lines: Sequence[ClaimLine], names: Mapping[str, str]) -> int:
    """Count the lines that bear a line's name; for one that is changed, those that bear it but for the number."""

    def borne(one: ClaimLine) -> object:
        bare = bare_of(text_of(one.name), places_of(one, names))
        return key(bare) if level != "changed" else (tell(normalise(one.name)).kinds, rest_of(bare))

    return sum(borne(other) == borne(line) for other in lines)


def how_often(bearing: int, lines: int, usual: float, rules: MatchingRules) -> float:
    return (bearing - 1 + usual * rules.usual_lines) / (lines - 1 + rules.usual_lines)


def may_be_sure(visit_id: str, line_id: int, compared: Pairs) -> bool:
    """Tell whether no person is needed, if it is likely: names clash in nothing, and no other number stands there."""
    found = {c.what: c.level for c in compared[visit_id, line_id]}
    if "same" in (found.get("picked"), found.get("registry")) or "name" not in found:
        return True
    others = [{c.what: c.level for c in told} for (visit, _), told in compared.items() if visit == visit_id]
    numbered_anew = any(o["name"] == "changed" and o.get("distance") in ("at_place", "near") for o in others)
    if "opposites" in found:
        return False
    away = found.get("distance") in ("around", "far")
    if "numbers" in found:
        said = [o for o in others if "numbers" in o and o["name"] == "changed"]
        beside = any(o.get("distance") in ("at_place", "near") for o in said)
        away |= found.get("distance") != "at_place" or beside
        numbered_anew = True
    return found["name"] not in ("changed", "other_kind", "clash") and not (away and numbered_anew)


def bits(rules: MatchingRules, what: str, level: str) -> float:
    return 0.0 if what == "opposites" else log_ratio(rules.frequencies[what][level])


def log_ratio(frequency: Frequency) -> float:
    return log2(frequency.m / frequency.u)


def same(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    return "same" if one == other else "other"


def name_level(visit: Visit, line: ClaimLine, names: Mapping[str, str], rules: MatchingRules) -> str | None:
    if not visit.name:
        return None
    places = places_of(line, names)
    if clash(visit.name, line.name):
        if rest_alike(visit.name, line.name, *places) < rules.name_similarity["near"]:
            return "clash"
        kinds = tell(normalise(visit.name)).kinds, tell(normalise(line.name)).kinds
        return "other_kind" if all(kinds) and not kinds[0] & kinds[1] else "changed"
    alike = similarity(visit.name, line.name, *places)
    level = next((level for level in ("same", "near", "weak") if alike >= rules.name_similarity[level]), "other")
    return "weak" if level != "other" and say_opposites(visit.name, line.name) else level


def say_opposites(one: str, other: str) -> bool:
    for row in OPPOSITES:
        a, b = ({row[word] for word in normalise(name).split() if word in row} for name in (one, other))
        if a and b and not a & b:
            return True
    return False


def similarity(one: str, other: str, *places: str) -> float:
    a, b = text_of(one), text_of(other)
    if not a or not b:
        return 0.0
    left_out = words_of(places) | EMPTY_WORDS
    bare_a, bare_b = (" ".join(word for word in name.split() if word not in left_out) for name in (a, b))
    if is_telling(bare_a) and is_telling(bare_b):
        if not named_after_two_places(a, b, *places):
            a, b = bare_a, bare_b
        elif not rest_of(bare_a) or not rest_of(bare_b):
            return 0.0
    without_blanks = fuzz.ratio(a.replace(" ", ""), b.replace(" ", ""))
    return float(max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b), without_blanks)) / 100


def named_after_two_places(a: str, b: str, *places: str) -> bool:
    said = [set(text.split()) & (words_of(places) - EMPTY_WORDS) for text in (a, b)]
    return all(said) and not said[0] & said[1]


def rest_alike(one: str, other: str, *places: str) -> float:
    a, b = text_of(one), text_of(other)
    left_out = words_of(places) | EMPTY_WORDS
    bare_a, bare_b = (rest_of(" ".join(word for word in name.split() if word not in left_out)) for name in (a, b))
    said = [set(text.split()) & (words_of(places) - EMPTY_WORDS) for text in (a, b)]
    if not bare_a and not bare_b and said[0] & said[1] and (said[0] <= said[1] or said[1] <= said[0]):
        return 1.0
    if not bare_a or not bare_b or named_after_two_places(a, b, *places):
        bare_a, bare_b = rest_of(a), rest_of(b)
    return float(fuzz.ratio(bare_a, bare_b)) / 100


def text_of(name: str) -> str:
    return tell(normalise(name)).text


def clash(one: str, other: str) -> bool:
    a, b = tell(normalise(one)), tell(normalise(other))
    mine, theirs = ({one.numbers, one.numbers_too, one.numbers_here} for one in (a, b))
    no_number_agrees = not mine & theirs
    said = [(a.kinds, b.kinds), (a.owner, b.owner), (a.letters, b.letters), (a.centre, b.centre)]
    if a.counted and b.counted and a.counted != b.counted:
        return True
    return no_number_agrees or any(one and other and not one & other for one, other in said)


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


def assign(compared: Pairs, chances: Mapping[tuple[str, int], float]) -> list[tuple[str, int]]:
    """Choose the pairs that together carry the most evidence, all of the district in one table."""
    visits = sorted({visit_id for visit_id, _ in compared})
    lines = sorted({line_id for _, line_id in compared})
    table = np.zeros((len(visits), len(lines)))
    for (visit_id, line_id), comparisons in compared.items():
        total = sum(comparison.bits for comparison in comparisons)
        likely = chances[visit_id, line_id] >= LEAST
        table[visits.index(visit_id), lines.index(line_id)] = max(total, 0.0) if likely else 0.0
    chosen = [pair for pair in zip(*linear_sum_assignment(table, maximize=True), strict=True) if table[pair] > 0]
    for pair in chosen:
        without = table.copy()
        without[pair] = 0.0
        if np.isclose(without[linear_sum_assignment(without, maximize=True)].sum(), sum(table[p] for p in chosen)):
            raise Tie
    return [(visits[row], lines[column]) for row, column in chosen]
