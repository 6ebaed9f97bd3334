"""The verification factor of a list (E-LINE): for each claimed place how many there are, and meet what is asked.

    factor = verified / claimed

Below 1 more is claimed than there is. What nobody has decided is not guessed: with V verified and U undecided of C
claimed lines the factor lies in [V/C, (V+U)/C]. It moves no points. How far places are used is told by what visits
counted (`verification.comparing.visited`).
"""

from collections.abc import Container, Iterable

from verification.judging.checks import LEAVES_OPEN
from verification.model import CONTRADICTS, Outcome
from verification.record import record

_MET = "criteria_counted"  # a place was found, and had what its indicator asks
_BY_A_PERSON = "decided_by_person"  # in place of what the rules proposed, whose reasons follow
_PERHAPS_ONE_PLACE = ("same_building", "stood_together")  # with another line

Told = tuple[Outcome, Container[str], int]  # so many lines of one outcome, with the codes of their reasons


@record
class Factor:
    """Of `lines` claimed places so many are verified, so many contradicted; the others nobody has decided."""

    lines: int
    verified: int
    contradicted: int

    @property
    def undecided(self) -> int:
        """How many are neither."""
        return self.lines - self.verified - self.contradicted

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The factor at least and at most; None where nothing is claimed: of nothing there is no ratio."""
        if not self.lines:
            return None
        return self.verified / self.lines, (self.verified + self.undecided) / self.lines

    @property
    def of_decided(self) -> float | None:
        """The factor of what is decided alone, which says nothing of the others; None where nothing is."""
        decided = self.verified + self.contradicted
        return self.verified / decided if decided else None


def exists(told: Iterable[Told]) -> Factor:
    """Count places that are there, whether or not they meet what is asked; one claimed twice is there once.

    So of those that may be one place with another none is known to be there that is open; of all of them one is.
    """
    told = _of_claimed(told)
    found = [(_may_be_another(outcome, reasons), count) for outcome, reasons, count in told
             if _was_found(outcome, reasons)]  # fmt: skip
    there = sum(count for perhaps, count in found if not perhaps) or min(1, sum(count for _, count in found))
    against = sum(count for outcome, _, count in told if outcome in CONTRADICTS - {Outcome.CRITERIA_NOT_MET})
    return Factor(sum(count for _, _, count in told), there, against)


def meets(told: Iterable[Told]) -> Factor:
    """Count places that are there and meet what decides."""
    told = _of_claimed(told)
    confirmed = sum(count for outcome, _, count in told if outcome is Outcome.CONFIRMED)
    against = sum(count for outcome, _, count in told if outcome in CONTRADICTS)
    return Factor(sum(count for _, _, count in told), confirmed, against)


def _of_claimed(told: Iterable[Told]) -> list[Told]:
    """Leave out what its own row says has ended: it is not claimed."""
    return [one for one in told if one[0] is not Outcome.ENDED]


def _was_found(outcome: Outcome, reasons: Container[str]) -> bool:
    """Tell whether a place was found there; not by a person who said that they cannot tell."""
    if outcome is Outcome.UNSURE:
        return _BY_A_PERSON not in reasons and any(code in reasons for code in (_MET, *LEAVES_OPEN))
    return outcome in (Outcome.CONFIRMED, Outcome.CRITERIA_NOT_MET)


def _may_be_another(outcome: Outcome, reasons: Container[str]) -> bool:
    return outcome is Outcome.UNSURE and any(code in reasons for code in _PERHAPS_ONE_PLACE)
