"""The ledger of points: what the evidence supports at least and at most. Rule of version 2.

The regulation gives no scale for partial achievement. This is a proposal, published and versioned; Tim Penilai decides
points. Of C claimed lines K are confirmed, X contradicted and U undecided; with a self-score S:

    lowest = S·K/C      highest = S·(K+U)/C

There is nothing in between: places chosen on purpose say nothing about the others, so only a probability sample could
give an estimate. An indicator without a list of places stands as claimed: no visit has seen it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from verification.model import CONTRADICTS, Claim, Outcome
from verification.reason import Reason
from verification.sets.indicators import Indicator

RULE = "2"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An indicator's points. `lowest` to `highest` are None where no visit can support or doubt the claim."""

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


def not_claimed(indicator: Indicator) -> LedgerLine:
    """Give the line of an indicator that a district claims nothing for."""
    return LedgerLine(indicator.number, indicator.points, None, False, (Reason("no_claim"),))


def as_claimed(indicator: Indicator, claim: Claim) -> LedgerLine:
    """Give the line of a claim that stands as it is, since no visit has seen what it says."""
    reason = Reason("not_observed_by_a_visit")
    return LedgerLine(indicator.number, indicator.points, claim.self_score, False, (reason,))


def supported_by_visits(indicator: Indicator, claim: Claim, outcomes: Sequence[Outcome]) -> LedgerLine:
    """Work out the line of a list of places from the outcomes of its lines."""
    claimed, count = claim.self_score, len(outcomes)
    confirmed = sum(outcome is Outcome.CONFIRMED for outcome in outcomes)
    contradicted = sum(outcome in CONTRADICTS for outcome in outcomes)
    undecided = count - confirmed - contradicted
    reason, lowest, highest = _range(claimed, count, confirmed, undecided)
    return LedgerLine(indicator.number, indicator.points, claimed, True, (Reason(reason),), count, confirmed,
                      contradicted, undecided, lowest, highest)  # fmt: skip


def _range(claimed: float | None, lines: int, confirmed: int, undecided: int) -> tuple[str, float | None, float | None]:
    """Give the lowest and highest supported points, after the code of the reason for them."""
    if claimed is None:
        return "no_self_score", None, None
    if lines == 0:
        return "no_lines_listed", 0.0, claimed
    nothing_decided = undecided == lines
    reason = "nothing_decided_yet" if nothing_decided else "purposive_no_interval"
    return reason, *supported_points(claimed, lines, confirmed, undecided)


def supported_points(self_score: float, lines: int, confirmed: int, undecided: int) -> tuple[float, float]:
    """Give the lowest and highest supported points by the rule above (`lines` > 0)."""
    return self_score * confirmed / lines, self_score * (confirmed + undecided) / lines
