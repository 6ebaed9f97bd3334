"""The signs there are, and how often each is raised by visits that were made honestly."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from verification.record import record


class Flag(StrEnum):
    """A sign; `flag.<code>` in the catalogues says it in words."""

    BEGAN_AWAY = "began_away"
    PHOTOGRAPHED_AWAY = "photographed_away"
    PLACED_BY_HAND = "placed_by_hand"
    NO_ALTITUDE = "no_altitude"
    ENDED_AFTER_RECEIPT = "ended_after_receipt"
    SAME_COORDINATES = "same_coordinates"
    TOO_FAST = "too_fast"
    TWO_PHONES = "two_phones"
    HURRIED = "hurried"
    SAME_PHOTOGRAPH = "same_photograph"
    PHOTOGRAPHED_BEFORE_OR_AFTER = "photographed_before_or_after"
    SENT_ELSEWHERE = "sent_elsewhere"  # looked up when a page is read; no result has it


@record
class Flagged:
    """A sign at a visit; `other` is the visit with which it makes one, where it takes two.

    `minutes` are those by which a phone's clock was ahead, where that is the sign.
    """

    flag: Flag
    other: str | None = None
    minutes: int | None = None


@record
class Rate:
    """How often a sign was raised by so many visits without fabrication."""

    alarms: int
    visits: int

    @property
    def one_in(self) -> int | None:
        """Give of how many such visits one raises it; None where none did."""
        return max(1, round(self.visits / self.alarms)) if self.alarms else None


class UnusableRates(ValueError):
    """Rates that cannot be used as they are written; its text is for whoever wrote the file."""


def read_rates(rows: Iterable[Mapping[str, Any]]) -> dict[Flag, Rate]:
    """Read the rows of `rates.toml`: one for each sign. Raises UnusableRates."""
    found = {Flag(row["flag"]): Rate(row["alarms"], row["visits"]) for row in rows}
    if lacking := [flag for flag in Flag if flag not in found]:
        raise UnusableRates(f"no rate for {lacking[0]!r}: no sign is shown without one")
    return found
