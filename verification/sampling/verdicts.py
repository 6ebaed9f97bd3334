"""What a drawing that asks something is answered by what was seen: LQAS and an audit pass, fail, or are open still.

*lqas*: the list passes with so many confirmed as it takes (`designs.LQAS`), and fails once they are out of reach.
*audit*: it passes with all that were drawn confirmed, and fails with one that is contradicted. Who was drawn and is not
decided could still be either, so the answer is open as long as it hangs on them.
"""

from collections.abc import Iterable
from enum import StrEnum

from verification.model import CONTRADICTS, Outcome
from verification.record import record
from verification.sampling.designs import LQAS, Design


class SampleVerdict(StrEnum):
    """What a drawing is answered."""

    PASSES = "passes"
    FAILS = "fails"
    OPEN = "open"


@record
class SeenOfDrawn:
    """How the places came out that were drawn; no substitute is among them."""

    drawn: int
    confirmed: int
    contradicted: int

    @property
    def undecided(self) -> int:
        """Neither confirmed nor contradicted."""
        return self.drawn - self.confirmed - self.contradicted


def seen_of(outcomes: Iterable[Outcome]) -> SeenOfDrawn:
    """Count the outcomes of all that were drawn."""
    found = list(outcomes)
    contradicted = sum(outcome in CONTRADICTS for outcome in found)
    return SeenOfDrawn(len(found), found.count(Outcome.CONFIRMED), contradicted)


def verdict_of(design: Design, lines: int, seen: SeenOfDrawn) -> SampleVerdict | None:
    """Answer a drawing from so many lines; None for a design that asks nothing, or where the whole list was visited."""
    visits, needed = LQAS
    if design is Design.LQAS and lines > visits:
        if seen.confirmed >= needed:
            return SampleVerdict.PASSES
        return SampleVerdict.OPEN if seen.confirmed + seen.undecided >= needed else SampleVerdict.FAILS
    if design is Design.AUDIT:
        if seen.contradicted:
            return SampleVerdict.FAILS
        return SampleVerdict.OPEN if seen.undecided else SampleVerdict.PASSES
    return None
