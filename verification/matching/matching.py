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

from collections.abc import Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from itertools import compress
from operator import not_

import numpy as np

from verification.matching.anew import Anew, NumbersAnew, notice, shares, stands_at, stood_at
from verification.matching.assign import Solve, assign
from verification.matching.compare import (
    Comparison,
    Weights,
    compare,
    compare_names,
    may_be_sure,
    metres_between,
    spelt_out,
    together,
    weights_of_the_rest,
)
from verification.matching.likely import Considered, Likely, Match, perhaps_of, runners_up
from verification.matching.lines import Lines, Placed
from verification.matching.paired import Paired, paired
from verification.model import ClaimLine, Frozen
from verification.places.distance import Ints
from verification.record import record
from verification.remembering import Remembered
from verification.rules import Rules

LEAST = (
    0.001  # probability: what is less likely takes no line, or all places of like names would be one cluster to solve
)
BATCH = 1000  # visits whose names are compared in one go: enough to be quick, a megabyte for each thousand lines


@record
class Matching:
    """All matches of one indicator, and what else was likely, likeliest first.

    `faint` are too unlikely to be told; they only keep others from their line. `perhaps` are visits that have no line
    and are likelier to be to one of these than to none, each with the likeliest. `anew` are sorts of place whose
    numbers seem to have been given anew; `stood` says of each visit at which sort's line it stood, and if with another
    number. `gave_way` names for each other visit to a place the one that counts, which was matched; of these `later`
    came after it, and could not look (`latest.py`).
    """

    matches: tuple[Match, ...]
    considered: tuple[Considered, ...] = ()
    faint: tuple[Match, ...] = ()
    anew: tuple[NumbersAnew, ...] = ()
    stood: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    perhaps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    gave_way: Mapping[str, str] = field(default_factory=dict)
    later: frozenset[str] = frozenset()


@record
class _Compared:
    """What speaks for each line that a visit may belong to, and the sort at which it stands (`anew.stands_at`)."""

    likely: tuple["Likely", ...]
    stands: int


def match_visits(
    placed: Sequence[Placed], lines: Sequence[ClaimLine], names: Mapping[str, str], rules: Rules
) -> Matching:
    """Give every place visited at most one of an indicator's lines, and every line at most one place.

    `names` maps area codes to names. Of several visits to a place that one is given which counts (`latest.py`).
    """
    in_order = sorted(placed, key=lambda one: one.visit.visit_id)
    return match_with(in_order, Lines(lines, names, rules), rules, Remembered())


def match_with(placed: Sequence[Placed], index: Lines, rules: Rules, known: Remembered) -> Matching:
    """Match visits, one to each place and in the order of their ids, with the lines of an index.

    `known` has what was found before of them.
    """
    compared = _compare_all(placed, index, rules, known)
    sorts = [None, *index.sort_of.known()]
    stood = {p.visit.visit_id: (sort, one.stands < 0) for p, one in zip(placed, compared, strict=True)
             if (sort := sorts[abs(one.stands)])}  # fmt: skip
    anew = notice((one.stands for one in compared), index, rules.matching)
    if anew:
        compared = _compare_anew(placed, compared, index, rules, known, anew)
    likely = [pair for one in compared for pair in one.likely]
    matches = [pair.match for pair in _one_to_one(likely, known)]
    told = [match.probability >= rules.matching.person for match in matches]
    given, faint = tuple(compress(matches, told)), tuple(compress(matches, map(not_, told)))
    considered = (pair.considered for pair in runners_up(likely, given))
    perhaps = perhaps_of(likely, given, rules.matching.person)
    return Matching(given, tuple(considered), faint, anew, stood, perhaps)


def _one_to_one(likely: Sequence[Likely], known: Remembered) -> list[Likely]:
    def chosen_before(group: Ints, solve: Solve) -> Ints:
        pairs = [likely[position] for position in group.tolist()]
        return known.again(("chosen", pairs[0].match.visit_id, pairs[0].line), solve, *pairs)

    numbers: dict[str, int] = {}
    visits = [numbers.setdefault(pair.match.visit_id, len(numbers)) for pair in likely]
    lines = [pair.line for pair in likely]
    bits = [pair.match.bits + pair.casting_vote for pair in likely]
    columns = np.array(visits, dtype=np.intp), np.array(lines, dtype=np.intp), np.array(bits)
    chosen = assign(*columns, chosen_before)
    return [likely[position] for position in chosen]


def _casting_vote(visit_id: str, line_id: int) -> float:
    """Give a pair less than a billionth of a bit of its own, so that of two ways that carry as much one is the best.

    Which one it is then depends on no other pair: not on those that vanish when a visit's point is deleted.
    """
    return int.from_bytes(sha256(f"{visit_id} {line_id}".encode()).digest()[:4]) / 2**32 / 1e9


def _compare_anew(
    visits: Sequence[Placed], compared: Sequence[_Compared], lines: Lines, rules: Rules, known: Remembered,
    noticed: Sequence[NumbersAnew],
) -> list[_Compared]:  # fmt: skip
    """Compare once more those whose name was typed: what a number says is less than it was taken for."""
    of_sort = shares(noticed, lines, rules.matching)
    anew = known.again(("anew", of_sort), lambda: Anew(of_sort, lines, rules.matching), lines)
    named = [p for p in visits if p.visit.name and p.visit.frozen is None]
    again = iter(_compare_all(named, lines, rules, known, anew))
    return [next(again) if p.visit.name and p.visit.frozen is None else before
            for p, before in zip(visits, compared, strict=True)]  # fmt: skip


def _compare_all(
    visits: Sequence[Placed], lines: Lines, rules: Rules, known: Remembered, anew: Anew | None = None
) -> list[_Compared]:
    """Find the lines that something speaks for, visit by visit in their order, then in the order of the lines."""
    ids = [p.visit.visit_id for p in visits]

    def found(positions: Sequence[int]) -> list[_Compared]:
        by_id = _compare([visits[one] for one in positions], lines, rules, anew)
        return [by_id[ids[one]] for one in positions]

    columns = [p.visit for p in visits], [p.villages for p in visits]
    return known.each(("likely", anew is None), found, ids, *columns, of=(lines, anew))


def _compare(visits: Sequence[Placed], lines: Lines, rules: Rules, anew: Anew | None) -> dict[str, _Compared]:
    """Find the lines that something speaks for, by visit; names are compared for many visits at once."""
    found = {p.visit.visit_id: _as_it_was(p.visit.visit_id, p.visit.frozen, lines) for p in visits if p.visit.frozen}
    sought, weights = lines.sought(visits), Weights(rules.matching, lines, anew)
    compared = [number for number, placed in enumerate(visits) if placed.visit.frozen is None]
    in_order = sorted(compared, key=lambda number: sought[number].subdistricts)
    for start in range(0, len(in_order), BATCH):
        batch = in_order[start : start + BATCH]
        ids, some = [visits[number].visit.visit_id for number in batch], [sought[number] for number in batch]
        blocks = lines.to_compare(some)
        found |= zip(ids, _compared(ids, paired(some, blocks), blocks, lines, weights, rules), strict=True)
    return found


def _as_it_was(visit_id: str, frozen: Frozen, lines: Lines) -> _Compared:
    """Give a visit whose point was deleted to the lines it was given to before, where they are still claimed."""
    pairs = []
    for kept in frozen.matches:
        if kept.bits <= 0:  # a person had put it there
            continue
        told = tuple(Comparison(*comparison) for comparison in kept.comparisons)
        found = sorted(lines.with_facility(kept.indicator, kept.facility_id).tolist(),
                       key=lambda position: lines.all[position].line_id != kept.line_id)  # fmt: skip
        for position in found[:1]:
            pairs.append(_pair(visit_id, position, lines, (kept.probability, kept.sure, told, kept.bits)))
    return _Compared(tuple(sorted(pairs, key=lambda pair: pair.line)), stood_at(frozen, lines))


def _compared(
    ids: Sequence[str], pairs: Paired, blocks: Sequence[Ints], lines: Lines, weights: Weights, rules: Rules
) -> list[_Compared]:
    names = compare_names(pairs, lines, rules.matching)
    levels = compare(pairs, lines, metres_between(pairs, lines), names, rules, weights.anew)
    by_what, may = weights.of(levels, pairs.line), may_be_sure(levels, pairs)
    bits = together(by_what)
    weight, rest = np.exp2(bits), weights_of_the_rest(pairs.sought, blocks, lines, weights, rules)
    total = np.array([1.0 + weight[mine].sum() + left for mine, left in zip(pairs.of_each(), rest, strict=True)])
    probable = weight / total[pairs.visit]
    likely: list[list[Likely]] = [[] for _ in ids]
    for at in np.flatnonzero((bits > 0) & (probable >= LEAST)).tolist():
        visit, line, probability = int(pairs.visit[at]), int(pairs.line[at]), float(probable[at])
        told = spelt_out(levels, by_what, at) if probability >= rules.matching.person else ()
        sure = probability >= rules.matching.automatic and bool(may[at])
        likely[visit].append(_pair(ids[visit], line, lines, (probability, sure, told, float(bits[at]))))
    stands = stands_at(pairs, lines, levels["name"], levels["distance"])
    return [_Compared(tuple(those), at) for those, at in zip(likely, stands, strict=True)]


def _pair(
    visit_id: str, position: int, lines: Lines, found: tuple[float, bool, tuple[Comparison, ...], float]
) -> Likely:
    line_id = lines.all[position].line_id
    match = Match(visit_id, line_id, *found)
    return Likely(match, Considered(visit_id, line_id, match.probability), position, _casting_vote(visit_id, line_id))
