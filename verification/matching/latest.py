"""Which of several visits to one place counts: the latest that could look.

Visits follow each other as they were made: a form that waited a week on a phone without a line is no news of today.
And who stood before a closed door has seen nothing that another visit has not seen, nor does a form without a point
show that it was filled in there: such a visit counts only where none could look. Nor has it what somebody saw who was
let in, and could not see all that is asked: where none saw all of it, the latest of those counts. So a visit that comes
with less than there is already takes nothing away. That a place is not there, or is closed for good, was seen.

Rules before 9 went by the receipt at Central, whatever a visit saw (`MatchingRules.latest_that_looked`).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from math import inf
from typing import NamedTuple

from verification.judging.checks import open_for_want_of_a_look
from verification.matching.identity import registry_key
from verification.matching.lines import Placed
from verification.model import Arrival, Mode, Visit
from verification.places.evidence import why_no_evidence
from verification.places.kinds import Shown
from verification.reading.moment import made_at
from verification.record import record
from verification.remembering import Remembered, picked
from verification.rules import Rules
from verification.sets.indicators import Indicator

_BEGIN = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
Moments = tuple[float, float, str]  # when it was made, when it was received (seconds since then), its id
FOUND_SOMETHING = frozenset({Arrival.NOT_THERE, Arrival.CLOSED_FOR_GOOD})


class Looked(IntEnum):
    """How much a visit could look at of what an indicator asks."""

    NOTHING = 0  # or nothing shows where it was
    PARTLY = 1  # it was let in
    ALL = 2


class Rank(NamedTuple):
    """How a visit stands among others to its place: the highest counts."""

    looked: Looked
    moments: Moments


@record
class Latest:
    """The positions of the visits that count, by the visits' ids, and for each other visit the one it gives way to.

    Of these `later` came after it, and could not look.
    """

    positions: tuple[int, ...]
    gave_way: dict[str, str]
    later: frozenset[str]


def latest_of_each_place(placed: Sequence[Placed], indicator: Indicator, rules: Rules, known: Remembered) -> Latest:
    """Find the visit to each place that counts for an indicator; `known` has what was found before."""
    visits = [p.visit for p in placed]
    ids = [visit.visit_id for visit in visits]
    by_id = known.alike("by id", lambda: sorted(range(len(ids)), key=ids.__getitem__), ids)

    def where_and_when(positions: Sequence[int]) -> list[tuple[tuple[str, str], Moments]]:
        return [(_place_key(visits[one]), moments(visits[one], rules)) for one in positions]

    found = known.each("where and when", where_and_when, ids, visits, of=(rules,))
    several = known.alike("several", lambda: _several([place for place, _ in found]), found)
    some = picked(visits, several)

    def seen(positions: Sequence[int]) -> list[tuple[bool, Looked]]:
        return [(_is_kept(some[at], indicator), _looked(some[at], indicator, rules)) for at in positions]

    saw = known.each("looked", seen, picked(ids, several), some, of=(indicator, rules))
    return known.alike("latest", lambda: _latest(by_id, found, several, saw), found, several, saw)


def rank(visit: Visit, indicator: Indicator, rules: Rules) -> Rank:
    """Say how a visit stands among others to its place, for an indicator."""
    return Rank(_looked(visit, indicator, rules), moments(visit, rules))


def moments(visit: Visit, rules: Rules) -> Moments:
    """Order visits by when they were made, then by when Central received them, then by ids; in whatever zones."""
    received = _with_zone(visit.received_at)
    if received is None:
        return -inf, -inf, visit.visit_id
    made = received
    if rules.matching.latest_that_looked:
        made = made_at(_with_zone(visit.began_at), received)
    return (made - _BEGIN).total_seconds(), (received - _BEGIN).total_seconds(), visit.visit_id


def shows_where(visit: Visit, rules: Rules) -> bool:
    """Tell whether a visit can show that it was at a place: by a point, or by video where that may count."""
    if visit.mode is Mode.VIDEO:
        return may_count_by_video(visit, visit.kind, rules)
    return visit.frozen is not None or why_no_evidence(visit.fix, visit.mode) is None


def may_count_by_video(visit: Visit, kind: str, rules: Rules) -> bool:
    """Tell whether a visit by video may stand for one on site, of a kind of place that was picked from the list.

    Only where the round says so. Never at a home: what is seen there by a camera is papers (safeguarding 8).
    """
    picked, openly = visit.facility_id is not None, rules.kinds[kind].shown is Shown.OPENLY
    return rules.video_counts and visit.mode is Mode.VIDEO and picked and openly


def could_look(visit: Visit, indicator: Indicator) -> bool:
    """Tell whether a visit saw what an indicator asks: that the place is not there, too, or is closed for good."""
    if visit.arrival is not Arrival.OPEN:
        return visit.arrival in FOUND_SOMETHING
    asked = [criterion for criterion in indicator.criteria if criterion.asked_at(visit.kind)]
    return not open_for_want_of_a_look(indicator.checks, asked, visit.answers)


def _looked(visit: Visit, indicator: Indicator, rules: Rules) -> Looked:
    if not rules.matching.latest_that_looked:
        return Looked.ALL
    if not shows_where(visit, rules):
        return Looked.NOTHING
    if could_look(visit, indicator):
        return Looked.ALL
    return Looked.PARTLY if visit.arrival is Arrival.OPEN else Looked.NOTHING


def _is_kept(visit: Visit, indicator: Indicator) -> bool:
    """Tell whether it is known what a visit's point shows of the list.

    Of one that had given way when points were deleted it is not: it would be found at no line.
    """
    if visit.frozen is None:
        return True
    given = {one.indicator for one in visit.frozen.matches if one.bits > 0}  # by no person
    return indicator.number in given | {number for number, _ in visit.frozen.perhaps}


def _with_zone(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=_BEGIN.tzinfo) if at and at.tzinfo is None else at


def _place_key(visit: Visit) -> tuple[str, str]:
    if visit.facility_id:
        return ("facility", visit.facility_id)
    if number := registry_key(visit.registry_no):
        return ("registry", f"{visit.kind} {number}")
    return ("visit", visit.visit_id)


def _several(places: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    """Give the positions of visits to places that were visited more than once: only of these it is asked who looked."""
    at: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, place in enumerate(places):
        at[place].append(position)
    return tuple(sorted(position for those in at.values() if len(those) > 1 for position in those))


def _latest(
    by_id: Sequence[int], found: Sequence[tuple[tuple[str, str], Moments]], several: Sequence[int],
    saw: Sequence[tuple[bool, Looked]],
) -> Latest:  # fmt: skip
    """Choose at each place that was visited several times: at all others the one visit counts, whatever it saw.

    `by_id` are the positions of all visits in the order of their ids; `saw` says of `several` of them what they saw.
    """
    places: dict[tuple[str, str], list[tuple[bool, Rank, int]]] = defaultdict(list)
    for position, (is_kept, looked) in zip(several, saw, strict=True):
        place, when = found[position]
        places[place].append((is_kept, Rank(looked, when), position))
    passed_over: set[int] = set()
    gave_way: dict[str, str] = {}
    later: set[str] = set()
    for those in places.values():
        *_, best, counts = max(those)
        others = [(one.moments, position) for _, one, position in those if position != counts]
        passed_over.update(position for _, position in others)
        gave_way |= {moments[-1]: best.moments[-1] for moments, _ in others}
        later.update(moments[-1] for moments, _ in others if moments > best.moments)
    return Latest(tuple(one for one in by_id if one not in passed_over), gave_way, frozenset(later))
