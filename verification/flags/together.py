"""Signs between visits of a district: two that go together badly, or one unlike the others."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import compress, pairwise

import numpy as np

from verification.flags.alone import error_m
from verification.flags.flag import Flag, Flagged
from verification.flags.photographs import same_photographs, taken_apart
from verification.model import Arrival, Visit
from verification.places.distance import distance_m
from verification.remembering import Remembered, picked, positions_of
from verification.rules import FlagRules, LocationRules

_DECIMALS = 6
_LONGEST_S = 86_400.0  # a form that was open for longer was not being filled in
_KMH = 3.6
NEED_POINTS = frozenset({Flag.SAME_COORDINATES, Flag.TOO_FAST})
Found = Iterator[tuple[str, Flagged]]
Raised = Sequence[tuple[str, Flagged]]


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
    for signs in (_same_coordinates(ids, visits, known), _too_fast(visits, rules, location, known),
                  _hurried(ids, visits, rules, known), same_photographs(ids, visits, rules, known)):  # fmt: skip
        for visit_id, one in signs:
            found[visit_id].append(one)
    return {visit_id: tuple(dict.fromkeys(signs)) for visit_id, signs in found.items()}


def _own(visit: Visit, rules: FlagRules) -> tuple[Flagged, ...]:
    """Give the signs that a visit shows by itself, and those kept of a point that is gone."""
    kept = visit.frozen.flags if visit.frozen else ()
    late = (Flag.ENDED_AFTER_RECEIPT,) if _ended_late(visit, rules) else ()
    return (*map(Flagged, visit.signs), *kept, *map(Flagged, late), *map(Flagged, taken_apart(visit, rules)))


def _ended_late(visit: Visit, rules: FlagRules) -> bool:
    """Tell whether a form was ended, by the phone, after it had come; earlier is only a team without signal.

    An edited one says when it was edited, and came before.
    """
    if visit.ended_at is None or visit.received_at is None:
        return False
    is_late = (visit.ended_at - visit.received_at).total_seconds() > rules.clock_s
    return is_late and visit.visit_id.split(" ")[0] == visit.version


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
            first.setdefault(_place(visit), visit)
        for visit in those if len(first) > 1 else ():
            other = next(one for place, one in first.items() if place != _place(visit))
            yield visit.visit_id, Flagged(Flag.SAME_COORDINATES, other.visit_id)


def _point(visit: Visit) -> tuple[float, float] | None:
    return (round(visit.fix.lon, _DECIMALS), round(visit.fix.lat, _DECIMALS)) if visit.fix else None


def _place(visit: Visit) -> str:
    return visit.facility_id or visit.name or visit.visit_id


def _too_fast(visits: Sequence[Visit], rules: FlagRules, location: LocationRules, known: Remembered) -> Found:
    """Find visits of one sender between which nobody travels: with all the time that there can have been.

    A point is taken between beginning and end, so that is from the first one's beginning to the second one's end. The
    way is what both points' errors leave of it.
    """
    senders = [visit.sender for visit in visits]
    for sender, positions in known.alike("senders", lambda: positions_of(senders), senders).items():
        if sender:
            theirs = picked(visits, positions)
            find = partial(_too_fast_of_one, theirs, rules, location)
            yield from known.again(("too fast", sender), find, rules, location, *theirs)


def _too_fast_of_one(visits: Sequence[Visit], rules: FlagRules, location: LocationRules) -> Raised:
    theirs = [(visit.began_at, visit.ended_at, visit.fix, visit) for visit in visits
              if visit.fix and visit.fix.accuracy_m and visit.began_at and visit.ended_at]  # fmt: skip
    in_order = sorted(theirs, key=lambda one: (one[0], one[3].visit_id))
    found = []
    for (began, _, here, earlier), (_, ended, there, later) in pairwise(in_order):
        way_m = distance_m(here.lon, here.lat, there.lon, there.lat)
        least_m = way_m - error_m(here, location) - error_m(there, location)
        seconds = (ended - began).total_seconds()
        if least_m * _KMH > rules.fastest_kmh * max(seconds, 1.0):
            found.append((later.visit_id, Flagged(Flag.TOO_FAST, earlier.visit_id)))
    return found


def _hurried(ids: Sequence[str], visits: Sequence[Visit], rules: FlagRules, known: Remembered) -> Found:
    """Find forms filled in within a small part of the usual time, at places of the same kind that were open."""
    kinds, modes = [visit.kind for visit in visits], [visit.mode for visit in visits]
    by = known.alike("kinds", lambda: positions_of(zip(kinds, modes, strict=True)), kinds, modes)
    took = known.each("took", lambda at: [_took_s(visits[one]) for one in at], ids, visits)
    for kind_and_mode, positions in by.items():
        of = picked(took, positions), picked(ids, positions)
        yield from known.alike(("hurried", *kind_and_mode), partial(_hurried_of_a_kind, *of, rules), *of, (rules,))


def _took_s(visit: Visit) -> float | None:
    """Give the seconds in which a form was filled in, at a place that was open; None where they cannot have been."""
    if visit.arrival is not Arrival.OPEN or not (visit.began_at and visit.ended_at):
        return None
    seconds = (visit.ended_at - visit.began_at).total_seconds()
    return seconds if 0 < seconds <= _LONGEST_S else None


def _hurried_of_a_kind(took_s: Sequence[float | None], ids: Sequence[str], rules: FlagRules) -> Raised:
    known_s = [seconds for seconds in took_s if seconds is not None]
    if not known_s or len(known_s) < rules.hurried_from:
        return ()
    shortest = rules.hurried_share * float(np.median(known_s))
    return [(visit_id, Flagged(Flag.HURRIED)) for seconds, visit_id in zip(took_s, ids, strict=True)
            if seconds is not None and seconds < shortest]  # fmt: skip
