"""What the visits say about one claim line: an outcome, and every reason for it.

Only NOT_THERE on arrival, a place closed for good, a check of the indicator (`checks.py`), a place twice claimed
(`duplicates.py`) or a place in another district speak against a claim. Everything a visit could not decide stays
UNSURE, with its reason; a person can decide it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from verification.judging.checks import Check, Verdict, check_criteria
from verification.matching.latest import FOUND_SOMETHING, may_count_by_video, shows_where
from verification.matching.likely import Considered, Match
from verification.model import Arrival, ClaimLine, Grade, Outcome, Seen, Visit, district_of
from verification.places.areas import Placement
from verification.places.evidence import Evidence, grade_point
from verification.places.frozen import evidence_kept
from verification.reason import Reason, Value
from verification.record import record
from verification.rules import Rules
from verification.sets.criteria import Criterion
from verification.sets.indicators import Indicator


@record
class CriterionSeen:
    """One criterion, who says it, whether it can decide, and what was seen of it.

    One from practice is there only where the visit was asked about it: its module may not have been in the plan.
    """

    code: str
    of_regulation: bool
    strict: bool
    seen: Seen


_NOT_SEEN = Seen.NOT_SEEN
_criterion_seen = lru_cache(maxsize=1000)(CriterionSeen)  # many places, and few that differ


@record
class LineResult:
    """The verdict on one claim line, with everything it rests on.

    `earlier` are the other visits to the same place, which gave way to the one it was judged by; of these `later` came
    after it, and could not look. `considered` are others that might be to it; `beside` visits to other lines of the
    list that stood at one place with it (`standing.py`).
    `fact` is the number of a person's decision that stands in place of what the rules `proposed`, `reopened` that of
    one that later evidence has reopened.
    """

    line_id: int
    indicator: int
    outcome: Outcome
    reasons: tuple[Reason, ...]
    match: Match | None = None
    evidence: Evidence | None = None
    criteria: tuple[CriterionSeen, ...] = ()
    earlier: tuple[str, ...] = ()
    considered: tuple[Considered, ...] = ()
    proposed: Outcome | None = None
    fact: int | None = None
    reopened: int | None = None
    beside: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


def judge_line(
    line: ClaimLine, indicator: Indicator, match: Match | None, visit: Visit | None, place: Placement, rules: Rules,
    earlier: tuple[str, ...] = (), considered: tuple[Considered, ...] = (),
) -> LineResult:  # fmt: skip
    """Judge one line by the visit that belongs to it, if there is one; the last two are as a result has them."""
    if match is None or visit is None:
        not_visited = Outcome.NOT_VISITED, (Reason("not_visited"),)
        return LineResult(line.line_id, line.indicator, *not_visited, considered=considered)
    frozen = visit.frozen
    evidence = evidence_kept(frozen, line) if frozen else locate_visit(visit, line, place, rules)
    asked = [criterion for criterion in indicator.criteria if criterion.asked_at(line.kind)]
    criteria = tuple(
        _criterion_seen(c.code, c.of_regulation, c.strict, visit.answers.get(c.code, _NOT_SEEN))
        for c in asked
        if c.of_regulation or c.code in visit.answers
    )
    by_video = counts_by_video(visit, line, rules)
    outcome, reason = _decide(line, indicator.checks, asked, match, visit, place, evidence, by_video=by_video)
    reasons = (reason,) if reason == evidence.reason else (reason, evidence.reason)
    if by_video and visit.arrival is Arrival.OPEN:
        reasons = (*reasons, Reason("video_counts"))
    if frozen:
        reasons = (*reasons, Reason("frozen_at_closing", {"day": frozen.day.isoformat()}))
    return LineResult(line.line_id, line.indicator, outcome, reasons, match, evidence, criteria, earlier, considered)


def say_of_later(result: LineResult, later: Sequence[Visit], rules: Rules) -> LineResult:
    """Tell beside a result which visits came after the one it was judged by, and could not look."""
    if not later:
        return result
    said = (Reason(_why_not(one, rules), {"day": one.day.isoformat() if one.day else None}) for one in later)
    return replace(result, reasons=(*result.reasons, *said), later=tuple(one.visit_id for one in later))


def say_it_ended(result: LineResult, line: ClaimLine, year: int) -> LineResult:
    """Say of a line what its own row says: it had ended before the data year. The visit stays beside it."""
    said = [Reason("row_ended", {"ended": line.ended_year, "year": year})]
    if result.match:
        said.append(Reason("row_ended_visited"))
    return replace(result, outcome=Outcome.ENDED, reasons=tuple(said))


def _why_not(visit: Visit, rules: Rules) -> str:
    is_somewhere = visit.arrival in FOUND_SOMETHING or visit.arrival is Arrival.OPEN
    return "later_not_located" if is_somewhere and not shows_where(visit, rules) else f"later_{visit.arrival}"


def locate_visit(visit: Visit, line: ClaimLine, place: Placement, rules: Rules) -> Evidence:
    """Grade where the visit was; where the claim gives no point, its village is all there is to compare with."""
    evidence = grade_point(visit.fix, visit.mode, line.point, rules.kinds[line.kind].allowance_m, rules.location)
    if evidence.reason.code == "no_claimed_point" and place.village == line.village:
        return replace(evidence, grade=Grade.IN_CLAIMED_VILLAGE, reason=Reason("in_claimed_village"))
    return evidence


def counts_by_video(visit: Visit, line: ClaimLine, rules: Rules) -> bool:
    """Tell whether a visit by video stands for one on site at a claimed place: the place must be the one picked."""
    return may_count_by_video(visit, line.kind, rules) and visit.facility_id == line.facility_id


_AT_THE_PLACE = frozenset({Grade.AT_PLACE, Grade.IN_CLAIMED_VILLAGE})


def _decide(
    line: ClaimLine, checks: Sequence[Check], asked: Sequence[Criterion], match: Match, visit: Visit,
    place: Placement, evidence: Evidence, *, by_video: bool,
) -> Verdict:  # fmt: skip
    if not match.sure:
        return Outcome.UNSURE, Reason("match_unsure", {"probability": round(match.probability, 2)})
    if place.villages and district_of(line.village) not in place.districts:
        return _in_another_district(visit, place, evidence)
    if visit.arrival is Arrival.NOT_THERE:
        return _not_there(visit, evidence)
    if visit.arrival is Arrival.CLOSED_FOR_GOOD:
        return _closed_for_good(visit, evidence)
    if visit.arrival is not Arrival.OPEN:
        return Outcome.UNSURE, Reason(f"arrival_{visit.arrival}")
    if evidence.grade not in _AT_THE_PLACE and not by_video:
        return Outcome.UNSURE, evidence.reason
    return check_criteria(checks, asked, visit.answers)


def _in_another_district(visit: Visit, place: Placement, evidence: Evidence) -> Verdict:
    """A place found open at its claimed point, in another district, is not this district's; less decides nothing."""
    values: dict[str, Value] = {"district": ", ".join(sorted(place.districts))}
    at_its_point = evidence.grade is Grade.AT_PLACE and place.reason.code == "in_village"
    if visit.arrival is Arrival.OPEN and at_its_point:
        return Outcome.OUTSIDE_DISTRICT, Reason("in_another_district", values)
    return Outcome.UNSURE, Reason("perhaps_in_another_district", values)


def _not_there(visit: Visit, evidence: Evidence) -> Verdict:
    """Not being there counts only from the claimed point itself, or in the claimed village with someone asked."""
    asked = visit.asked_third_party is Seen.YES
    if evidence.grade is Grade.AT_PLACE or (evidence.grade is Grade.IN_CLAIMED_VILLAGE and asked):
        return Outcome.NOT_FOUND, Reason("not_at_claimed_place", {"asked": asked})
    return Outcome.UNSURE, Reason("not_there_but_where")


def _closed_for_good(visit: Visit, evidence: Evidence) -> Verdict:
    """That a place is closed for good counts where somebody beside it says so too, at the place that is claimed."""
    if evidence.grade not in _AT_THE_PLACE:
        return Outcome.UNSURE, Reason("closed_for_good_but_where")
    if visit.asked_third_party is not Seen.YES:
        return Outcome.UNSURE, Reason("closed_for_good_nobody_asked")
    return Outcome.NOT_FOUND, Reason("closed_for_good")
