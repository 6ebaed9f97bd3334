"""Signs between visits of a district: two that go together badly, or one unlike the others."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import compress

import numpy as np

from verification.flags.flag import Flag, Flagged
from verification.flags.phones import Found, Raised, clocks_ahead, too_fast
from verification.flags.photographs import place_of, same_photographs, taken_apart
from verification.model import Arrival, Visit
from verification.remembering import Remembered, picked, positions_of
from verification.rules import FlagRules, LocationRules

_DECIMALS = 6
NEED_POINTS = frozenset({Flag.SAME_COORDINATES, Flag.TOO_FAST, Flag.TWO_PHONES})


def flagged(
    visits: Sequence[Visit], rules: FlagRules, location: LocationRules, remembered: Remembered | None = None
) -> Mapping[str, tuple[Flagged, ...]]:
    """Give the signs of visits by their id: their own, those between them, and those kept of points that are gone.

    In whatever order visits come, the same are named: they are looked at by their ids. `remembered` has what was found
    before of a visit by itself, of a sender's visits, and of those to places of a kind.
    """
    known, ids = remembered or Remembered(), [visit.visit_id for visit in visits]
    order = known.alike("order", lambda: sorted(range(len(ids)), key=ids.__getitem__), ids)
    visits, ids = picked(visits, order), picked(ids, order)
    own = known.each("own", lambda at: [_own(visits[one], rules) for one in at], ids, visits, of=(rules,))
    found: dict[str, list[Flagged]] = defaultdict(list)
    for visit_id, alone in compress(zip(ids, own, strict=True), own):
        found[visit_id] += alone
    for signs in (clocks_ahead(ids, visits, rules, known), _same_coordinates(ids, visits, known),
                  too_fast(visits, rules, location, known), _hurried(ids, visits, rules, known),
                  same_photographs(ids, visits, rules, known)):  # fmt: skip
        for visit_id, one in signs:
            found[visit_id].append(one)
    return {visit_id: tuple(dict.fromkeys(signs)) for visit_id, signs in found.items()}


def _own(visit: Visit, rules: FlagRules) -> tuple[Flagged, ...]:
    """Give the signs that a visit shows by itself, and those kept of a point that is gone."""
    kept = visit.frozen.flags if visit.frozen else ()
    return (*map(Flagged, visit.signs), *kept, *map(Flagged, taken_apart(visit, rules)))


def _same_coordinates(ids: Sequence[str], visits: Sequence[Visit], known: Remembered) -> Found:
    """Find visits to different places with one point to the last decimal."""
    points = known.each("points", lambda at: [_point(visits[one]) for one in at], ids, visits)
    often = {point for point, count in Counter(points).items() if count > 1 and point is not None}
    at: dict[tuple[float, float], list[Visit]] = defaultdict(list)
    for visit, point in zip(visits, points, strict=True) if often else ():
        if point in often:
            at[point].append(visit)
    for those in at.values():
        first: dict[str, Visit] = {}
        for visit in those:
            first.setdefault(place_of(visit), visit)
        for visit in those if len(first) > 1 else ():
            other = next(one for place, one in first.items() if place != place_of(visit))
            yield visit.visit_id, Flagged(Flag.SAME_COORDINATES, other.visit_id)


def _point(visit: Visit) -> tuple[float, float] | None:
    return (round(visit.fix.lon, _DECIMALS), round(visit.fix.lat, _DECIMALS)) if visit.fix else None


def _hurried(ids: Sequence[str], visits: Sequence[Visit], rules: FlagRules, known: Remembered) -> Found:
    """Find forms filled in within a small part of the usual time, at places of the same kind that were open."""
    kinds, modes = [visit.kind for visit in visits], [visit.mode for visit in visits]
    by = known.alike("kinds", lambda: positions_of(zip(kinds, modes, strict=True)), kinds, modes)
    took = known.each("took", lambda at: [_took(visits[one], rules) for one in at], ids, visits, of=(rules,))
    for kind_and_mode, positions in by.items():
        of = picked(took, positions), picked(ids, positions)
        yield from known.alike(("hurried", *kind_and_mode), partial(_hurried_of_a_kind, *of, rules), *of, (rules,))


def _took(visit: Visit, rules: FlagRules) -> tuple[int, float]:
    """Give how many criteria were answered at a place that was open, and in how many seconds; 0 if nobody can know.

    A form that was open for hours was left open: an honest team that ends its forms in the evening would make each
    that is ended on the spot a short one.
    """
    if visit.arrival is not Arrival.OPEN or not (visit.began_at and visit.ended_at):
        return 0, 0.0
    seconds = (visit.ended_at - visit.began_at).total_seconds()
    return (len(visit.answers), seconds) if 0 < seconds <= 60 * rules.opened_longest_min else (0, 0.0)


def _hurried_of_a_kind(took: Sequence[tuple[int, float]], ids: Sequence[str], rules: FlagRules) -> Raised:
    """Find those that took little beside forms with no more answers, or beside the few with the fewest.

    A plan may ask for parts of a form at one place and not at another.
    """
    those = sorted((answered, seconds, visit_id) for (answered, seconds), visit_id in zip(took, ids, strict=True)
                   if seconds)  # fmt: skip
    if not those or len(those) < rules.hurried_from:
        return ()
    numbers, seconds = np.array([one[0] for one in those]), np.array([one[1] for one in those])
    few = numbers[rules.hurried_from - 1]
    shortest = {number: rules.hurried_share * float(np.median(seconds[numbers <= max(number, few)]))
                for number in {*numbers.tolist()}}  # fmt: skip
    return [(visit_id, Flagged(Flag.HURRIED)) for number, took_s, visit_id in those if took_s < shortest[number]]
