"""Start here: the whole decision about one district, on one page.

visits -> which village is each in? -> which claim line does it belong to? -> what does it say about that line?
       -> what do all lines of an indicator say about its points?
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verification.judging.line import LineResult, judge_line, mark_duplicates
from verification.matching.matching import Matching, Placed, match_visits
from verification.model import Claim, Visit
from verification.places.areas import Placement, Villages
from verification.points.ledger import RULE, LedgerLine, ledger_line
from verification.reason import Reason, Value
from verification.rules import Rules
from verification.sets.indicators import Indicator, IndicatorSet

NOWHERE = Placement((), Reason("no_point"))


@dataclass(frozen=True, slots=True)
class VisitResult:
    """A visit, where it was, and what became of it: `line_ids` it belongs to, or why it belongs to none."""

    visit_id: str
    version: str
    kind: str
    villages: tuple[str, ...]
    reason: Reason
    line_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BeyondResult:
    """Something an indicator asks that no visit can show; always UNSURE."""

    indicator: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class DistrictResult:
    """Everything that can be said about one district from the evidence at hand."""

    rules_version: str
    ledger_rule: str
    indicator_set: str
    lines: tuple[LineResult, ...]
    visits: tuple[VisitResult, ...]
    beyond: tuple[BeyondResult, ...]
    ledger: tuple[LedgerLine, ...]


def verify_district(
    indicators: IndicatorSet, claims: Mapping[int, Claim], visits: Sequence[Visit], villages: Villages,
    names: Mapping[str, str], rules: Rules,
) -> DistrictResult:  # fmt: skip
    """Set what was seen against what was claimed, for one district.

    `claims` maps indicator numbers to claims; `names` maps area codes to names.
    """
    places = {v.visit_id: villages.locate(v.fix, rules.location) if v.fix else NOWHERE for v in visits}
    lines: list[LineResult] = []
    matchings: dict[int, Matching] = {}
    for indicator in indicators.indicators:
        claim = claims.get(indicator.number)
        if indicator.is_list and claim:
            relevant = [Placed(v, places[v.visit_id].villages) for v in visits if v.kind in indicator.facility_kinds]
            matchings[indicator.number] = match_visits(relevant, claim.lines, names, rules)
            lines += _judge_lines(indicator, claim, relevant, matchings[indicator.number], places, rules)
    return DistrictResult(
        rules_version=rules.version,
        ledger_rule=RULE,
        indicator_set=indicators.id,
        lines=tuple(lines),
        visits=tuple(_visit_result(visit, places[visit.visit_id], matchings) for visit in visits),
        beyond=tuple(_beyond(indicators, claims)),
        ledger=tuple(
            ledger_line(i, claims.get(i.number), [line.outcome for line in lines if line.indicator == i.number])
            for i in indicators.indicators
        ),
    )


def _judge_lines(
    indicator: Indicator, claim: Claim, placed: Sequence[Placed], matching: Matching, places: Mapping[str, Placement],
    rules: Rules,
) -> tuple[LineResult, ...]:  # fmt: skip
    visits = {p.visit.visit_id: p.visit for p in placed}
    matches = {match.line_id: match for match in matching.matches}
    results = []
    for line in claim.lines:
        match = matches.get(line.line_id)
        visit = visits[match.visit_id] if match else None
        place = places[match.visit_id] if match else NOWHERE
        results.append(judge_line(line, indicator, match, visit, place, rules))
    return mark_duplicates(claim.lines, results, rules)


def _visit_result(visit: Visit, place: Placement, matchings: Mapping[int, Matching]) -> VisitResult:
    matches = [match for matching in matchings.values() for match in matching.matches]
    line_ids = tuple(match.line_id for match in matches if match.visit_id == visit.visit_id)
    counts = next((m.earlier[visit.visit_id] for m in matchings.values() if visit.visit_id in m.earlier), None)
    if counts:
        reason = Reason("later_visit_counts", {"visit": counts})
    elif line_ids:
        reason = Reason("belongs_to_line")
    else:
        reason = Reason("unclaimed", {"kind": visit.kind})
    return VisitResult(visit.visit_id, visit.version, visit.kind, place.villages, reason, line_ids)


def _beyond(indicators: IndicatorSet, claims: Mapping[int, Claim]) -> list[BeyondResult]:
    results = []
    for indicator in indicators.indicators:
        claim = claims.get(indicator.number)
        if not indicator.is_list or claim is None:
            continue
        results += [
            BeyondResult(indicator.number, Reason("beyond_a_visit", {"what": item.code}))
            for item in indicator.beyond_a_visit
        ]
        if claim.counted is not None and claim.counted != len(claim.lines):
            values: dict[str, Value] = {"counted": claim.counted, "listed": len(claim.lines)}
            results.append(BeyondResult(indicator.number, Reason("count_differs_from_list", values)))
    return results
