"""Lines whose visits stood at one place: where a claim does not say where a line is, its visit does.

Two rooms that are claimed by their points are told apart by these (`duplicates.py`). A room that is claimed once more
without a point, by another name, would be seen twice and count twice: "Balai Kota" and "Balaikota" are one room.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from verification.judging.line import LineResult
from verification.matching.identity import registry_key
from verification.model import Arrival, ClaimLine, Fix, Mode, Visit
from verification.places.distance import pairs_within
from verification.places.kinds import Shown
from verification.remembering import Remembered, positions_of
from verification.rules import LocationRules, Rules

Stood = Mapping[int, tuple[int, ...]]  # by a line's position those of the lines it stood together with, in their order
_Pairs = Iterator[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Standing:
    """The visit that found a line's place open, and what the line says of it.

    `fix` is None where the point is gone; then `beside` are the visits that it stood beside.
    """

    visit_id: str
    fix: Fix | None
    beside: tuple[str, ...]
    has_point: bool  # it is claimed where
    has_number: bool


def stood_together(
    lines: Sequence[ClaimLine], results: Sequence[LineResult], visits: Sequence[Visit | None], rules: Rules,
    known: Remembered | None = None,
) -> Stood:  # fmt: skip
    """Find lines of one list whose visits stood at one place, where one of the two at least has no claimed point.

    `results` and `visits` are in the order of the lines. Of several visits to a place the one that counts is asked and
    no other: an earlier one may have been elsewhere by mistake. `known` has what was found before.
    """
    location, known = rules.location, known or Remembered()
    if location.stood_r95_m <= 0:
        return {}

    def found(positions: Sequence[int]) -> list[_Standing | None]:
        return [_standing(lines[at], results[at], visits[at], rules) for at in positions]

    ids = [line.line_id for line in lines]
    standing = known.each("standing", found, ids, lines, results, visits, of=(rules,))
    return known.alike("stood", lambda: _together(standing, location), standing, (location,))


def _standing(line: ClaimLine, result: LineResult, visit: Visit | None, rules: Rules) -> _Standing | None:
    """Give where a line's place was found open; None where no point says it, and of homes and shelters."""
    if result.match is None or visit is None or visit.arrival is not Arrival.OPEN or visit.mode is Mode.VIDEO:
        return None
    if rules.kinds.shown(line.kind) is not Shown.OPENLY:
        return None
    says = line.point is not None, bool(registry_key(line.registry_no))
    if visit.frozen:
        return _Standing(visit.visit_id, None, visit.frozen.beside, *says)
    return _Standing(visit.visit_id, visit.fix, (), *says) if visit.fix and _r95_m(visit.fix, rules.location) else None


def _r95_m(fix: Fix, location: LocationRules) -> float:
    """Give the 95 % radius of a point; 0 where nothing says how good it is, or it was placed by hand."""
    return max(fix.accuracy_m or 0.0, 0.0) * location.accuracy_to_r95


def _together(standing: Sequence[_Standing | None], location: LocationRules) -> Stood:
    there = {at: one for at, one in enumerate(standing) if one}
    if all(one.has_point for one in there.values()):
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in (*_by_their_points(there, location), *_as_it_was(there)):
        if _may_be_one(there[one], there[other]):
            found[one].add(other)
            found[other].add(one)
    return {at: tuple(sorted(others)) for at, others in found.items()}


def _by_their_points(there: Mapping[int, _Standing], location: LocationRules) -> _Pairs:
    """Pair those whose points lie at one place, where both phones knew well enough where they were."""
    exact = [(at, one.fix, _r95_m(one.fix, location)) for at, one in there.items() if one.fix]
    exact = [row for row in exact if row[2] < location.stood_r95_m]
    lon, lat = np.array([(fix.lon, fix.lat) for _, fix, _ in exact], dtype=np.float64).reshape(-1, 2).T
    for one, other in pairs_within(lon, lat, location.same_building_m):
        if exact[one][2] + exact[other][2] <= location.stood_r95_m:
            yield exact[one][0], exact[other][0]


def _as_it_was(there: Mapping[int, _Standing]) -> _Pairs:
    """Pair those that stood together while both of their points were there."""
    gone = [at for at, one in there.items() if one.fix is None]
    of_visit = positions_of(there[at].visit_id for at in gone)
    for at in gone:
        for other in there[at].beside:
            yield from ((at, gone[position]) for position in of_visit.get(other, ()) if gone[position] != at)


def _may_be_one(one: _Standing, other: _Standing) -> bool:
    """Tell whether two may be one place: not where both are claimed by a point, or by a registry number."""
    return not (one.has_point and other.has_point) and not (one.has_number and other.has_number)
