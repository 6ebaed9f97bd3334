"""The ledger of points: what the evidence supports at least and at most. Its version: `rule_of` the rules at work.

The regulation gives no scale for partial achievement. This is a proposal, published and versioned; Tim Penilai decides
points. How a measure is read: `readings.py`. There is nothing between lowest and highest: places chosen on purpose say
nothing about the others, so only a probability sample could give an estimate. An indicator without a list of places
stands as claimed: no visit has seen it.
"""

from collections.abc import Sequence

from verification.comparing.finding import ClaimFinding, Verdict
from verification.desk.score import DeskScore
from verification.model import CONTRADICTS, Claim, Outcome
from verification.points.readings import READINGS, Counts, Reading
from verification.reason import Reason
from verification.record import record
from verification.rules import PointRules
from verification.sampling.sample import Sampled, as_reason
from verification.sets.indicators import Indicator

RULE, _WITH_WHAT_ENDED = "5", "4"


def rule_of(rules: PointRules) -> str:
    """Name the version of the rule: before 5 what its own row says has ended was one of the claimed places."""
    return RULE if rules.ended_is_no_claim else _WITH_WHAT_ENDED


@record
class LedgerLine:
    """An indicator's points. `lowest` to `highest` are None where no visit can support or doubt the claim.

    `readings` are all that the set names, of a list with a self-score: the first is the one that counts. `desk` is what
    reading the documents left, where somebody scored them: it stands apart, and moves neither. `interval` is for how
    many lines are confirmed, where places were drawn by lot; a reason says from which drawing, or why none.
    """

    indicator: int
    maximum: float
    claimed: float | None
    observed: bool
    reasons: tuple[Reason, ...]
    lines: int = 0
    confirmed: int = 0
    contradicted: int = 0
    undecided: int = 0
    lowest: float | None = None
    highest: float | None = None
    readings: tuple[Reading, ...] = ()
    desk: DeskScore | None = None
    interval: Sampled | None = None


def not_claimed(indicator: Indicator) -> LedgerLine:
    """Give the line of an indicator that a district claims nothing for."""
    return LedgerLine(indicator.number, indicator.points, None, False, (Reason("no_claim"),))


def as_claimed(indicator: Indicator, claim: Claim) -> LedgerLine:
    """Give the line of a claim that stands as it is: no visit sees it, or visits to its places only inform."""
    reason = Reason("visits_only_inform" if claim.lines else "not_observed_by_a_visit")
    return LedgerLine(indicator.number, indicator.points, claim.self_score, False, (reason,))


def supported_by_visits(
    indicator: Indicator, claim: Claim, outcomes: Sequence[Outcome], findings: Sequence[ClaimFinding] = (),
    drawn: Sampled | Reason | None = None,
) -> LedgerLine:  # fmt: skip
    """Work out the line of a list of places from the outcomes of its lines and what was found beside them.

    What its own row says has ended is none of them, whatever visits found there.
    """
    outcomes = [outcome for outcome in outcomes if outcome is not Outcome.ENDED]
    claimed, count = claim.self_score, len(outcomes)
    confirmed = sum(outcome is Outcome.CONFIRMED for outcome in outcomes)
    contradicted = sum(outcome in CONTRADICTS for outcome in outcomes)
    counts = Counts(count, confirmed, count - confirmed - contradicted, _rises(findings))
    readings: tuple[Reading, ...] = ()
    if claimed is not None and count:
        readings = tuple(Reading(name, *READINGS[name](claimed, counts)) for name in indicator.readings)
    reason, lowest, highest = _range(claimed, counts, readings)
    reasons, interval = _with_interval(reason, count, drawn)
    return LedgerLine(indicator.number, indicator.points, claimed, True, reasons, count, confirmed, contradicted,
                      counts.undecided, lowest, highest, readings, interval=interval)  # fmt: skip


def _with_interval(
    reason: str, lines: int, drawn: Sampled | Reason | None
) -> tuple[tuple[Reason, ...], Sampled | None]:
    """Tell the interval of places drawn by lot, or why there is none, once anything is decided."""
    if drawn is None or reason in ("nothing_decided_yet", "no_lines_listed"):
        return (Reason(reason),), None
    before = () if reason == "purposive_no_interval" else (Reason(reason),)
    if isinstance(drawn, Reason):
        return (*before, drawn), None
    return (*before, as_reason(drawn, lines)), drawn


def _rises(findings: Sequence[ClaimFinding]) -> Verdict:
    """Say whether the rise is shown, contradicted or open: one thing against it is enough."""
    verdicts = {finding.verdict for finding in findings if finding.about == "rise"}
    return next((one for one in (Verdict.CONTRADICTED, Verdict.SHOWN) if one in verdicts), Verdict.OPEN)


def _range(
    claimed: float | None, counts: Counts, readings: Sequence[Reading]
) -> tuple[str, float | None, float | None]:
    """Give the lowest and highest supported points, after the code of the reason for them."""
    if claimed is None:
        return "no_self_score", None, None
    if counts.lines == 0:
        return "no_lines_listed", 0.0, claimed
    nothing_decided = counts.undecided == counts.lines
    reason = "nothing_decided_yet" if nothing_decided else "purposive_no_interval"
    return reason, readings[0].lowest, readings[0].highest
