"""Which claim line does a visit belong to? One line for one place visited, with its probability and its reasons.

For each line of a visit's block the evidence is a sum of bits (`compare.py`). The lines of a block and "none of them"
exclude each other, so with an even prior over them the probability of a line is its weight, 2^bits, over the sum of all
weights plus one. With a single line in the block this is the usual P = 2^M / (1 + 2^M). Two lines that fit equally well
share the probability, so that neither reaches a half. However likely it is, where names clash a person has to say so.

A block is what a visit may be to: the lines within two kilometres, those of its subdistrict, those with its number or
facility, and those that its name leads to anywhere in the district (`blocks.py`). A visit that was picked from the list
on the phone is compared one by one only with what lies around it. The rest of its subdistrict cannot be it; it is
counted by sorts that weigh alike, so that it takes away from the probability just what it would if it were compared:
the difference is none (`tests/verification/matching/test_as_defined.py` compares each with each).

A visit whose point was deleted when its district was closed is compared with nothing: it stands for the line that it
was given to then, with the same evidence, beside visits that have come since.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import compress
from operator import not_

import numpy as np

from verification.matching.assign import assign
from verification.matching.compare import OTHER, SAME, Comparison, Weights, compare, compare_names, may_be_sure
from verification.matching.identity import registry_key
from verification.matching.lines import Lines, Placed, Sought
from verification.model import ClaimLine, Visit
from verification.places.distance import Ints
from verification.remembering import Remembered
from verification.rules import Rules

TOLD, TOLD_FROM = 3, 0.01  # how many others are told of a visit or a line, and from which probability on
LEAST = (
    0.001  # probability: what is less likely takes no line, or all places of like names would be one cluster to solve
)
BATCH = 200  # visits whose names are compared in one go: enough to be quick, few enough for the memory


@dataclass(frozen=True, slots=True)
class Match:
    """A visit and the line it belongs to with this probability; `sure` where no person is needed to say so."""

    visit_id: str
    line_id: int
    probability: float
    sure: bool
    comparisons: tuple[Comparison, ...]
    bits: float = 0.0


@dataclass(frozen=True, slots=True)
class Considered:
    """A visit and a line that it might belong to as well, or instead, with this probability."""

    visit_id: str
    line_id: int
    probability: float


@dataclass(frozen=True, slots=True)
class Matching:
    """All matches of one indicator, earlier visits to the same place, and what else was likely, likeliest first.

    `faint` are too unlikely to be told; they only keep others from their line.
    """

    matches: tuple[Match, ...]
    earlier: Mapping[str, str]  # an earlier visit's id, then the id of the visit that counts
    considered: tuple[Considered, ...] = ()
    faint: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class _Likely:
    """A visit and a line that something speaks for, the line's position, and what counts of two ways equally good."""

    match: Match
    considered: Considered  # where it is not chosen
    line: int
    casting_vote: float


def match_visits(
    placed: Sequence[Placed], lines: Sequence[ClaimLine], names: Mapping[str, str], rules: Rules
) -> Matching:
    """Give every place visited at most one of an indicator's lines, and every line at most one place.

    `names` maps area codes to names. Of several visits to one place the latest received counts.
    """
    return match_with(placed, Lines(lines, names, rules), rules, Remembered())


def match_with(placed: Sequence[Placed], index: Lines, rules: Rules, known: Remembered, about: int = 0) -> Matching:
    """Match visits with the lines of an index; `known` has what was found before, `about` an indicator."""
    latest, earlier = _latest_of_each_place(placed)
    likely = _all_likely(latest, index, rules, known, about)
    matches = [pair.match for pair in _one_to_one(likely)]
    told = [match.probability >= rules.matching.person for match in matches]
    considered = (pair.considered for pair in _runners_up(likely, list(compress(matches, told))))
    faint = tuple(compress(matches, map(not_, told)))
    return Matching(tuple(compress(matches, told)), earlier, tuple(considered), faint)


def _runners_up(likely: Sequence[_Likely], chosen: Sequence[Match]) -> list[_Likely]:
    """Give what was not chosen and is likely enough to be told: of each visit and of each line the first few."""
    taken = {(match.visit_id, match.line_id) for match in chosen}
    others = [pair for pair in likely if pair.match.probability >= TOLD_FROM
              and (pair.match.visit_id, pair.match.line_id) not in taken]  # fmt: skip
    visits, lines = Counter[str](), Counter[int]()
    found = []
    for pair in sorted(others, key=lambda pair: (-pair.match.probability, pair.match.visit_id, pair.line)):
        if visits[pair.match.visit_id] < TOLD and lines[pair.line] < TOLD:
            visits[pair.match.visit_id] += 1
            lines[pair.line] += 1
            found.append(pair)
    return found


def _one_to_one(likely: Sequence[_Likely]) -> list[_Likely]:
    numbers: dict[str, int] = {}
    visits = [numbers.setdefault(pair.match.visit_id, len(numbers)) for pair in likely]
    lines = [pair.line for pair in likely]
    bits = [pair.match.bits + pair.casting_vote for pair in likely]
    chosen = assign(np.array(visits, dtype=np.intp), np.array(lines, dtype=np.intp), np.array(bits))
    return [likely[position] for position in chosen]


def _casting_vote(visit_id: str, line_id: int) -> float:
    """Give a pair less than a billionth of a bit of its own, so that of two ways that carry as much one is the best.

    Which one it is then depends on no other pair: not on those that vanish when a visit's point is deleted.
    """
    return int.from_bytes(sha256(f"{visit_id} {line_id}".encode()).digest()[:4]) / 2**32 / 1e9


def _latest_of_each_place(placed: Sequence[Placed]) -> tuple[list[Placed], dict[str, str]]:
    """Give the latest visit to each place, in the order of their ids, and which one each earlier visit gives way to."""
    places: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for p in placed:
        places[_place_key(p.visit)].append(p)
    latest: list[Placed] = []
    earlier: dict[str, str] = {}
    for visits in places.values():
        *before, last = sorted(visits, key=lambda p: when_received(p.visit))
        latest.append(last)
        earlier |= {p.visit.visit_id: last.visit.visit_id for p in before}
    return sorted(latest, key=lambda p: p.visit.visit_id), earlier


def when_received(visit: Visit) -> tuple[str, str]:
    """Order visits by when Central received them; of two at one moment, by their ids."""
    return (visit.received_at.isoformat() if visit.received_at else "", visit.visit_id)


def _place_key(visit: Visit) -> tuple[str, str]:
    if visit.facility_id:
        return ("facility", visit.facility_id)
    if number := registry_key(visit.registry_no):
        return ("registry", f"{visit.kind} {number}")
    return ("visit", visit.visit_id)


def _all_likely(visits: Sequence[Placed], lines: Lines, rules: Rules, known: Remembered, about: int) -> list[_Likely]:
    """Find the lines that something speaks for, visit by visit in their order, then in the order of the lines."""
    before = [known.known(("likely", about, p.visit.visit_id), p.visit, p.villages, lines) for p in visits]
    anew = [placed for placed, pairs in zip(visits, before, strict=True) if pairs is None]
    found = _find_likely(anew, lines, rules) if anew else {}
    for placed in anew:
        visit, pairs = placed.visit, found[placed.visit.visit_id]
        known.keep(("likely", about, visit.visit_id), pairs, visit, placed.villages, lines)
    parts = (pairs if pairs is not None else found[p.visit.visit_id] for p, pairs in zip(visits, before, strict=True))
    return [pair for pairs in parts for pair in pairs]


def _find_likely(visits: Sequence[Placed], lines: Lines, rules: Rules) -> dict[str, list[_Likely]]:
    """Find the lines that something speaks for, by visit; names are compared for many visits at once."""
    found = {p.visit.visit_id: sorted(_as_it_was(p.visit, lines), key=lambda pair: pair.line) for p in visits}
    sought, weights = lines.sought(visits), Weights(rules.matching, lines)
    compared = [number for number, placed in enumerate(visits) if placed.visit.frozen is None]
    in_order = sorted(compared, key=lambda number: sought[number].subdistricts)
    for start in range(0, len(in_order), BATCH):
        batch = in_order[start : start + BATCH]
        blocks = [lines.to_compare(sought[number]) for number in batch]
        names = compare_names([sought[number] for number in batch], blocks, lines, rules.matching)
        for number, block, alike in zip(batch, blocks, names, strict=True):
            visit_id = visits[number].visit.visit_id
            found[visit_id] = list(_likely(visit_id, sought[number], block, alike, lines, weights, rules))
    return found


def _as_it_was(visit: Visit, lines: Lines) -> Iterator[_Likely]:
    """Give a visit whose point was deleted to the lines it was given to before, where they are still claimed."""
    for kept in visit.frozen.matches if visit.frozen else ():
        if kept.bits <= 0:  # a person had put it there
            continue
        told = tuple(Comparison(*comparison) for comparison in kept.comparisons)
        found = sorted(lines.with_facility(kept.indicator, kept.facility_id).tolist(),
                       key=lambda position: lines.all[position].line_id != kept.line_id)  # fmt: skip
        for position in found[:1]:
            yield _pair(visit.visit_id, position, lines, (kept.probability, kept.sure, told, kept.bits))


def _likely(
    visit_id: str, seen: Sought, block: Ints, names: Ints | None, lines: Lines, weights: Weights, rules: Rules
) -> Iterator[_Likely]:
    levels = compare(seen, lines, block, lines.metres_from(seen, block), names, rules)
    bits, may = weights.together(levels, block), np.broadcast_to(may_be_sure(levels), len(block))
    total = 1.0 + np.exp2(bits).sum() + _weight_of_the_rest(seen, block, lines, weights, rules)
    probable = np.exp2(bits) / total
    for column in np.flatnonzero((bits > 0) & (probable >= LEAST)).tolist():
        probability = float(probable[column])
        told = weights.comparisons(levels, column, int(block[column])) if probability >= rules.matching.person else ()
        sure = probability >= rules.matching.automatic and bool(may[column])
        yield _pair(visit_id, int(block[column]), lines, (probability, sure, told, float(bits[column])))


def _pair(
    visit_id: str, position: int, lines: Lines, found: tuple[float, bool, tuple[Comparison, ...], float]
) -> _Likely:
    line_id = lines.all[position].line_id
    match = Match(visit_id, line_id, *found)
    return _Likely(match, Considered(visit_id, line_id, match.probability), position, _casting_vote(visit_id, line_id))


def _weight_of_the_rest(seen: Sought, compared: Ints, lines: Lines, weights: Weights, rules: Rules) -> float:
    """Weigh the lines of the block that are not compared: each sort once, as often as there are lines of it."""
    total = 0.0
    for crowd in lines.crowd(seen, compared):
        far_off = np.where(np.isnan(lines.half_cell_m[crowd.examples]), np.nan, np.inf)
        levels = compare(seen, lines, crowd.examples, far_off, None, rules)
        for what in levels.keys() & {"picked", "registry"}:
            levels[what][levels[what] == SAME] = OTHER  # an example stands for others of its sort
        total += float(crowd.counts @ np.exp2(weights.together(levels, crowd.examples)))
    return total
