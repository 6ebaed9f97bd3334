"""Decisions in place of the rules' proposals: visits where people put them, lines as people decided them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace

from verification.deciding.facts import Decided, Fact, PlacedVisit
from verification.deciding.reopening import OnLine, came_to_line, changed
from verification.judging.line import LineResult
from verification.matching.latest import Rank
from verification.matching.likely import Match
from verification.matching.matching import Matching
from verification.model import Outcome, Visit
from verification.reason import Reason


def still_decided(decided: Decided) -> Mapping[str, PlacedVisit]:
    """Give the decisions about visits that no later evidence has reopened."""
    return {visit_id: placed for visit_id, placed in decided.visits.items() if not came_to_visit(placed.fact, decided)}


def came_to_visit(fact: Fact, decided: Decided) -> tuple[Reason, ...]:
    """Say what has come since it was decided where a visit belongs."""
    return tuple(changed(fact.evidence.visits, decided.present))


def put_where_decided(
    matching: Matching, visits: Mapping[str, Visit], placed: Mapping[str, PlacedVisit], lines: Set[int],
    rank: Callable[[Visit], Rank],
) -> Matching:  # fmt: skip
    """Let visits belong to the lines where people put them, as surely as can be; the highest of a line's visits counts.

    `visits` has all that may count, by their ids; `placed` what people put; `lines` are the indicator's; `rank` says
    which of several counts.
    """
    by_line: dict[int, list[Visit]] = defaultdict(list)
    for visit_id, one in placed.items():
        for line_id in lines & set(one.lines):
            by_line[line_id].append(visits[visit_id])
    if not by_line:
        return matching
    matches = {match.line_id: match for match in matching.matches}
    gave_way, later = dict(matching.gave_way), {*matching.later}
    for line_id, put in by_line.items():
        rival = matches.get(line_id)
        rivals = [visits[rival.visit_id]] if rival and rival.sure else []
        *others, best = sorted([*put, *rivals], key=rank)
        if rival is None or rival.visit_id != best.visit_id:
            matches[line_id] = Match(best.visit_id, line_id, 1.0, sure=True, comparisons=())
        beaten = {visit.visit_id for visit in others}
        beaten |= {visit_id for visit_id, then in matching.gave_way.items() if then in beaten}
        gave_way |= dict.fromkeys(beaten, best.visit_id)
        made = rank(best).moments
        after = {visit_id for visit_id in beaten if rank(visits[visit_id]).moments > made}
        later = (later - beaten) | after
    return replace(matching, matches=tuple(matches.values()), gave_way=gave_way, later=frozenset(later))


def decide_lines(
    results: Iterable[LineResult], visits: Mapping[str, Visit], decided: Decided
) -> tuple[LineResult, ...]:
    """Let what people decided stand in place of what the rules propose, unless later evidence has reopened it.

    Of what its own row says has ended nothing is claimed that anybody could decide.
    """
    return tuple(
        _decide(result, fact, _on_line(result, visits, decided), decided)
        if (fact := decided.lines.get(result.line_id)) and result.outcome is not Outcome.ENDED
        else result
        for result in results
    )


def _on_line(result: LineResult, visits: Mapping[str, Visit], decided: Decided) -> Sequence[OnLine]:
    """Give the visits of a line, those too that gave way to a later one."""
    found = (*([result.match.visit_id] if result.match else []), *result.earlier)
    return [OnLine(visits[visit_id], decided.submissions[visit_id], _placed_by(visit_id, decided))
            for visit_id in found]  # fmt: skip


def _placed_by(visit_id: str, decided: Decided) -> int | None:
    placed = decided.visits.get(visit_id)
    return placed.fact.number if placed else None


def _decide(result: LineResult, fact: Fact, on_line: Sequence[OnLine], decided: Decided) -> LineResult:
    if came := came_to_line(fact, on_line, decided):
        reasons = (Reason("reopened", {"fact": fact.number}), *came, *result.reasons)
        return replace(result, reasons=reasons, reopened=fact.number)
    reasons = (*decided_reasons(fact, decided.line_ids.get((result.indicator, fact.other or ""))), *result.reasons)
    return replace(result, outcome=Outcome(fact.outcome), reasons=reasons, fact=fact.number, proposed=result.outcome)


def decided_reasons(fact: Fact, other_line: int | None) -> tuple[Reason, ...]:
    """Say that a person decided, and what stands in the decision beside its outcome."""
    said = [Reason("decided_by_person", {"fact": fact.number})]
    if fact.criteria:
        said.append(Reason("decided_not_met", {"criteria": " ".join(fact.criteria)}))
    if other_line is not None:
        said.append(Reason("decided_same_place", {"line": other_line}))
    return tuple(said)
