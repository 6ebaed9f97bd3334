"""The table of thresholds, and a number that leaves only by it.

Below a threshold a number is hidden, none at all included: that nobody was counted may tell as much as that one was.
Above it the number is rounded where its row says so, since two exact ones of different days tell their difference.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from verification.record import record


class CountOf(StrEnum):
    """What was counted."""

    CHILDREN = "children"  # and others who use a place, of whom most are
    PROTECTED = "protected"  # children of indicators 28, 29 and 31; their families; homes, and whoever is in them
    ASKED = "asked"  # people who were interviewed
    STAFF = "staff"  # grown-ups at their work, at places where nobody lives
    THINGS = "things"  # days, books, meetings, places that are listed one by one: nobody
    CLAIMED = "claimed"  # children, as a district claims them
    OWN = "own"  # a breakdown that a district publishes, said back to whoever of it hands it in


@record
class Threshold:
    """So many and fewer are hidden; others are rounded to a multiple of `step`."""

    few: float
    step: int

    @property
    def hides_all(self) -> bool:
        """Tell whether no number is shown, however large."""
        return self.few == math.inf


THRESHOLDS: Mapping[CountOf, Threshold] = {
    CountOf.CHILDREN: Threshold(few=4, step=1),
    CountOf.PROTECTED: Threshold(few=7, step=5),
    CountOf.ASKED: Threshold(few=4, step=5),
    CountOf.STAFF: Threshold(few=-1, step=1),
    CountOf.THINGS: Threshold(few=-1, step=1),
    # a claim has whole and parts, of two years, and by margins: even large ones tell what is hidden between them. They
    # stand in the workbook alone, whose cell is named
    CountOf.CLAIMED: Threshold(few=math.inf, step=1),
    # who hands a form in has the number before them, and cannot mend a clash that they are not told; none of 28, 29, 31
    CountOf.OWN: Threshold(few=-1, step=1),
}
SHARE_FROM = 10  # of fewer nobody gives a share
_TENTHS = 10


@dataclass(frozen=True, slots=True, repr=False)
class Count:
    """A number of somebody. It is no text and no number by itself: `shown` and `at_least` are the ways out."""

    _number: int
    counted: CountOf

    def __repr__(self) -> str:
        """Say what was counted, and not how many."""
        return f"Count({self.counted})"

    def __add__(self, other: "Count") -> "Count":
        """Add another of the same; of two kinds the stricter one's threshold holds."""
        stricter = max((self.counted, other.counted), key=lambda one: THRESHOLDS[one].few)
        return Count(self._number + other._number, stricter)

    @property
    def is_hidden(self) -> bool:
        """Tell whether it is so few that it is not shown."""
        return self._number <= THRESHOLDS[self.counted].few

    def shown(self) -> int | None:
        """Give the number as it may be shown, rounded where it has to be; None where it is hidden."""
        return None if self.is_hidden else rounded(self._number, THRESHOLDS[self.counted].step)

    def share_of(self, whole: "Count") -> tuple[int, int] | None:
        """Give between which tenths of a whole it lies, in percent; None where the whole is too few for shares.

        The ends are wide: that all or none said something would be what each one said.
        """
        if whole.is_hidden or whole._number < SHARE_FROM or self._number > whole._number:
            return None
        tenth = min(max(round(self._number * _TENTHS / whole._number), 1), _TENTHS - 1)
        low, high = tenth * _TENTHS - 5, tenth * _TENTHS + 5
        return (0 if tenth == 1 else low, 100 if tenth == _TENTHS - 1 else high)


def rounded(number: int, step: int) -> int:
    """Round to the nearest multiple of a step; from the middle on upwards."""
    return (number + step // 2) // step * step


def of_all(counts: Iterable[Count], counted: CountOf) -> Count:
    """Add up counts; none make a count of nobody."""
    return sum(counts, Count(0, counted))


def parts_to_show(parts: Mapping[str, int], few: float) -> frozenset[str]:
    """Name the parts that may stand beside their sum.

    Each is of more than few. What is left out is either nothing, or several parts of more than few together: where it
    is less, the smallest of the others are left out too.
    """
    shown = {name for name, number in parts.items() if number > few}
    for name in sorted(shown, key=lambda one: (parts[one], one)):
        left_out = parts.keys() - shown
        if not left_out or (len(left_out) > 1 and sum(parts[one] for one in left_out) > few):
            break
        shown.discard(name)
    return frozenset(shown)


def parts_beside_all(parts: Mapping[str, int], of_all: float | None) -> frozenset[str]:
    """Name the parts whose share may stand beside that of all, as far as known: of nobody else too few are left.

    What all have more than the parts together is a part that nobody names; one without anybody is none.
    """
    there = {name: number for name, number in parts.items() if number}
    rest = 0 if of_all is None else int(of_all) - sum(there.values())
    return parts_to_show(there | ({"": rest} if rest > 0 else {}), SHARE_FROM - 1) - {""}
