"""What a drawn sample says of a list: an interval, or why there is none."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from verification.model import CONTRADICTS, Outcome
from verification.reason import Reason
from verification.record import record
from verification.sampling.designs import Design, Stratum
from verification.sampling.intervals import FEWEST, Drawn, Interval, whole
from verification.sampling.verdicts import seen_of


@record
class DrawnSample:
    """What was drawn of an indicator's list, by the `number` of the drawing; `of` digests all lines it was drawn from.

    `drawn` names the places, each with its class.
    """

    number: int
    design: str
    of: str
    strata: tuple[Stratum, ...]
    drawn: Mapping[str, int]


@record
class Sampled:
    """An interval for how many of all lines are confirmed, and the drawing that it comes from."""

    number: int
    design: str
    drawn: int
    decided: int
    lowest: int
    highest: int


def digest_of(places: Iterable[str]) -> str:
    """Digest the places that are drawn from."""
    return sha256("\n".join(sorted(places)).encode()).hexdigest()


def sampled(sample: DrawnSample, outcomes: Mapping[str, Outcome]) -> Sampled | Reason:
    """Say how many of all lines are confirmed, from the outcomes of all by place; or why nothing is said.

    Whoever was drawn and is not decided stays in it: refused, closed, not seen yet, or a substitute was. Places that
    were visited without being drawn say for sure what they are, and nothing of others.
    """
    if digest_of(outcomes) != sample.of:
        return Reason("sample_of_other_lines", {"draw": sample.number})
    strata = [_drawn(one, sample, outcomes) for one in sample.strata]
    found = whole(strata)
    drawn, undecided = sum(one.drawn for one in strata), sum(one.undecided for one in strata)
    if found is None:
        return Reason("sample_too_small", {"draw": sample.number, "drawn": drawn, "fewest": FEWEST})
    within = _within(found, outcomes)
    return Sampled(sample.number, sample.design, drawn, drawn - undecided, within.lowest, within.highest)


def _drawn(stratum: Stratum, sample: DrawnSample, outcomes: Mapping[str, Outcome]) -> Drawn:
    seen = seen_of(outcomes[place] for place, number in sample.drawn.items() if number == stratum.stratum)
    return Drawn(stratum.lines, stratum.drawn, seen.confirmed, stratum.drawn - seen.confirmed - seen.contradicted)


def _within(found: Interval, outcomes: Mapping[str, Outcome]) -> Interval:
    """Leave out what all visits together exclude for sure."""
    least = sum(outcome is Outcome.CONFIRMED for outcome in outcomes.values())
    most = len(outcomes) - sum(outcome in CONTRADICTS for outcome in outcomes.values())
    lowest = min(max(found.lowest, least), most)
    return Interval(lowest, max(min(found.highest, most), lowest))


_SAID = {Design.RANDOM: "sample_random", Design.RISK: "sample_risk", Design.AUDIT: "sample_audit",
         Design.LQAS: "sample_lqas"}  # fmt: skip


def as_reason(said: Sampled, lines: int) -> Reason:
    """Tell an interval as the reason that stands beside an indicator's points."""
    is_whole = said.design == Design.LQAS and said.drawn == lines  # then there is no rule of LQAS to decide by
    return Reason("sample_whole" if is_whole else _SAID[Design(said.design)], {
        "draw": said.number, "drawn": said.drawn, "decided": said.decided, "lines": lines, "lowest": said.lowest,
        "highest": said.highest,
    })  # fmt: skip
