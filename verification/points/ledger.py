"""The ledger of points: what the evidence supports at least, at best, and by extrapolation. Rule of version 1.

The regulation gives no scale for partial achievement. This is a proposal, published and versioned; Tim Penilai decides
points. Of C claimed lines K are confirmed, X contradicted and U undecided; with a self-score S:

    lowest = S·K/C      highest = S·(K+U)/C      expected = S·(K + p·U)/C with p = K/(K+X)

Expected is an extrapolation and, for places chosen on purpose, comes without an interval. With K + X = 0 there is
none. An indicator without a list of places stands as claimed: no visit has seen it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from verification.model import CONTRADICTS, Claim, Outcome
from verification.reason import Reason
from verification.sets.indicators import Indicator

RULE = "1"


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
    expected: float | None = None
    highest: float | None = None


def ledger_line(indicator: Indicator, claim: Claim | None, outcomes: Sequence[Outcome]) -> LedgerLine:
    """Work out one indicator's line from the outcomes of its claim lines."""
    claimed = claim.self_score if claim else None
    if claim is None:
        return LedgerLine(indicator.number, indicator.points, None, False, (Reason("no_claim"),))
    if not indicator.is_list:
        return LedgerLine(indicator.number, indicator.points, claimed, False, (Reason("not_observed_by_a_visit"),))
    count = len(outcomes)
    confirmed = sum(outcome is Outcome.CONFIRMED for outcome in outcomes)
    contradicted = sum(outcome in CONTRADICTS for outcome in outcomes)
    counts = (count, confirmed, contradicted, count - confirmed - contradicted)
    if claimed is None:
        return LedgerLine(indicator.number, indicator.points, None, True, (Reason("no_self_score"),), *counts)
    if count == 0:
        reason = Reason("no_lines_listed")
        return LedgerLine(indicator.number, indicator.points, claimed, True, (reason,), lowest=0.0, highest=claimed)
    return LedgerLine(indicator.number, indicator.points, claimed, True, _reasons(confirmed, contradicted), *counts,
                      *supported_points(claimed, *counts))  # fmt: skip


def supported_points(
    self_score: float, lines: int, confirmed: int, contradicted: int, undecided: int
) -> tuple[float, float | None, float]:
    """Give the lowest, expected and highest supported points by the rule above (`lines` > 0)."""
    lowest = self_score * confirmed / lines
    highest = self_score * (confirmed + undecided) / lines
    decided = confirmed + contradicted
    expected = self_score * (confirmed + confirmed / decided * undecided) / lines if decided else None
    return lowest, expected, highest


def _reasons(confirmed: int, contradicted: int) -> tuple[Reason, ...]:
    if confirmed + contradicted == 0:
        return (Reason("nothing_decided_yet"),)
    return (Reason("extrapolated"), Reason("purposive_no_interval"))
