"""How numbers of children, and of the places that keep them safe, are written for those who need no exact ones.

One threshold for all of them: seven and fewer are hidden, also none at all, and others are rounded to fives. A number
beside its sum tells what was hidden, so parts are left out until what is left out says nothing.
"""

from collections.abc import Mapping

FEW, STEP = 7, 5
HIDDEN = f"<{FEW + 1}"


def shown_count(number: int) -> str:
    """Write a number: "<8", or the multiple of five that is nearest to it."""
    return HIDDEN if number <= FEW else str(_rounded(number))


def shown_share(part: int, whole: int) -> tuple[int, int]:
    """Round k of n, which was counted over places that are too many to be told apart. k is never more than n."""
    return min(_rounded(part), _rounded(whole)), _rounded(whole)


def parts_to_show(parts: Mapping[str, int]) -> frozenset[str]:
    """Name the parts that may stand beside their sum.

    Each is of more than seven. What is left out is either nothing, or several parts of more than seven together: where
    it is less, the smallest of the others are left out too.
    """
    shown = {name for name, number in parts.items() if number > FEW}
    for name in sorted(shown, key=lambda one: (parts[one], one)):
        left_out = parts.keys() - shown
        if not left_out or sum(parts[one] for one in left_out) > FEW:
            break
        shown.discard(name)
    return frozenset(shown)


def _rounded(number: int) -> int:
    return (number + STEP // 2) // STEP * STEP
