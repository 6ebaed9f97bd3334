"""What institutions of a district do for families of children in need of special protection, and how they meet.

Permen PPPA 07/2011: the centre meets twice a year at least (Pasal 6(3)), once in each half; what others hold informs.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from verification.disclosing.counts import THRESHOLDS, Count, CountOf
from verification.disclosing.tables import ALL, Cell, cells_to_show, with_sums
from verification.reading.programme import (
    FamilyNeed,
    Half,
    InstitutionKind,
    Programme,
    ProgrammeLevel,
    ProgrammeMeeting,
)

MEETINGS_A_YEAR = 2
BINDING = ProgrammeLevel.NATION
_FIRST_HALF = 6  # its last month


@dataclass(frozen=True)
class LevelMeetings:
    """The meetings of a level in a year, by half, and which institutions never came to one.

    `enough` is None where the law asks for none. A meeting that several tell of is one.
    """

    level: ProgrammeLevel
    first: int
    second: int
    enough: bool | None
    never_came: frozenset[InstitutionKind]
    decided: int
    followed: int


@dataclass(frozen=True)
class NeedCovered:
    """A need of families: which institutions answer it in each half of the year."""

    need: FamilyNeed
    first: frozenset[InstitutionKind]
    second: frozenset[InstitutionKind]


def meetings_of(programmes: Iterable[Programme], year: int) -> list[LevelMeetings]:
    """Count a year's meetings by level."""
    held: dict[ProgrammeLevel, dict[date, list[ProgrammeMeeting]]] = defaultdict(lambda: defaultdict(list))
    for programme in programmes:
        for meeting in programme.meetings:
            if meeting.day is not None and meeting.day.year == year and meeting.level is not None:
                held[meeting.level][meeting.day].append(meeting)
    return [_meetings_of(level, held[level]) for level in ProgrammeLevel]


@dataclass(frozen=True)
class MeetingsClaimed:
    """The meetings of a level that a district's claim form lists, by half of the year; `told_too` are the days of which
    an institution tells as well, None where institutions are not asked about the level.
    """

    level: str
    first: int
    second: int
    told_too: int | None


_AS_TOLD = {"national": ProgrammeLevel.NATION, "province": ProgrammeLevel.PROVINCE, "district": ProgrammeLevel.DISTRICT}


def claimed_meetings(
    claimed: Iterable[tuple[date | None, str | None]], programmes: Iterable[Programme], year: int
) -> list[MeetingsClaimed]:
    """Set the meetings on a claim form beside what institutions tell (E-COORD); `claimed` are days and levels.

    A day listed twice is one meeting; one without a day or of another year is none of this year's.
    """
    days: dict[str, set[date]] = defaultdict(set)
    for day, level in claimed:
        if day is not None and day.year == year and level:
            days[level].add(day)
    told: dict[ProgrammeLevel, set[date]] = defaultdict(set)
    for one in (meeting for programme in programmes for meeting in programme.meetings):
        if one.day is not None and one.level is not None:
            told[one.level].add(one.day)
    return [_claimed(level, days[level], told[known] if (known := _AS_TOLD.get(level)) else None) for level in days]


def _claimed(level: str, days: Collection[date], told: Collection[date] | None) -> MeetingsClaimed:
    first = sum(day.month <= _FIRST_HALF for day in days)
    both = None if told is None else sum(day in told for day in days)
    return MeetingsClaimed(level, first, len(days) - first, both)


def _meetings_of(level: ProgrammeLevel, by_day: Mapping[date, list[ProgrammeMeeting]]) -> LevelMeetings:
    first = sum(day.month <= _FIRST_HALF for day in by_day)
    second, told = len(by_day) - first, [one for those in by_day.values() for one in those]
    came = frozenset(kind for one in told for kind in one.present)
    enough = first + second >= MEETINGS_A_YEAR and min(first, second) > 0 if level is BINDING else None
    never = frozenset(InstitutionKind) - came if told else frozenset()
    decided = sum(max(one.decisions_before or 0 for one in those) for those in by_day.values())
    followed = sum(max(one.decisions_followed or 0 for one in those) for those in by_day.values())
    return LevelMeetings(level, first, second, enough, never, decided, followed)


def needs_covered(programmes: Iterable[Programme], year: int, needs: Iterable[FamilyNeed]) -> list[NeedCovered]:
    """Say of each need which institutions answer it in a year."""
    by_need: dict[tuple[FamilyNeed, Half], set[InstitutionKind]] = defaultdict(set)
    for one in programmes:
        if one.year == year and one.need and one.half and one.institution:
            by_need[one.need, one.half].add(one.institution)
    return [NeedCovered(need, *(frozenset(by_need[need, half]) for half in Half)) for need in needs]


def families_of(
    programmes: Iterable[Programme], year: int, number_of: Callable[[Programme], int | None]
) -> dict[Cell, int | None]:
    """Add up families, planned for or reached, by field and half year, with their sums.

    What must not be told is None; the others are rounded, parts downwards, so that they are never more than their sum.
    """
    cells: dict[Cell, int] = defaultdict(int)
    for one in programmes:
        number = number_of(one)
        if one.year == year and one.need and one.half and number is not None:
            cells[one.need.field, one.half] += number
    if not cells:
        return {}
    table, limit = with_sums(cells), THRESHOLDS[CountOf.PROTECTED]
    shown = cells_to_show(table, limit.few)
    return {cell: _written(cell, number) if cell in shown else None for cell, number in table.items()}


def _written(cell: Cell, number: int) -> int | None:
    step = THRESHOLDS[CountOf.PROTECTED].step
    return Count(number, CountOf.PROTECTED).shown() if cell == (ALL, ALL) else number // step * step
