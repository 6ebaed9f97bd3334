"""What an indicator's claim is set against: the comparisons that its set's file names, in one table of kinds.

To add a kind, write its function, enter it in `KINDS`, and what it takes in `compare.TAKES`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from verification.comparing import answers, areas, groups, lists, policies, visited
from verification.comparing.answers import NO_NUMBER
from verification.comparing.beside import Beside
from verification.comparing.children import ABOUT, AskedOfChildren, compare_children
from verification.comparing.compare import BY_AREA, Compare
from verification.comparing.finding import ClaimFinding, Said, Verdict
from verification.comparing.forum import compare_forum
from verification.comparing.heard import AskedOfPeople, compare_heard
from verification.disclosing.counts import SHARE_FROM, CountOf
from verification.judging.line import LineResult
from verification.model import Claim, Outcome, Visit
from verification.reason import Reason, Value
from verification.sets.indicators import Indicator

Results = Sequence[LineResult]


@dataclass(frozen=True)
class _At:
    """What there is of a claim to compare."""

    indicator: Indicator
    claim: Claim
    listed: Claim  # with the rows that say themselves that their places have ended
    results: Results
    beside: Beside
    visits: Mapping[str, Visit]

    @cached_property
    def visited(self) -> visited.Visited:
        """The visits that surely belong to its lines."""
        return visited.visited(self.claim, self.results, self.visits)


def _changes(how: Compare, at: _At) -> Iterable[Said]:
    yield answers.change(at.claim, how.answers, how.direction, children=how.children, share=how.share)


def _rise(how: Compare, at: _At) -> Iterable[Said]:
    return lists.rise(at.listed, how.answers, at.results, at.beside)


def _yes_no(how: Compare, at: _At) -> Iterable[Said]:
    criterion = next(one for one in at.indicator.criteria if one.code == how.criterion)
    said = lists.yes_no(at.claim, how.answers[0], criterion, at.results)
    return [said] if said else []


def _share_of_list(how: Compare, at: _At) -> Iterable[Said]:
    return lists.share_of_list(at.claim, how.answers[0], how.whole[0], at.results)


def _ratio(how: Compare, at: _At) -> Iterable[Said]:
    counted = CountOf.PROTECTED if how.protected else CountOf.CHILDREN
    said = answers.ratio(at.claim, how.answers, how.whole, how.at_least, counted)
    if said[1].code not in (NO_NUMBER, "part_exceeds_whole") and _leaves_few(how, at):
        what: dict[str, Value] = {"what": " ".join(how.answers), "whole": " ".join(how.whole)}
        said = Verdict.OPEN, Reason("share_of_too_few", what)
    yield said


def _leaves_few(how: Compare, at: _At) -> bool:
    """Tell whether a share stands beside that of more children, of whom so few are left that theirs could be told."""
    wider = (one.whole for one in at.indicator.compares if one.kind == how.kind and {*how.whole} < {*one.whole})
    rests = (answers.added_up(at.claim, [code for code in whole if code not in how.whole]) for whole in wider)
    return any(rest is not None and 0 < rest < SHARE_FROM for rest in rests)


def _share_by_group(how: Compare, at: _At) -> Iterable[Said]:
    return groups.share_by_group(at.claim, how.answers, how.whole, how.breakdowns)


def _share_by_area(how: Compare, at: _At) -> Iterable[Said]:
    return areas.share_by_area(at.claim, how.answers, how.whole)


def _ratio_rises(how: Compare, at: _At) -> Iterable[Said]:
    yield answers.ratio_rise(at.claim, how.answers, how.whole)


def _share_of_budget(how: Compare, at: _At) -> Iterable[Said]:
    said = answers.share_of_budget(at.claim, how.answers)
    return [said] if said else []


def _clusters_covered(_how: Compare, at: _At) -> Iterable[Said]:
    return policies.clusters_covered(at.claim)


def _benchmark(how: Compare, at: _At) -> Iterable[Said]:
    yield answers.benchmark(at.claim, how.answers[0], how.direction, how.benchmark, at.beside)


def _target(how: Compare, at: _At) -> Iterable[Said]:
    assert how.at_least is not None  # noqa: S101 - it was read so
    yield answers.target(at.claim, how.answers[0], how.at_least)


def _union(how: Compare, at: _At) -> Iterable[Said]:
    said = lists.union(at.claim, how.answers, at.results, at.beside.year)
    return [said] if said else []


def _yes_in_parts(how: Compare, at: _At) -> Iterable[Said]:
    named = {one.code: one for one in at.indicator.criteria}
    for code in how.criteria:
        said = lists.yes_no(at.claim, how.answers[0], named[code], at.results)
        if said is not None:
            what: dict[str, Value] = {"what": f"{how.answers[0]} {code}"}
            yield said[0], Reason(said[1].code, said[1].values | what)


def _used(how: Compare, at: _At) -> Iterable[Said]:
    counted = CountOf.PROTECTED if how.protected else CountOf.CHILDREN
    assert how.at_least is not None and how.at_most is not None  # noqa: S101 - it was read so
    yield visited.used(at.visited, how.answers[0], how.at_least, how.at_most, counted)


def _chosen(how: Compare, at: _At) -> Iterable[Said]:
    said = visited.chosen(at.visited, how.column, how.question, dict(how.same))
    return [said] if said else []


def _counts_elsewhere(how: Compare, at: _At) -> Iterable[Said]:
    said = visited.counts_elsewhere(at.visited, how.question)
    return [said] if said else []


def _all_seen(how: Compare, at: _At) -> Iterable[Said]:
    said = visited.all_seen(how.criteria, at.results)
    return [said] if said else []


def _heard(how: Compare, at: _At) -> Iterable[Said]:
    asked = AskedOfPeople(how.topic, how.asked, how.against, next(iter(how.answers), None), how.criterion or None)
    said = compare_heard(asked, at.claim, at.results, at.beside.heard)
    return [said] if said else []


def _children(how: Compare, at: _At) -> Iterable[Said]:
    asked = AskedOfChildren(how.asked, how.against, next(iter(how.answers), None), how.criterion or None)
    return compare_children(asked, at.indicator.facility_kinds, at.claim, at.results, at.beside.children)


def _forum(how: Compare, at: _At) -> Iterable[Said]:
    return compare_forum(how.answers[0], how.criteria, at.claim, at.results, at.beside.forum)


Kind = Callable[[Compare, _At], Iterable[Said]]
KINDS: Mapping[str, Kind] = {
    "changes": _changes, "rise": _rise, "yes_no": _yes_no, "share_of_list": _share_of_list, "ratio": _ratio,
    "ratio_rises": _ratio_rises, "share_by_group": _share_by_group, BY_AREA: _share_by_area, "benchmark": _benchmark,
    "target": _target, "union": _union, "yes_in_parts": _yes_in_parts, "used": _used, "chosen": _chosen,
    "counts_elsewhere": _counts_elsewhere, "all_seen": _all_seen, "heard": _heard, "forum": _forum,
    "share_of_budget": _share_of_budget, "clusters_covered": _clusters_covered, ABOUT: _children,
}  # fmt: skip


def compared(
    indicator: Indicator, claim: Claim, results: Results, beside: Beside, visits: Mapping[str, Visit]
) -> tuple[ClaimFinding, ...]:
    """Make an indicator's comparisons, in their order; `results` are of the claim's lines, `visits` are by their id."""
    ended = {one.line_id for one in results if one.outcome is Outcome.ENDED}
    there = claim
    if ended:  # what these say of a place is not claimed of the data year
        results = [one for one in results if one.line_id not in ended]
        there = replace(claim, lines=tuple(line for line in claim.lines if line.line_id not in ended))
    at = _At(indicator, there, claim, results, beside, visits)
    found, gaps = [], list[str]()
    for how in indicator.compares:
        for verdict, reason in KINDS[how.kind](how, at):
            if reason.code == NO_NUMBER:
                gaps += str(reason.values["what"]).split()
            else:
                found.append(ClaimFinding(indicator.number, verdict, reason, how.kind))
    if gaps:  # once, for all that it leaves open
        what = Reason(NO_NUMBER, {"what": " ".join(dict.fromkeys(gaps))})
        found.append(ClaimFinding(indicator.number, Verdict.OPEN, what, "gaps"))
    return tuple(found)
