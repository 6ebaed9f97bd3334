"""Start here: the whole decision about one district, on one page.

visits -> which village is each in? -> which claim line does it belong to? -> what does it say about that line?
       -> what do the claim's numbers, the round before and the country's say of it? -> what do all lines of an
          indicator say about its points?

What a person decided about a visit or a line stands in place of the answer to the question it decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any

from verification.comparing.beside import Beside
from verification.comparing.finding import ClaimFinding
from verification.deciding.applying import still_decided
from verification.deciding.facts import Decided, Fact, Whereto
from verification.flags.flag import Flagged
from verification.flags.together import flagged
from verification.judging.claim import NOWHERE, Observed, judge_claim
from verification.judging.line import LineResult
from verification.matching.likely import Considered, Match
from verification.matching.matching import Matching
from verification.model import Claim, Frozen, Visit
from verification.places.areas import Placement, Villages
from verification.points.ledger import LedgerLine, rule_of
from verification.reason import Reason
from verification.record import record
from verification.remembering import Remembered
from verification.rules import Rules
from verification.sampling.sample import DrawnSample
from verification.sets.indicators import IndicatorSet


@record
class VisitResult:
    """A visit, where it was, and what became of it: `line_ids` it belongs to, or why it belongs to none.

    `considered` are other lines that it might belong to; `flags` are signs for a person, and decide nothing.
    `fact` is the number of a person's decision by which it is so, `reopened` that of one that later evidence reopened.
    """

    visit_id: str
    version: str
    kind: str
    villages: tuple[str, ...]
    reason: Reason
    line_ids: tuple[int, ...] = ()
    considered: tuple[Considered, ...] = ()
    flags: tuple[Flagged, ...] = ()
    fact: int | None = None
    reopened: int | None = None


@record
class DistrictResult:
    """Everything that can be said about one district from the evidence at hand."""

    rules_version: str
    ledger_rule: str
    indicator_set: str
    lines: tuple[LineResult, ...]
    visits: tuple[VisitResult, ...]
    findings: tuple[ClaimFinding, ...]
    ledger: tuple[LedgerLine, ...]
    places: Mapping[str, Placement]  # by visit's id
    faint: tuple[Match, ...] = ()  # too unlikely to be told
    stood: tuple[tuple[int, Mapping[str, tuple[str, bool]]], ...] = ()  # by indicator, `Matching.stood`
    perhaps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # `Matching.perhaps`, of all lists


def verify_district(
    indicators: IndicatorSet, claims: Mapping[int, Claim], visits: Sequence[Visit], villages: Villages,
    names: Mapping[str, str], rules: Rules, beside: Beside, decided: Decided | None = None,
    remembered: Remembered | None = None,
    samples: Mapping[int, DrawnSample] | None = None,
) -> DistrictResult:  # fmt: skip
    """Set what was seen against what was claimed, for one district.

    `claims` maps indicator numbers to claims; `names` maps area codes to names; `beside` is what claims are set against
    beside visits; `decided` is what people decided of it; `remembered` has what was worked out of it before; `samples`
    are the places that were drawn by lot, by indicator.
    """
    said, known = decided or Decided(), remembered or Remembered()
    known.begin()
    stands = known.again("stands", lambda: replace(said, visits=still_decided(said)), said)
    places = _places_of(visits, [visit.visit_id for visit in visits], villages, rules, known)
    observed = Observed(visits, places, names, rules, beside, stands, known, claims, indicators.counted_once,
                        samples or {})  # fmt: skip
    results = [judge_claim(indicator, claims.get(indicator.number), observed) for indicator in indicators.indicators]
    matchings = [result.matching for result in results if result.matching]
    signs = flagged(visits, rules.flags, rules.location, known)
    perhaps = _perhaps_claimed(visits, claims, matchings)
    told = _visit_results(visits, places, matchings, signs, perhaps, known)
    return DistrictResult(
        rules_version=rules.version,
        ledger_rule=rule_of(rules.points),
        indicator_set=indicators.id,
        lines=tuple(line for result in results for line in result.lines),
        visits=tuple(_with_decisions(told, said, stands)),
        findings=tuple(item for result in results for item in result.findings),
        ledger=tuple(result.points for result in results),
        places=places,
        faint=tuple(match for matching in matchings for match in matching.faint),
        stood=tuple((result.points.indicator, result.matching.stood) for result in results if result.matching),
        perhaps=perhaps,
    )


def _places_of(
    visits: Sequence[Visit], ids: Sequence[str], villages: Villages, rules: Rules, known: Remembered
) -> dict[str, Placement]:
    """Say which villages each visit may have been in: as it was found, where its point was deleted since."""

    def placed(positions: Sequence[int]) -> list[Placement]:
        some = [visits[position] for position in positions]
        located = iter(villages.locate_all([v.fix for v in some if v.fix and not v.frozen], rules.location))
        return [_as_it_was(v.frozen) if v.frozen else next(located) if v.fix else NOWHERE for v in some]

    return dict(zip(ids, known.each("places", placed, ids, visits, of=(villages, rules)), strict=True))


def _as_it_was(frozen: Frozen) -> Placement:
    return Placement(frozen.villages, frozen.placed)


def _visit_results(
    visits: Sequence[Visit],
    places: Mapping[str, Placement],
    matchings: Sequence[Matching],
    signs: Mapping[str, tuple[Flagged, ...]],
    perhaps: Mapping[str, tuple[int, ...]],
    known: Remembered,
) -> list[VisitResult]:
    """Say of each visit which lines it belongs to; one place may be claimed under several indicators.

    `perhaps` are those that are likely to be to some claimed place (`_perhaps_claimed`).
    """
    matches = _by_visit(match for matching in matchings for match in matching.matches)
    considered = _by_visit(other for matching in matchings for other in matching.considered)
    ids = [*places]
    of_some = (_counts_instead(matchings, known), perhaps, matches, considered, signs)
    columns: tuple[Sequence[Any], ...] = (visits, [*places.values()], *([*map(found.get, ids)] for found in of_some))

    def told(positions: Sequence[int]) -> list[VisitResult]:
        return [_visit_result(*(column[position] for column in columns)) for position in positions]

    return known.each("told", told, ids, *columns)


def _counts_instead(matchings: Sequence[Matching], known: Remembered) -> Mapping[str, tuple[str, str]]:
    """Say of visits why another to the same place counts, and which; before all one that belongs to a line.

    Lists ask different things of a place: a visit may have seen what one of them asks, and not what another does.
    """
    found: dict[str, tuple[str, str]] = {}
    for number, matching in enumerate(matchings):
        mine = known.again(("instead", number), partial(_gave_way, matching), matching.gave_way, matching.later)
        others = sorted(one for one in mine.items() - found.items() if one[0] in found)
        found = {**mine, **found}
        if others:
            belongs = {match.visit_id for one in matchings for match in one.matches}
            found |= {visit_id: instead for visit_id, instead in others
                      if instead[1] in belongs and found[visit_id][1] not in belongs}  # fmt: skip
    return found


def _gave_way(matching: Matching) -> dict[str, tuple[str, str]]:
    return {visit_id: ("could_not_look" if visit_id in matching.later else "later_visit_counts", instead)
            for visit_id, instead in matching.gave_way.items()}  # fmt: skip


def _by_visit(found: Iterable[Match | Considered]) -> Mapping[str, tuple[Any, ...]]:
    """Give matches, or what was considered, by their visits."""
    by_visit: dict[str, tuple[Any, ...]] = {}
    for one in found:
        by_visit[one.visit_id] = (*by_visit.get(one.visit_id, ()), one)
    return by_visit


def _visit_result(
    visit: Visit, place: Placement, counts_instead: tuple[str, str] | None, perhaps: tuple[int, ...] | None,
    mine: tuple[Match, ...] | None, others: tuple[Considered, ...] | None, signs: tuple[Flagged, ...] | None,
) -> VisitResult:  # fmt: skip
    reason = _visit_reason(visit, bool(mine), counts_instead, perhaps is not None)
    line_ids = tuple(match.line_id for match in mine or ())
    return VisitResult(visit.visit_id, visit.version, visit.kind, place.villages, reason, line_ids, others or (),
                       signs or ())  # fmt: skip


def _visit_reason(visit: Visit, matched: bool, counts_instead: tuple[str, str] | None, perhaps: bool) -> Reason:
    if matched:
        return Reason("belongs_to_line")
    if counts_instead:
        why, instead = counts_instead
        return Reason(why, {"visit": instead})
    return Reason("perhaps_claimed" if perhaps else "unclaimed", {"kind": visit.kind})


def _perhaps_claimed(
    visits: Sequence[Visit], claims: Mapping[int, Claim], matchings: Sequence[Matching]
) -> Mapping[str, tuple[int, ...]]:
    """Name the visits that are likelier to be to a line of some list than to none, each with its likeliest lines.

    Of one whose point is gone it was kept: it is so while one of those lines is claimed.
    """
    found = {visit_id: lines for matching in matchings for visit_id, lines in matching.perhaps.items()}
    kept = {visit.visit_id: visit.frozen.perhaps for visit in visits if visit.frozen and visit.frozen.perhaps}
    claimed = {(line.indicator, line.facility_id): line.line_id
               for claim in claims.values() for line in claim.lines} if kept else {}  # fmt: skip
    for visit_id, perhaps in kept.items():
        if lines := tuple(claimed[one] for one in perhaps if one in claimed):
            found[visit_id] = lines
    return found


_SAID = {Whereto.BELONGS: "belongs_by_decision", Whereto.UNCLAIMED: "unclaimed_by_decision",
         Whereto.SET_ASIDE: "aside_by_decision"}  # fmt: skip


def _with_decisions(told: Sequence[VisitResult], said: Decided, stands: Decided) -> Iterable[VisitResult]:
    """Say of visits that a person decided where they belong, or that later evidence has reopened what they did."""
    if not said.visits:
        return told
    return (
        _with_decision(result, said.visits[result.visit_id].fact, stands) if result.visit_id in said.visits else result
        for result in told
    )


def _with_decision(result: VisitResult, fact: Fact, stands: Decided) -> VisitResult:
    if result.visit_id not in stands.visits:
        return replace(result, reopened=fact.number)
    if result.reason.code in ("later_visit_counts", "could_not_look"):
        return replace(result, fact=fact.number)
    return replace(result, fact=fact.number, reason=Reason(_SAID[Whereto(fact.outcome)], {"fact": fact.number}))
