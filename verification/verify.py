"""Start here: the whole decision about one district, on one page.

visits -> which village is each in? -> which claim line does it belong to? -> what does it say about that line?
       -> what do all lines of an indicator say about its points?
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verification.judging.claim import NOWHERE, BeyondResult, Observed, judge_claim
from verification.judging.line import LineResult
from verification.matching.matching import Matching
from verification.model import Claim, Visit
from verification.places.areas import Placement, Villages
from verification.points.ledger import RULE, LedgerLine
from verification.reason import Reason
from verification.rules import Rules
from verification.sets.indicators import IndicatorSet


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
    observed = Observed(visits, places, names, rules)
    results = [judge_claim(indicator, claims.get(indicator.number), observed) for indicator in indicators.indicators]
    matchings = [result.matching for result in results if result.matching]
    return DistrictResult(
        rules_version=rules.version,
        ledger_rule=RULE,
        indicator_set=indicators.id,
        lines=tuple(line for result in results for line in result.lines),
        visits=tuple(_visit_results(visits, places, matchings)),
        beyond=tuple(item for result in results for item in result.beyond),
        ledger=tuple(result.points for result in results),
    )


def _visit_results(
    visits: Sequence[Visit], places: Mapping[str, Placement], matchings: Sequence[Matching]
) -> list[VisitResult]:
    """Say of each visit which lines it belongs to; one place may be claimed under several indicators."""
    line_ids: dict[str, list[int]] = defaultdict(list)
    counts_instead: dict[str, str] = {}
    for matching in matchings:
        for match in matching.matches:
            line_ids[match.visit_id].append(match.line_id)
        counts_instead = {**matching.earlier, **counts_instead}
    return [
        VisitResult(v.visit_id, v.version, v.kind, places[v.visit_id].villages,
                    _visit_reason(v, v.visit_id in line_ids, counts_instead.get(v.visit_id)),
                    tuple(line_ids.get(v.visit_id, ())))
        for v in visits
    ]  # fmt: skip


def _visit_reason(visit: Visit, matched: bool, counts_instead: str | None) -> Reason:
    if counts_instead:
        return Reason("later_visit_counts", {"visit": counts_instead})
    return Reason("belongs_to_line") if matched else Reason("unclaimed", {"kind": visit.kind})
