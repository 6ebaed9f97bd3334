"""Places visited again: what the visit that counts answers otherwise than the others, told for a person to ask about.

It may have changed in between; so nothing is decided by it (which one counts: `verification/matching/latest.py`).
"""

from collections.abc import Mapping, Sequence

from verification.comparing.finding import Said, Verdict
from verification.judging.line import LineResult
from verification.model import Seen, Visit
from verification.reason import Reason
from verification.record import record
from verification.remembering import Remembered

_SAID = (Seen.YES, Seen.NO)


@record
class BackCheck:
    """Two visits to one place: how many criteria both looked at, and those of which they say the opposite."""

    compared: int
    differ: tuple[str, ...]


def compare_visits(earlier: Visit, later: Visit) -> BackCheck:
    """Compare answer by answer what both looked at; what one of them did not see says nothing."""
    both = opposite(earlier.answers, later.answers)
    return BackCheck(len(both), tuple(sorted(code for code, differs in both.items() if differs)))


def opposite(earlier: Mapping[str, Seen], later: Mapping[str, Seen]) -> dict[str, bool]:
    """Say of each criterion that both visits looked at whether they answer the opposite."""
    return {code: then is not seen for code, seen in earlier.items()
            if seen in _SAID and (then := later.get(code)) in _SAID}  # fmt: skip


def visited_again(
    results: Sequence[LineResult], visits: Mapping[str, Visit], known: Remembered | None = None
) -> Said | None:
    """Add up what visits to places of a list say otherwise than those before them; None where none was there twice.

    `known` has what was compared before.
    """
    pairs = [
        (before, result.match.visit_id)
        for result in results
        if result.match and result.match.sure
        for before in result.earlier
    ]
    earlier, later = [visits[before] for before, _ in pairs], [visits[after] for _, after in pairs]

    def compare_each(positions: Sequence[int]) -> list[BackCheck]:
        return [compare_visits(earlier[one], later[one]) for one in positions]

    each = (known or Remembered()).each("again", compare_each, pairs, earlier, later)
    checks = [one for one in each if one.compared]  # who stood before a closed door answered nothing to compare
    compared, differ = sum(one.compared for one in checks), sum(len(one.differ) for one in checks)
    if not compared:
        return None
    codes = sorted({code for one in checks for code in one.differ})
    if codes:
        return Verdict.DIFFERS, Reason(
            "visited_again_differs",
            {"count": len(checks), "of": compared, "differ": differ, "criteria": " ".join(codes)},
        )
    return Verdict.OPEN, Reason("visited_again_the_same", {"count": len(checks), "of": compared})
