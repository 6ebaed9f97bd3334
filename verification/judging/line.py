"""What the visits say about one claim line: an outcome, and every reason for it.

Only NOT_THERE on arrival, a strict criterion of the regulation, a place twice claimed or a place in another district
speak against a claim. Everything a visit could not decide stays UNSURE, with its reason; a person can decide it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verification.matching.matching import Match
from verification.model import Arrival, ClaimLine, Grade, Outcome, Seen, Visit, district_of
from verification.places.areas import Placement
from verification.places.evidence import Evidence, distance_m, grade_point
from verification.reason import Reason, Value
from verification.rules import Rules
from verification.sets.indicators import Criterion, Indicator


@dataclass(frozen=True, slots=True)
class CriterionSeen:
    """One criterion, who says it, whether it can decide, and what was seen of it."""

    code: str
    of_regulation: bool
    strict: bool
    seen: Seen


@dataclass(frozen=True, slots=True)
class LineResult:
    """The verdict on one claim line, with everything it rests on."""

    line_id: int
    indicator: int
    outcome: Outcome
    reasons: tuple[Reason, ...]
    match: Match | None = None
    evidence: Evidence | None = None
    criteria: tuple[CriterionSeen, ...] = ()


def judge_line(
    line: ClaimLine, indicator: Indicator, match: Match | None, visit: Visit | None, place: Placement, rules: Rules
) -> LineResult:
    """Judge one line by the visit that belongs to it, if there is one."""
    if match is None or visit is None:
        return LineResult(line.line_id, line.indicator, Outcome.NOT_VISITED, (Reason("not_visited"),))
    evidence = locate_visit(visit, line, place, rules)
    criteria = tuple(
        CriterionSeen(c.code, c.of_regulation, c.strict, visit.answers.get(c.code, Seen.NOT_SEEN))
        for c in indicator.criteria
    )
    outcome, reason = _decide(line, indicator.criteria, match, visit, place, evidence, rules)
    reasons = (reason,) if reason == evidence.reason else (reason, evidence.reason)
    return LineResult(line.line_id, line.indicator, outcome, reasons, match, evidence, criteria)


def locate_visit(visit: Visit, line: ClaimLine, place: Placement, rules: Rules) -> Evidence:
    """Grade where the visit was; where the claim gives no point, its village is all there is to compare with."""
    evidence = grade_point(visit.fix, visit.mode, line.point, line.kind, rules.location)
    if evidence.reason.code == "no_claimed_point" and place.village == line.village:
        return replace(evidence, grade=Grade.IN_CLAIMED_VILLAGE, reason=Reason("in_claimed_village"))
    return evidence


_AT_THE_PLACE = frozenset({Grade.AT_PLACE, Grade.IN_CLAIMED_VILLAGE})


def _decide(
    line: ClaimLine, criteria: Sequence[Criterion], match: Match, visit: Visit, place: Placement, evidence: Evidence,
    rules: Rules,
) -> tuple[Outcome, Reason]:  # fmt: skip
    if not match.sure:
        return Outcome.UNSURE, Reason("match_unsure", {"probability": round(match.probability, 2)})
    if place.villages and district_of(line.village) not in place.districts:
        return _in_another_district(visit, place, evidence)
    if visit.arrival is Arrival.NOT_THERE:
        return _not_there(visit, evidence)
    if visit.arrival is not Arrival.OPEN:
        return Outcome.UNSURE, Reason(f"arrival_{visit.arrival}")
    if evidence.grade not in _AT_THE_PLACE:
        return Outcome.UNSURE, evidence.reason
    return _by_criteria(line, criteria, visit, rules)


def _in_another_district(visit: Visit, place: Placement, evidence: Evidence) -> tuple[Outcome, Reason]:
    """A place found open at its claimed point, in another district, is not this district's; less decides nothing."""
    values: dict[str, Value] = {"district": ", ".join(sorted(place.districts))}
    at_its_point = evidence.grade is Grade.AT_PLACE and place.reason.code == "in_village"
    if visit.arrival is Arrival.OPEN and at_its_point:
        return Outcome.OUTSIDE_DISTRICT, Reason("in_another_district", values)
    return Outcome.UNSURE, Reason("perhaps_in_another_district", values)


def _not_there(visit: Visit, evidence: Evidence) -> tuple[Outcome, Reason]:
    """Not being there counts only from the claimed point itself, or in the claimed village with someone asked."""
    asked = visit.asked_third_party is Seen.YES
    if evidence.grade is Grade.AT_PLACE or (evidence.grade is Grade.IN_CLAIMED_VILLAGE and asked):
        return Outcome.NOT_FOUND, Reason("not_at_claimed_place", {"asked": asked})
    return Outcome.UNSURE, Reason("not_there_but_where")


def _by_criteria(line: ClaimLine, criteria: Sequence[Criterion], visit: Visit, rules: Rules) -> tuple[Outcome, Reason]:
    strict = [c.code for c in criteria if c.strict]
    missing = [code for code in strict if visit.answers.get(code) is Seen.NO]
    if missing:
        return Outcome.CRITERIA_NOT_MET, Reason("required_absent", {"criteria": " ".join(missing)})
    not_seen = [code for code in strict if visit.answers.get(code) is not Seen.YES]
    if not_seen:
        return Outcome.UNSURE, Reason("required_not_seen", {"criteria": " ".join(not_seen)})
    return _by_open_list(line, criteria, visit, rules)


def _by_open_list(line: ClaimLine, criteria: Sequence[Criterion], visit: Visit, rules: Rules) -> tuple[Outcome, Reason]:
    listed = [c.code for c in criteria if c.of_regulation]
    met = [code for code in listed if visit.answers.get(code) is Seen.YES]
    needed = rules.confirming_for(line.indicator)
    enough = len(met) >= needed.at_least and set(needed.all_of) <= set(met)
    counts = Reason("criteria_counted", {"met": len(met), "of": len(listed), "needed": needed.at_least})
    if enough:
        return Outcome.CONFIRMED, counts
    return Outcome.UNSURE, replace(counts, code="open_list_not_reached")


def mark_duplicates(lines: Sequence[ClaimLine], results: Sequence[LineResult], rules: Rules) -> tuple[LineResult, ...]:
    """Mark what is claimed twice under one indicator.

    The same registry number is the same place: DUPLICATE_CLAIM for all but the first line. Two lines at one building
    may be two rooms or one: the later stays UNSURE until a person has looked, unless both carry registry numbers.
    """
    by_id = {result.line_id: result for result in results}
    for index, line in enumerate(lines):
        for first in lines[:index]:
            by_id[line.line_id] = _compare_lines(first, line, by_id[line.line_id], rules)
    return tuple(by_id[line.line_id] for line in lines)


def _compare_lines(first: ClaimLine, line: ClaimLine, result: LineResult, rules: Rules) -> LineResult:
    values: dict[str, Value] = {"line": first.line_id}
    if first.registry_no and line.registry_no:
        if (first.kind, first.registry_no) == (line.kind, line.registry_no):
            reasons = (Reason("same_registry_number", values), *result.reasons)
            return replace(result, outcome=Outcome.DUPLICATE_CLAIM, reasons=reasons)
        return result
    if result.outcome is Outcome.CONFIRMED and _at_one_building(first, line, rules):
        reasons = (Reason("same_building", values), *result.reasons)
        return replace(result, outcome=Outcome.UNSURE, reasons=reasons)
    return result


def _at_one_building(one: ClaimLine, other: ClaimLine, rules: Rules) -> bool:
    if one.point is None or other.point is None:
        return False
    apart = distance_m(one.point.lon, one.point.lat, other.point.lon, other.point.lat)
    return apart <= rules.location.same_building_m + one.point.half_cell_m + other.point.half_cell_m
