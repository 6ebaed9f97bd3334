"""What a list of places says of a claim: of a rise, of a share, of a "yes", of schools counted twice."""

from collections.abc import Sequence

from verification.comparing.answers import NO_NUMBER, UP, added_up, change, differ
from verification.comparing.beside import Beside
from verification.comparing.finding import Said, Verdict
from verification.comparing.sources import seen_at, topic_of
from verification.judging.line import LineResult
from verification.model import CONTRADICTS, Claim, ClaimLine, Outcome
from verification.reason import Reason, Value
from verification.sets.criteria import Criterion


def rise(claim: Claim, codes: Sequence[str], results: Sequence[LineResult], beside: Beside) -> list[Said]:
    """Set this list against its own years of beginning, and against the last round's list (E-RISE)."""
    own = [change(claim, codes, UP, children=False, share=False)] if codes else []
    return [*own, *_years(claim, codes, beside.year), _against_last(claim, results, beside)]


def _years(claim: Claim, codes: Sequence[str], year: int) -> list[Said]:
    """Count the places that there were in the data year and in the year before, by the years on the list.

    A place without a year of beginning may have begun in the data year or long before. So the list speaks against the
    numbers only where none of these years, whatever they are, could make it fit; else it is said how many are missing.
    """
    now, before = (added_up(claim, codes, before=last) for last in (False, True)) if codes else (None, None)
    if not claim.lines or now is None or before is None:
        return []
    values: dict[str, Value] = {"now": now, "before": before}
    missing = sum(_may_be_new(line, year) for line in claim.lines)
    listed, listed_before = (sum(is_there(line, when) for line in claim.lines) for when in (year, year - 1))
    least, most = listed - listed_before, listed - listed_before + missing
    fits = _sign(least) <= _sign(now - before) <= _sign(most)
    if missing:
        code = "list_lacks_years" if fits else "list_disagrees_by_any_years"
        values |= {"missing": missing, "least": least, "most": most}
    else:
        code = "list_agrees" if fits else "list_disagrees"
        values |= {"listed": listed, "listed_before": listed_before}
    return [(Verdict.OPEN if fits else Verdict.DIFFERS, Reason(code, values))]


def _may_be_new(line: ClaimLine, year: int) -> bool:
    """Tell whether a place may have begun in a year or before it, for all that the list says."""
    return line.since_year is None and not has_ended(line, year)


def is_there(line: ClaimLine, year: int) -> bool:
    """Tell whether a place has begun and not ended in a year, by its list; long before it where that does not say when.

    One that ended in the year was there.
    """
    begun = line.since_year is None or line.since_year <= year
    return begun and not has_ended(line, year)


def has_ended(line: ClaimLine, year: int) -> bool:
    """Tell whether a list itself says that a place ended before a year."""
    return line.ended_year is not None and line.ended_year < year


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _against_last(claim: Claim, results: Sequence[LineResult], beside: Beside) -> Said:
    """Compare with the last list: what is new and not contradicted, and what of it is gone or contradicted now.

    What this list itself says ended before the data year is gone, whatever visits find. Visits can contradict a rise
    and prove none (practice 19): they are not as many each year, and a list may have been short. Where more are
    confirmed than were even listed then that is said; Tim Penilai concludes.
    """
    if beside.last is None:
        return Verdict.OPEN, Reason("no_last_round")
    then = frozenset(beside.last.listed.get(claim.indicator, ()))
    if not then:
        return Verdict.OPEN, Reason("no_last_list", {"round": beside.last.round_id})
    against = {result.line_id for result in results if result.outcome in CONTRADICTS}
    there = {line.line_id: line.facility_id for line in claim.lines if is_there(line, beside.year)}
    stands = {facility for line_id, facility in there.items() if line_id not in against}
    confirmed = sum(result.outcome is Outcome.CONFIRMED for result in results if result.line_id in there)
    new, gone = len(stands - then), len(then - stands)
    values: dict[str, Value] = {"round": beside.last.round_id, "listed_then": len(then), "new": new, "gone": gone}
    if confirmed > len(then):
        return Verdict.OPEN, Reason("more_than_listed_then", values | {"confirmed": confirmed})
    if new <= gone:
        return Verdict.CONTRADICTED, Reason("no_rise_left", values)
    return Verdict.OPEN, Reason("rise_at_most", values | {"most": new - gone})


def yes_no(claim: Claim, answer: str, criterion: Criterion, results: Sequence[LineResult]) -> Said | None:
    """Set a "yes" about places against what was seen at each where it is asked (E-YESNO); it decides no line."""
    said = claim.answers.get(answer)
    if said is None or said.value != "yes":
        return None
    there, looked_at = seen_at(criterion.code, results)
    left = sum(criterion.asked_at(line.kind) for line in claim.lines) - looked_at
    values: dict[str, Value] = {"what": answer, "topic": topic_of(answer, criterion.code), "claimed": True,
                                "there": there, "of": looked_at, "not_seen": left}  # fmt: skip
    if looked_at == 0:
        return Verdict.OPEN, Reason("yes_nowhere_looked_at", values)
    if there < looked_at:
        return Verdict.DIFFERS, Reason("yes_at_some", values)
    return (Verdict.OPEN if left else Verdict.SHOWN), Reason("yes_at_all_looked_at", values)


def share_of_list(claim: Claim, share: str, whole: str, results: Sequence[LineResult]) -> list[Said]:
    """Set a claimed percentage against the places confirmed, at least and at most, of the claimed whole (E-PCT25).

    It differs beyond half a per cent, above or below. A list longer than its whole supports no percentage.
    """
    claimed, of = added_up(claim, [share]), added_up(claim, [whole])
    if claimed is None or of is None or of <= 0:
        return [(Verdict.OPEN, Reason(NO_NUMBER, {"what": f"{share} {whole}"}))]
    confirmed = sum(result.outcome is Outcome.CONFIRMED for result in results)
    against = sum(result.outcome in CONTRADICTS for result in results)
    low, high = 100 * confirmed / of, min(100 * (len(results) - against) / of, 100.0)
    values: dict[str, Value] = {"what": share, "claimed": claimed, "of": of, "low": round(low, 1),
                                "high": round(high, 1), "confirmed": confirmed,
                                "at_most": len(results) - against}  # fmt: skip
    if confirmed > of:
        return [(Verdict.DIFFERS, Reason("share_of_too_small_a_whole", values))]
    if claimed > high and differ(claimed, high):
        return [(Verdict.DIFFERS, Reason("share_above", values))]
    if claimed < low and differ(claimed, low):
        return [(Verdict.DIFFERS, Reason("share_below", values))]
    return [(Verdict.OPEN, Reason("share_within", values))]


def union(claim: Claim, codes: Sequence[str], results: Sequence[LineResult], year: int) -> Said | None:
    """Set two counts of one list's places in a year against it: a place that has both is one (E-UNION26).

    So is one that is listed twice.
    """
    counts = [added_up(claim, [code]) for code in codes]
    known = [count for count in counts if count is not None]
    if len(known) < len(codes) or not claim.lines:
        return None
    again = {result.line_id for result in results if result.outcome is Outcome.DUPLICATE_CLAIM}
    listed = sum(is_there(line, year) and line.line_id not in again for line in claim.lines)
    values: dict[str, Value] = {"what": " ".join(codes), "listed": listed, "least": max(known), "most": sum(known)}
    if max(known) <= listed <= sum(known):
        return Verdict.OPEN, Reason("list_between_counts", values)
    return Verdict.DIFFERS, Reason("list_outside_counts", values)
