"""How well does matching do on real lists, without their registry numbers? Precision and recall, list by list.

Of all pairs that bear one number in both lists: how many were joined without a person (`automatic`), how many with the
proposals that people are asked about (`queue`), and how many with what is told beside these (`told`). Of all that was
joined without a person: how much was right (`precision`). What a visit's true line differs in is named, so that each
kind of failure has its own row.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from server.rulebook import load_rules
from verification.matching.compare import LEVELS, compare, compare_names, metres_between
from verification.matching.likely import Match
from verification.matching.lines import Lines
from verification.matching.matching import match_visits
from verification.matching.paired import paired
from verification.rules import Rules
from workers.bench.linked_lists import LinkedDistrict, linked_districts


@dataclass(frozen=True)
class Linked:
    """What came of the pairs of one list, province or kind of difference."""

    group: str
    pairs: int
    automatic: float
    queue: float
    told: float
    precision: float
    wrong: int
    asked: int


@dataclass(frozen=True)
class _Outcome:
    """One visit: the groups it counts in, whether it has a line, and what it was given."""

    groups: tuple[str, ...]
    has_line: bool
    right: bool
    told: bool
    sure: bool
    given: bool


def bench_linking(
    earlier: Path, later: Path, tell: Callable[..., None], provinces: Sequence[str] = (), without: Sequence[str] = ()
) -> list[Linked]:
    """Score matching on the later list's visits, in some provinces or in all but some."""
    outcomes: list[_Outcome] = []
    rules = load_rules()
    for district in linked_districts(earlier, later):
        if district.province not in without and (not provinces or district.province in provinces):
            tell("bench.measuring", name=district.label)
            outcomes += outcomes_of(district, rules)
    return summed_up(outcomes)


def outcomes_of(district: LinkedDistrict, rules: Rules) -> list[_Outcome]:
    """Match a district's visits, and say of each what came of it."""
    matching = match_visits(district.placed, district.lines, district.area_names, rules)
    found = {match.visit_id: match for match in matching.matches}
    beside = {(other.visit_id, other.line_id) for other in matching.considered}
    differences = differences_of(district, rules)
    return [_outcome(p.visit.visit_id, district, found, beside, differences) for p in district.placed]


def _outcome(
    visit_id: str,
    district: LinkedDistrict,
    found: Mapping[str, Match],
    beside: Collection[tuple[str, int]],
    differences: Mapping[str, str],
) -> _Outcome:
    match = found.get(visit_id)
    line = district.truth.get(visit_id)
    right, sure = match is not None and match.line_id == line, match is not None and match.sure
    told = right or (not sure and line is not None and (visit_id, line) in beside)
    groups = ("all", f"province {district.province}", f"list {district.label.partition(':')[0]}")
    kind = f"differs in {differences[visit_id]}" if line is not None else "claimed nowhere"
    return _Outcome((*groups, kind), line is not None, right, told, sure, match is not None)


def differences_of(district: LinkedDistrict, rules: Rules) -> dict[str, str]:
    """Name what each visit and its true line reach in name and distance, as the rules compare them."""
    lines = Lines(district.lines, district.area_names, rules)
    position = {line.line_id: number for number, line in enumerate(lines.all)}
    pairs = [
        (p, position[district.truth[p.visit.visit_id]]) for p in district.placed if p.visit.visit_id in district.truth
    ]
    beside = paired(lines.sought([p for p, _ in pairs]), [np.array([line], dtype=np.intp) for _, line in pairs])
    names = compare_names(beside, lines, rules.matching)
    reached = compare(beside, lines, metres_between(beside, lines), names, rules)
    return {
        p.visit.visit_id: " ".join(
            f"{what} {LEVELS[what][reached[what][n] - 1]}" for what in ("name", "distance") if reached[what][n]
        )
        for n, (p, _) in enumerate(pairs)
    }


def summed_up(outcomes: Iterable[_Outcome]) -> list[Linked]:
    """Count the outcomes of each group."""
    groups: dict[str, list[_Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for group in outcome.groups:
            groups[group].append(outcome)
    return [_linked(group, groups[group]) for group in sorted(groups, key=lambda group: (group != "all", group))]


def _linked(group: str, outcomes: Sequence[_Outcome]) -> Linked:
    count = Counter[str]()
    for o in outcomes:
        count.update(pairs=o.has_line, sure=o.sure, right=o.sure and o.right, queue=o.right)
        count.update(told=o.has_line and o.told, wrong=o.sure and not o.right, asked=o.given and not o.sure)
    pairs = count["pairs"]
    automatic, queue, told = (round(count[what] / pairs, 4) if pairs else 0.0 for what in ("right", "queue", "told"))
    precision = count["right"] / count["sure"] if count["sure"] else 1.0
    return Linked(group, pairs, automatic, queue, told, round(precision, 5), count["wrong"], count["asked"])


def table(results: Sequence[Linked]) -> str:
    """Write the results as a table."""
    width = max(len(r.group) for r in results) + 2
    head = "".join(f"{what:>11}" for what in ("pairs", "automatic", "queue", "told", "precision", "wrong", "asked"))
    rows = [
        f"{r.group:<{width}}{r.pairs:>11}{r.automatic:>11.4f}{r.queue:>11.4f}{r.told:>11.4f}{r.precision:>11.5f}"
        f"{r.wrong:>11}{r.asked:>11}"
        for r in results
    ]
    return "\n".join([f"{'group':<{width}}{head}", *rows])
