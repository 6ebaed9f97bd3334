"""Lines whose visits stood at one place: one room that is claimed twice is not counted twice.

A room that is claimed once more without a point, by another name, would be seen twice: "Balai Kota" and "Balaikota" are
one room. So would a room between two claimed points: how far off a point may be is 100 m and more for some kinds of
place, and a visit to one room may then confirm both. What is decided of honest cases:

* Two rows at one point, or at points so near that they may be one building, are told apart by these (`duplicates.py`),
  and are remarked when a claim form is read (`places_at_one_point`): nothing is said of them here.
* Of two points that lie apart something is said where the visits stood nearer to each other than the points lie, by
  more than both phones and the written decimals can be wrong. Two rooms that are 35 m apart, and seen 25 m apart by
  phones that may be 15 m wrong, are where they are claimed.
* A visit that did not stand where its own row is claimed says nothing against the row that it stood at: who sends forms
  from the next place leaves their own rows open, which are told so.
* Two registry numbers are two places. A visit by video stands nowhere. Of homes no place is compared.

Where each visit stood is evidence and no verdict: a person makes sure, and until then the later row is open.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

import numpy as np

from verification.judging.line import LineResult
from verification.matching.identity import registry_key
from verification.model import Arrival, ClaimedPoint, ClaimLine, Fix, Grade, Mode, Visit
from verification.places.distance import Floats, Ints, along_the_ground_m, distance_m, in_space, near_each_other
from verification.places.kinds import Shown
from verification.reason import Reason
from verification.record import record
from verification.remembering import Remembered, positions_of
from verification.rules import LocationRules, Rules

Stood = Mapping[int, tuple[int, ...]]  # by a line's position those of the lines it stood together with, in their order
_MOST = 8  # others of a line that are kept beside the first sure one: whole lists have been sent from one desk
_Others = Iterator[tuple[int, Iterator[Ints]]]  # positions among those that stood somewhere; of others some at a time


@record
class _Standing:
    """The visit that found a line's place open, and what the line says of it.

    `fix` is None where the point is gone; then `beside` are the visits that it stood beside.
    """

    visit_id: str
    fix: Fix | None
    beside: tuple[str, ...]
    point: ClaimedPoint | None
    is_there: bool  # the visit stood where the line is claimed
    has_number: bool
    sure: bool  # that the visit was to this line


def stood_together(
    lines: Sequence[ClaimLine], results: Sequence[LineResult], visits: Sequence[Visit | None], rules: Rules,
    known: Remembered | None = None,
) -> Stood:  # fmt: skip
    """Find lines of one list whose visits stood at one place, though they may not be claimed as one.

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
    is_there = result.evidence is not None and result.evidence.grade is Grade.AT_PLACE
    says = line.point, is_there, bool(registry_key(line.registry_no)), result.match.sure
    if visit.frozen:
        return _Standing(visit.visit_id, None, visit.frozen.beside, *says)
    return _Standing(visit.visit_id, visit.fix, (), *says) if visit.fix and _r95_m(visit.fix, rules.location) else None


def _r95_m(fix: Fix, location: LocationRules) -> float:
    """Give the 95 % radius of a point; 0 where nothing says how good it is, or it was placed by hand."""
    return max(fix.accuracy_m or 0.0, 0.0) * location.accuracy_to_r95


def _together(standing: Sequence[_Standing | None], location: LocationRules) -> Stood:
    there = _There({at: one for at, one in enumerate(standing) if one}, location)
    found: dict[int, tuple[int, ...]] = {}
    for one, others in chain(there.by_their_points(), there.as_it_was()):
        if kept := there.first_of(one, others):
            found[there.lines[one]] = kept
    return found


class _There:
    """Those that stood somewhere, as columns: a line of a long list has too many others to be asked one by one."""

    def __init__(self, there: Mapping[int, _Standing], location: LocationRules) -> None:
        self._location = location
        self.lines, self._those = [*there], [*there.values()]
        self._has_number = np.array([one.has_number for one in self._those], dtype=np.bool_)
        self._is_there = np.array([one.is_there for one in self._those], dtype=np.bool_)
        self._sure = np.array([one.sure for one in self._those], dtype=np.bool_)
        points = [
            (one.point.lon, one.point.lat, one.point.half_cell_m) if one.point else _NOWHERE for one in self._those
        ]
        self._claimed, self._half_cell_m = _places(points)
        self._has_point = ~np.isnan(self._half_cell_m)

    @cached_property
    def _stood(self) -> tuple[Floats, Floats]:
        """Where each stood, in space, and its 95 % radius in metres; not a number where the point is gone."""
        fixes = [one.fix for one in self._those]
        return _places([(fix.lon, fix.lat, _r95_m(fix, self._location)) if fix else _NOWHERE for fix in fixes])

    def by_their_points(self) -> _Others:
        """Give those whose points lie at one place, where both phones knew well enough where they were."""
        r95_m = self._stood[1]
        exact = np.flatnonzero(r95_m < self._location.stood_r95_m)
        if not exact.size:
            return
        fixes = [fix for at in exact.tolist() if (fix := self._those[at].fix)]
        lon, lat = np.array([(fix.lon, fix.lat) for fix in fixes], dtype=np.float64).T
        for position, near in near_each_other(lon, lat, self._location.same_building_m):
            yield int(exact[position]), self._exact_enough(exact[position], (exact[some] for some in near))

    def _exact_enough(self, one: int, near: Iterator[Ints]) -> Iterator[Ints]:
        r95_m = self._stood[1]
        for others in near:
            yield others[(r95_m[others] + r95_m[one] <= self._location.stood_r95_m) & (others != one)]

    def as_it_was(self) -> _Others:
        """Give those that stood together while both of their points were there."""
        gone = [at for at, one in enumerate(self._those) if one.fix is None]
        of_visit = positions_of(self._those[at].visit_id for at in gone)
        found: dict[int, set[int]] = defaultdict(set)
        for at in gone:
            beside = self._those[at].beside
            for other in (gone[position] for visit_id in beside for position in of_visit.get(visit_id, ())):
                if other != at:
                    found[at].add(other)
                    found[other].add(at)
        return ((at, iter((np.array(sorted(others), dtype=np.intp),))) for at, others in found.items())

    def first_of(self, one: int, others: Iterator[Ints]) -> tuple[int, ...]:
        """Keep the first others that may be one place with it, and the first surely visited: no more is asked."""
        kept: list[int] = []
        has_sure = False
        for some in others:
            fit = self._may_be_one_with(one, some)
            free = _MOST - min(len(kept), _MOST)
            sure = _NONE if has_sure else np.flatnonzero(self._sure[fit])[:1]
            kept.extend(fit[:free].tolist())
            kept.extend(fit[sure[sure >= free]].tolist())
            has_sure = has_sure or sure.size > 0
            if has_sure and len(kept) >= _MOST:
                break
        return tuple(self.lines[other] for other in kept)

    def _may_be_one_with(self, one: int, others: Ints) -> Ints:
        """Give the others that may be one place with it, though the claim says that they are two."""
        if self._has_number[one]:
            others = others[~self._has_number[others]]
        if not self._has_point[one]:
            return others
        has_point = self._has_point[others]
        fit: Ints = np.sort(np.append(others[~has_point], self._contradicted(one, others[has_point])))
        return fit

    def _contradicted(self, one: int, others: Ints) -> Ints:
        """Give those whose points lie apart, and farther than the visits stood: by more than these can be wrong.

        Of visits whose points are gone that was found while they were there.
        """
        others = others[self._is_there[others]]
        claimed_m = _apart_m(self._claimed, one, others) - self._half_cell_m[one] - self._half_cell_m[others]
        apart = claimed_m > self._location.same_building_m
        if not apart.any():
            return _NONE
        others, claimed_m = others[apart], claimed_m[apart]
        places, r95_m = self._stood
        contradicted: Ints = others[~(claimed_m <= _apart_m(places, one, others) + r95_m[one] + r95_m[others])]
        return contradicted


def _places(rows: Sequence[tuple[float, float, float]]) -> tuple[Floats, Floats]:
    """Give points as places in space, and what stands beside each."""
    lon, lat, beside = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return in_space(lon, lat), beside


def _apart_m(places: Floats, one: int, others: Ints) -> Floats:
    apart = places[others] - places[one]
    return along_the_ground_m(np.sqrt(np.einsum("ij,ij->i", apart, apart)))


_NOWHERE = (np.nan, np.nan, np.nan)
_NONE: Ints = np.array([], dtype=np.intp)


def say_stood_together(line: ClaimLine, other: ClaimLine, mine: Visit | None, its: Visit | None) -> tuple[Reason, ...]:
    """Say that a line's visit stood at one place with another line's; and how far apart both are claimed and stood."""
    stood = Reason("stood_together", {"line": other.line_id})
    if line.point is None or other.point is None:
        return (stood,)
    claimed_m = round(distance_m(line.point.lon, line.point.lat, other.point.lon, other.point.lat))
    if mine is None or its is None or mine.fix is None or its.fix is None:
        return stood, Reason("claimed_apart_frozen", {"claimed_m": claimed_m})
    stood_m = round(distance_m(mine.fix.lon, mine.fix.lat, its.fix.lon, its.fix.lat))
    return stood, Reason("claimed_apart", {"claimed_m": claimed_m, "stood_m": stood_m})
