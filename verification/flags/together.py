"""Signs between visits of a district: two that go together badly, or one unlike the others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from verification.flags.alone import error_m
from verification.flags.flag import Flag, Flagged
from verification.model import Arrival, Fix, Mode, Visit
from verification.places.distance import distance_m
from verification.rules import FlagRules, LocationRules

_DECIMALS = 6
_LONGEST_S = 86_400.0  # a form that was open for longer was not being filled in
_KMH = 3.6
NEED_POINTS = frozenset({Flag.SAME_COORDINATES, Flag.TOO_FAST})
Found = Iterator[tuple[str, Flagged]]


def flagged(visits: Sequence[Visit], rules: FlagRules, location: LocationRules) -> Mapping[str, tuple[Flagged, ...]]:
    """Give the signs of visits by their id: their own, those between them, and those kept of points that are gone.

    In whatever order visits come, the same are named: they are looked at by their ids.
    """
    visits = sorted(visits, key=lambda visit: visit.visit_id)
    found: dict[str, list[Flagged]] = defaultdict(list)
    for visit in visits:
        found[visit.visit_id] += map(Flagged, visit.signs)
        found[visit.visit_id] += visit.frozen.flags if visit.frozen else ()
    for signs in (_ended_late(visits, rules), _same_coordinates(visits), _too_fast(visits, rules, location),
                  _hurried(visits, rules)):  # fmt: skip
        for visit_id, one in signs:
            found[visit_id].append(one)
    return {visit_id: tuple(dict.fromkeys(signs)) for visit_id, signs in found.items() if signs}


def _ended_late(visits: Sequence[Visit], rules: FlagRules) -> Found:
    """Find forms that were ended, by the phone, after they had come; earlier is only a team without signal.

    An edited one says when it was edited, and came before.
    """
    for visit in visits:
        is_first = visit.visit_id.split(" ")[0] == visit.version
        if not is_first or visit.ended_at is None or visit.received_at is None:
            continue
        if (visit.ended_at - visit.received_at).total_seconds() > rules.clock_s:
            yield visit.visit_id, Flagged(Flag.ENDED_AFTER_RECEIPT)


def _same_coordinates(visits: Sequence[Visit]) -> Found:
    """Find visits to different places with one point to the last decimal."""
    at: dict[tuple[float, float], list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.fix is not None:
            at[round(visit.fix.lon, _DECIMALS), round(visit.fix.lat, _DECIMALS)].append(visit)
    for those in at.values():
        first: dict[str, Visit] = {}
        for visit in those:
            first.setdefault(_place(visit), visit)
        for visit in those if len(first) > 1 else ():
            other = next(one for place, one in first.items() if place != _place(visit))
            yield visit.visit_id, Flagged(Flag.SAME_COORDINATES, other.visit_id)


def _place(visit: Visit) -> str:
    return visit.facility_id or visit.name or visit.visit_id


def _too_fast(visits: Sequence[Visit], rules: FlagRules, location: LocationRules) -> Found:
    """Find visits of one sender between which nobody travels: with all the time that there can have been.

    A point is taken between beginning and end, so that is from the first one's beginning to the second one's end. The
    way is what both points' errors leave of it.
    """
    by: dict[str, list[tuple[datetime, datetime, Fix, Visit]]] = defaultdict(list)
    for visit in visits:
        if visit.sender and visit.fix and visit.fix.accuracy_m and visit.began_at and visit.ended_at:
            by[visit.sender].append((visit.began_at, visit.ended_at, visit.fix, visit))
    for theirs in by.values():
        in_order = sorted(theirs, key=lambda one: (one[0], one[3].visit_id))
        for (began, _, here, earlier), (_, ended, there, later) in pairwise(in_order):
            way_m = distance_m(here.lon, here.lat, there.lon, there.lat)
            least_m = way_m - error_m(here, location) - error_m(there, location)
            seconds = (ended - began).total_seconds()
            if least_m * _KMH > rules.fastest_kmh * max(seconds, 1.0):
                yield later.visit_id, Flagged(Flag.TOO_FAST, earlier.visit_id)


def _hurried(visits: Sequence[Visit], rules: FlagRules) -> Found:
    """Find forms filled in within a small part of the usual time, at places of the same kind that were open."""
    took: dict[tuple[str, Mode], list[tuple[float, str]]] = defaultdict(list)
    for visit in visits:
        if visit.arrival is Arrival.OPEN and visit.began_at and visit.ended_at:
            seconds = (visit.ended_at - visit.began_at).total_seconds()
            if 0 < seconds <= _LONGEST_S:
                took[visit.kind, visit.mode].append((seconds, visit.visit_id))
    for those in took.values():
        usual = float(np.median([seconds for seconds, _ in those]))
        for seconds, visit_id in those if len(those) >= rules.hurried_from else ():
            if seconds < rules.hurried_share * usual:
                yield visit_id, Flagged(Flag.HURRIED)
