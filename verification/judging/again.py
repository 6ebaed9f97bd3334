"""Places visited again: what the later visit answers otherwise than the earlier ones, told for a person to ask about.

It may have changed in between; so nothing is decided by it, and the later visit counts as ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verification.comparing.finding import Said, Verdict
from verification.judging.line import LineResult
from verification.model import Seen, Visit
from verification.reason import Reason

_SAID = (Seen.YES, Seen.NO)


@dataclass(frozen=True, slots=True)
class BackCheck:
    """Two visits to one place: how many criteria both looked at, and those of which they say the opposite."""

    compared: int
    differ: tuple[str, ...]


def compare_visits(earlier: Visit, later: Visit) -> BackCheck:
    """Compare answer by answer what both looked at; what one of them did not see says nothing."""
    both = [code for code, seen in earlier.answers.items() if seen in _SAID and later.answers.get(code) in _SAID]
    return BackCheck(
        len(both), tuple(sorted(code for code in both if earlier.answers[code] is not later.answers[code]))
    )


def visited_again(results: Sequence[LineResult], visits: Mapping[str, Visit]) -> Said | None:
    """Add up what visits to places of a list say otherwise than those before them; None where none was there twice."""
    checks = [
        compare_visits(visits[before], visits[result.match.visit_id])
        for result in results
        if result.match and result.match.sure
        for before in result.earlier
    ]
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
