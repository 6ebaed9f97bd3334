"""How numbers of children, and of the places that keep them safe, are written for those who need no exact ones.

By the table of thresholds (`verification/disclosing/counts.py`): seven and fewer are hidden, also none at all, and
others are rounded to fives. A number beside its sum tells what was hidden, so parts are left out until what is left out
says nothing.
"""

from collections.abc import Mapping

from verification.disclosing import counts
from verification.disclosing.counts import THRESHOLDS, Count, CountOf, rounded

FEW, STEP = THRESHOLDS[CountOf.PROTECTED].few, THRESHOLDS[CountOf.PROTECTED].step
HIDDEN = f"<{FEW + 1}"


def shown_count(number: int) -> str:
    """Write a number: "<8", or the multiple of five that is nearest to it."""
    shown = Count(number, CountOf.PROTECTED).shown()
    return HIDDEN if shown is None else str(shown)


def shown_share(part: int, whole: int) -> tuple[int, int]:
    """Round k of n, which was counted over places that are too many to be told apart. k is never more than n."""
    return min(rounded(part, STEP), rounded(whole, STEP)), rounded(whole, STEP)


def parts_to_show(parts: Mapping[str, int]) -> frozenset[str]:
    """Name the parts that may stand beside their sum."""
    return counts.parts_to_show(parts, FEW)
