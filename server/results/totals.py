"""A district's sums over its indicators."""

from collections.abc import Sequence

from server.disclosure.cleared import view
from verification.points.ledger import LedgerLine


@view
class Totals:
    """Sums over all indicators. `standing` is claimed under indicators that no visit can see: it is not supported."""

    maximum: float
    claimed: float
    standing: float
    observed_claimed: float
    lowest: float
    highest: float


def totals(ledger: Sequence[LedgerLine]) -> Totals:
    """Add up the ledger."""
    observed = [line for line in ledger if line.lowest is not None]
    return Totals(
        maximum=sum(line.maximum for line in ledger),
        claimed=sum(line.claimed or 0 for line in ledger),
        standing=sum(line.claimed or 0 for line in ledger if line.lowest is None),
        observed_claimed=sum(line.claimed or 0 for line in observed),
        lowest=sum(line.lowest or 0 for line in observed),
        highest=sum(line.highest or 0 for line in observed),
    )
