"""The numbers of a claim's answers, added up; and what they say by themselves of a rise, a target or a share."""

from collections.abc import Sequence
from math import fsum, isfinite

from verification.comparing.beside import Beside
from verification.comparing.finding import Said, Verdict
from verification.disclosing.counts import Count, CountOf
from verification.model import Answer, Claim
from verification.reason import Reason, Value

UP, DOWN = "up", "down"
ABOVE, BELOW = "above", "below"
NO_NUMBER = "no_number_to_compare"  # of what was not filled in
_WHOLE = 100.0
_WRITTEN = 6  # decimals: more than anybody writes of amounts in millions or of per cent
_POINTS_OF_PERCENT = 0.5
_TOO_OLD = 2  # years between a district's number and the country's


def added_up(claim: Claim, codes: Sequence[str], *, before: bool = False) -> float | None:
    """Add up answers, of the data year or the year before; None where one of them is missing or no number."""
    answers = [claim.answers.get(code, Answer()) for code in codes]
    numbers = [number_of(answer.value_before if before else answer.value) for answer in answers]
    known = [number for number in numbers if number is not None]
    return round(fsum(known), _WRITTEN) if len(known) == len(numbers) else None


def number_of(text: str | None) -> float | None:
    """Read an answer as a number; None where it is none."""
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None


def percent(part: float, whole: float) -> float | None:
    """Give a part of a whole in percent; None where the whole is nothing."""
    return 100 * part / whole if whole > 0 else None


def differ(one: float, other: float) -> bool:
    """Tell whether two percentages are more than half a per cent apart, as they are written (E-PCT25)."""
    return round(abs(one - other), _WRITTEN) > _POINTS_OF_PERCENT


def change(claim: Claim, codes: Sequence[str], direction: str, *, children: bool, share: bool) -> Said:
    """Set the data year's number against the year before's, as the district itself says them.

    Who says of itself that nothing rises contradicts its own claim; who says that it does has shown nothing yet.
    """
    now, before = added_up(claim, codes), added_up(claim, codes, before=True)
    what: dict[str, Value] = {"what": " ".join(codes)}
    if now is None or before is None:
        return Verdict.OPEN, Reason(NO_NUMBER, what)
    if share and direction == UP and now == before == _WHOLE:
        return Verdict.OPEN, Reason("already_at_the_top", what)
    does = _goes(direction, now, before)
    said, unsaid = _CHANGES[direction, does]
    reason = Reason(unsaid, what) if children else Reason(said, {**what, "before": before, "now": now})
    return Verdict.OPEN if does else Verdict.CONTRADICTED, reason


_CHANGES = {  # by where it should go and whether it does: the reason with the numbers, and the one without
    (UP, True): ("own_numbers_rise", "own_numbers_rise_unsaid"),
    (UP, False): ("own_numbers_do_not_rise", "own_numbers_do_not_rise_unsaid"),
    (DOWN, True): ("own_numbers_fall", "own_numbers_fall_unsaid"),
    (DOWN, False): ("own_numbers_do_not_fall", "own_numbers_do_not_fall_unsaid"),
}


def _goes(direction: str, now: float, before: float) -> bool:
    """Tell whether a number goes where it should: tenths that are added up are compared as they are written."""
    now, before = round(now, _WRITTEN), round(before, _WRITTEN)
    return now > before if direction == UP else now < before


def target(claim: Claim, code: str, at_least: float) -> Said:
    """Set a number of the district against the one that the measure asks for."""
    now = added_up(claim, [code])
    if now is None:
        return Verdict.OPEN, Reason(NO_NUMBER, {"what": code})
    values: dict[str, Value] = {"what": code, "target": at_least}
    if now < at_least:
        return Verdict.CONTRADICTED, Reason("own_number_falls_short", values)
    return Verdict.OPEN, Reason("own_number_reaches", values)


def ratio(claim: Claim, part: Sequence[str], whole: Sequence[str], at_least: float | None, children: CountOf) -> Said:
    """Work out a share of children from the numbers of the claim, and say between which tenths it lies (E-8, E-28).

    Two numbers of children tell a third one: the share itself is never written. Of children in need of protection
    nothing more than that is said: that each of them was helped, or not each, would be something of every one.
    """
    some, all_of_them = added_up(claim, part), added_up(claim, whole)
    what: dict[str, Value] = {"what": " ".join(part), "whole": " ".join(whole)}
    if some is None or all_of_them is None:
        return Verdict.OPEN, Reason(NO_NUMBER, {"what": " ".join([*part, *whole])})
    if some > all_of_them:
        return Verdict.DIFFERS, Reason("part_exceeds_whole", what)
    tenths = Count(int(some), children).share_of(Count(int(all_of_them), children))
    if tenths is None:
        return Verdict.OPEN, Reason("share_of_too_few", what)
    values: dict[str, Value] = {**what, "low": tenths[0], "high": tenths[1]}
    if at_least is None:
        return Verdict.OPEN, Reason("own_share", values)
    values["target"] = at_least
    if children is CountOf.PROTECTED and tenths[0] < at_least <= tenths[1]:
        return Verdict.OPEN, Reason("own_share_near_target", values)
    if 100 * some < at_least * all_of_them:
        return Verdict.CONTRADICTED, Reason("own_share_falls_short", values)
    return Verdict.OPEN, Reason("own_share_reaches", values)


def ratio_rise(claim: Claim, part: Sequence[str], whole: Sequence[str]) -> Said:
    """Say whether a share of children rises, by the claim's own numbers of two years (E-29); never how large it is.

    They are children in need of protection: nothing is said where they are few, nor that all were helped in both years.
    """
    what: dict[str, Value] = {"what": " ".join(part), "whole": " ".join(whole)}
    now, earlier = ([added_up(claim, codes, before=before) for codes in (part, whole)] for before in (False, True))
    if None in now or None in earlier:
        return Verdict.OPEN, Reason(NO_NUMBER, {"what": " ".join([*part, *whole])})
    (some, of), (some_then, of_then) = ([number or 0.0 for number in year] for year in (now, earlier))
    if some > of or some_then > of_then:
        return Verdict.DIFFERS, Reason("part_exceeds_whole", what)
    tenths, tenths_then = (
        Count(int(one), CountOf.PROTECTED).share_of(Count(int(all_of_them), CountOf.PROTECTED))
        for one, all_of_them in ((some, of), (some_then, of_then))
    )
    if tenths is None or tenths_then is None:
        return Verdict.OPEN, Reason("share_of_too_few", what)
    if tenths == tenths_then and tenths[1] == _WHOLE:
        return Verdict.OPEN, Reason("own_share_near_the_top", {**what, "low": tenths[0], "high": tenths[1]})
    if some * of_then > some_then * of:
        return Verdict.OPEN, Reason("own_share_rises", what)
    return Verdict.CONTRADICTED, Reason("own_share_does_not_rise", what)


def share_of_budget(claim: Claim, codes: Sequence[str]) -> Said | None:
    """Work out which share of all that a district spends its clusters are, in both years (E-BUDGET).

    None where its list of budgets does not say how much that is: no regulation of 2011 asks for it.
    """
    whole, what = claim.whole_budget, " ".join(codes)
    if whole is None or whole[0] is None or (part := added_up(claim, codes)) is None:
        return None
    earlier = added_up(claim, codes, before=True)
    now = percent(part, whole[0])
    before = percent(earlier, whole[1]) if earlier is not None and whole[1] is not None else None
    if now is None:
        return None
    if _goes(UP, max(now, before or 0.0), _WHOLE):
        return Verdict.DIFFERS, Reason("budget_exceeds_whole", {"what": what})
    values: dict[str, Value] = {"what": what, "percent": round(now, 2)}
    if before is None:
        return Verdict.OPEN, Reason("share_of_budget", values)
    values |= {"before": round(before, 2), "percent_points": round(now - before, 2)}
    if _goes(UP, now, before):
        return Verdict.OPEN, Reason("share_of_budget_rises", values)
    return Verdict.CONTRADICTED, Reason("share_of_budget_does_not_rise", values)


def benchmark(claim: Claim, code: str, side: str, name: str, beside: Beside) -> Said:
    """Set a district's number against the country's (E-BENCH); the district's own is not repeated.

    One that the district dates before the data year is of that year: of a census, of the last survey.
    """
    year = _year_of(claim.answers.get(code, Answer()), beside.year)
    now, national = added_up(claim, [code]), beside.benchmark(name, year)
    what: dict[str, Value] = {"what": code}
    if now is None:
        return Verdict.OPEN, Reason(NO_NUMBER, what)
    if national is None:
        return Verdict.OPEN, Reason("no_benchmark", what)
    values: dict[str, Value] = {**what, "national": national.value, "year": national.year, "source": national.source}
    if abs(national.year - year) > _TOO_OLD:
        return Verdict.OPEN, Reason("benchmark_of_another_time", values | {"data_year": year})
    better = now > national.value if side == ABOVE else now < national.value
    return Verdict.OPEN if better else Verdict.CONTRADICTED, Reason(_AGAINST_THE_COUNTRY[side, better], values)


def _year_of(answer: Answer, data_year: int) -> int:
    return min(answer.data_date.year, data_year) if answer.data_date else data_year


_AGAINST_THE_COUNTRY = {
    (ABOVE, True): "own_number_above_benchmark", (ABOVE, False): "own_number_not_above_benchmark",
    (BELOW, True): "own_number_below_benchmark", (BELOW, False): "own_number_not_below_benchmark",
}  # fmt: skip
