"""Working days: until when a district may reply. Days are of its own calendar; no clock is asked here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from verification.record import record

_SATURDAY = 5


@record
class DaysOff:
    """The holidays and days of joint leave that are known, and the years of which they are."""

    days: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked: no Saturday, no Sunday and none of these."""
        return day.weekday() < _SATURDAY and day not in self.days

    def knows(self, day: date) -> bool:
        """Tell whether the holidays of a day's year are known; else its weekends alone are counted."""
        return day.year in self.years


def read_days_off(table: Mapping[str, Sequence[Mapping[str, Any]]]) -> DaysOff:
    """Read a parsed file of holidays. Raises KeyError where a year has no days."""
    years = table["years"]
    return DaysOff(frozenset(day for one in years for day in one["days"]), frozenset(one["year"] for one in years))


def last_day(received: date, working_days: int, off: DaysOff) -> date:
    """Give the last day of a window that begins the day after something was received."""
    day = received
    while working_days > 0:
        day = date.fromordinal(day.toordinal() + 1)
        working_days -= off.is_working(day)
    return day
