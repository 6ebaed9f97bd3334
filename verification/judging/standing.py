"""Lines whose visits stood at one place: where a claim does not say where a line is, its visit does.

Two rooms that are claimed by their points are told apart by these (`duplicates.py`). A room that is claimed once more
without a point, by another name, would be seen twice and count twice: "Balai Kota" and "Balaikota" are one room.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from verification.judging.line import LineResult
from verification.matching.identity import registry_key
from verification.model import Arrival, ClaimLine, Fix, Mode, Visit
from verification.places.distance import near_each_other
from verification.places.kinds import Shown
from verification.remembering import Remembered, positions_of
from verification.rules import LocationRules, Rules

Stood = Mapping[int, tuple[int, ...]]  # by a line's position those of the lines it stood together with, in their order
_MOST = 8  # others of a line that are kept beside the first sure one: whole lists have been sent from one desk
_Others = Iterator[tuple[int, Sequence[int]]]


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
    sure: bool  # that the visit was to this line


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
    says = line.point is not None, bool(registry_key(line.registry_no)), result.match.sure
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
    found: dict[int, tuple[int, ...]] = {}
    for at, others in chain(_by_their_points(there, location), _as_it_was(there)):
        if kept := _first((other for other in others if _may_be_one(there[at], there[other])), there):
            found[at] = kept
    return found


def _first(others: Iterable[int], there: Mapping[int, _Standing]) -> tuple[int, ...]:
    """Keep the first of a line's others, and the first that is surely visited: no more is ever asked."""
    kept: list[int] = []
    has_sure = False
    for other in others:
        if len(kept) < _MOST or (there[other].sure and not has_sure):
            kept.append(other)
            has_sure |= there[other].sure
        if has_sure and len(kept) >= _MOST:
            break
    return tuple(kept)


def _by_their_points(there: Mapping[int, _Standing], location: LocationRules) -> _Others:
    """Give lines whose visits' points lie at one place, where both phones knew well enough where they were."""
    exact = [(at, one.fix, r95_m) for at, one in there.items() if one.fix
             and (r95_m := _r95_m(one.fix, location)) < location.stood_r95_m]  # fmt: skip
    if not exact:
        return
    lines = np.array([at for at, _, _ in exact], dtype=np.intp)
    lon, lat, r95_m = np.array([(fix.lon, fix.lat, r95_m) for _, fix, r95_m in exact], dtype=np.float64).T
    for one, near in near_each_other(lon, lat, location.same_building_m):
        near = near[(r95_m[near] + r95_m[one] <= location.stood_r95_m) & (near != one)]
        yield exact[one][0], lines[near].tolist()


def _as_it_was(there: Mapping[int, _Standing]) -> _Others:
    """Give lines whose visits stood together while both of their points were there."""
    gone = [at for at, one in there.items() if one.fix is None]
    of_visit = positions_of(there[at].visit_id for at in gone)
    found: dict[int, set[int]] = defaultdict(set)
    for at in gone:
        for other in (gone[position] for visit_id in there[at].beside for position in of_visit.get(visit_id, ())):
            if other != at:
                found[at].add(other)
                found[other].add(at)
    return ((at, sorted(others)) for at, others in found.items())


def _may_be_one(one: _Standing, other: _Standing) -> bool:
    """Tell whether two may be one place: not where both are claimed by a point, or by a registry number."""
    return not (one.has_point and other.has_point) and not (one.has_number and other.has_number)
