"""Meetings that institutions tell of, and those on a claim form beside them (E-COORD)."""

from datetime import date

import pytest

from verification.reading.programme import InstitutionKind, Programme, ProgrammeLevel, read_programme
from verification.summing.programmes import MeetingsClaimed, claimed_meetings, meetings_of

FEBRUARY, JUNE, JULY = date(2025, 2, 1), date(2025, 6, 30), date(2025, 7, 1)


def told(*days: date, level: ProgrammeLevel = ProgrammeLevel.DISTRICT) -> Programme:
    met = [{"meeting_date": day.isoformat(), "meeting_level": level.value, "institutions_present": "pemda"}
           for day in days]  # fmt: skip
    return read_programme({"meetings_held": "yes", "meeting": met}, "uuid:1", "uuid:1")


@pytest.mark.parametrize("days, enough", [
    ([], False), ([FEBRUARY], False), ([FEBRUARY, JUNE], False), ([FEBRUARY, FEBRUARY], False), ([JUNE, JULY], True),
])  # fmt: skip
def test_the_centre_meets_twice_a_year_and_once_in_each_half(days: list[date], enough: bool) -> None:
    """E-COORD: what binds the centre (Ps 6(3)) informs of others, and who never came is named."""
    nation, _, district = meetings_of([told(*days, level=ProgrammeLevel.NATION), told(FEBRUARY)], 2025)
    assert (nation.enough, district.enough) == (enough, None)
    assert nation.never_came == (frozenset(InstitutionKind) - {InstitutionKind.GOVERNMENT} if days else set())


def test_a_level_by_halves_and_the_days_that_an_institution_tells_too() -> None:
    claimed = [(FEBRUARY, "district"), (JUNE, "district"), (JULY, "district")]
    found = claimed_meetings(claimed, [told(FEBRUARY), told(FEBRUARY, date(2025, 9, 9))], 2025)
    assert found == [MeetingsClaimed("district", 2, 1, 1)]


def test_a_day_twice_is_one_meeting_and_another_years_none() -> None:
    claimed = [(FEBRUARY, "district"), (FEBRUARY, "district"), (date(2024, 2, 1), "district"), (None, "district"),
               (JULY, None)]  # fmt: skip
    assert claimed_meetings(claimed, [], 2025) == [MeetingsClaimed("district", 1, 0, 0)]


def test_another_levels_meeting_of_that_day_is_another_and_of_villages_nobody_is_asked() -> None:
    claimed = [(FEBRUARY, "province"), (FEBRUARY, "village")]
    found = claimed_meetings(claimed, [told(FEBRUARY)], 2025)
    assert found == [MeetingsClaimed("province", 1, 0, 0), MeetingsClaimed("village", 1, 0, None)]
