"""An indicator's claim lines, found by number, name and place; and as columns of numbers, to compare many at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from verification.matching.blocks import DistrictNames
from verification.matching.identity import registry_key
from verification.matching.names import ClaimedNames, normalise
from verification.matching.telling import sort_of, tell
from verification.model import ClaimLine, Visit, district_of, subdistrict_of
from verification.places.distance import Floats, Ints, Nearby, in_space
from verification.record import record
from verification.rules import Rules


@record
class Placed:
    """A visit with the villages its point may lie in."""

    visit: Visit
    villages: tuple[str, ...]


@record
class Sought:
    """A visit in the numbers of the columns; `name` is normalised, and None where none was typed; `sort` is the name's.

    `here` is where it was in space (metres), no numbers without a point; `accuracy_m` is None where its point is good
    for no distance.
    """

    facility: int
    registry: int
    kind: int
    name: str | None
    sort: int
    villages: tuple[int, ...]
    subdistricts: tuple[int, ...]
    here: Floats
    accuracy_m: float | None

    @property
    def counts_the_rest(self) -> bool:
        """Tell whether it was picked from the list on the phone, and no name was typed.

        Then no line that is neither the one picked nor near can be it: what is left of its subdistrict is counted.
        """
        return self.facility != 0 and self.name is None


def one_of(areas: Sequence[Sequence[int]], visit: Ints, there: Ints) -> NDArray[np.bool_]:
    """Tell of pairs of a visit and an area whether it is one of the visit's; `areas` are those of each visit."""
    table = np.full((len(areas), max(map(len, areas), default=0)), -2)  # which no area is
    for row, mine in enumerate(areas):
        table[row, : len(mine)] = mine
    found: NDArray[np.bool_] = (table[visit] == there[:, None]).any(axis=1)
    return found


class Numbered:
    """Texts as whole numbers from 1 on; 0 says that there is none, -1 that it stands in no line."""

    def __init__(self, texts: Iterable[str | None]) -> None:
        self._numbers: dict[str, int] = {}
        known = self._numbers
        self.numbers = np.array([known.setdefault(t, len(known) + 1) if t else 0 for t in texts], dtype=np.intp)
        order = np.argsort(self.numbers, kind="stable")
        starts = np.searchsorted(self.numbers[order], np.arange(len(known) + 2))
        self._lines = [order[start:end] for start, end in pairwise(starts)]

    def of(self, text: str | None) -> int:
        """Give a text's number."""
        return self._numbers.get(text, -1) if text else 0

    def known(self) -> Mapping[str, int]:
        """Give all texts with their numbers."""
        return self._numbers

    def where(self, number: int) -> Ints:
        """Give the positions of the lines where it stands."""
        return self._lines[number] if number > 0 else _NOWHERE


_NOWHERE: Ints = np.array([], dtype=np.intp)


@record
class Crowd:
    """The lines of a subdistrict by sorts that weigh alike against a visit that is near none of them.

    Alike are lines of one village and one kind, with or without a number, with or without a point. `examples` are one
    line of each sort, `counts` how many there are.
    """

    examples: Ints
    counts: Ints


class Lines:
    """An indicator's lines in the order of their ids, indexed once for many visits. `names` are of areas by code."""

    def __init__(self, lines: Sequence[ClaimLine], names: Mapping[str, str], rules: Rules) -> None:
        self.all = sorted(lines, key=lambda line: line.line_id)
        self.facility = Numbered(line.facility_id for line in self.all)
        self.registry = Numbered(registry_key(line.registry_no) for line in self.all)
        self.kind = Numbered(line.kind for line in self.all)
        written = [normalise(line.name) for line in self.all]
        told = [tell(name) for name in written]
        self.name = Numbered(written)
        self.sort_of = Numbered(map(sort_of, told))
        self.numbered = np.array([bool(one.numbers_too) for one in told], dtype=bool)
        self.village = Numbered(line.village for line in self.all)
        self.subdistrict = Numbered(subdistrict_of(line.village) for line in self.all)
        self.allowance_m = np.array([rules.kinds[line.kind].allowance_m for line in self.all])
        self.half_cell_m = np.array([line.point.half_cell_m if line.point else np.nan for line in self.all])
        self._rules = rules
        self._area_names = names
        self._nearby = Nearby([line.point for line in self.all])
        self._sort = np.zeros(len(self.all), dtype=np.intp)  # of each line, among those of its subdistrict
        self._crowds = self._count()
        self._places = [self._places_of(line) for line in self.all]
        self.names = DistrictNames(
            [line.name for line in self.all], self._places, names.values(), rules.matching.word_shared_by
        )
        self._written = written

    def _places_of(self, line: ClaimLine) -> list[str]:
        """Give the names of a line's village, its subdistrict and its district."""
        areas = (line.village, subdistrict_of(line.village), district_of(line.village))
        return [self._area_names[area] for area in areas if area in self._area_names]

    @cached_property
    def claimed_names(self) -> ClaimedNames:
        """The lines' names, to compare with."""
        return ClaimedNames(self._written, self._places)

    def _count(self) -> dict[int, Crowd]:
        numbered, pointless = self.registry.numbers > 0, np.isnan(self.half_cell_m)
        table = np.column_stack([self.village.numbers, self.kind.numbers, numbered, pointless])
        crowds = {}
        for subdistrict in range(1, self.subdistrict.numbers.max(initial=0) + 1):
            inside = self.subdistrict.where(subdistrict)
            _, first, sort, counts = np.unique(
                table[inside], axis=0, return_index=True, return_inverse=True, return_counts=True
            )
            self._sort[inside] = sort
            crowds[subdistrict] = Crowd(inside[first], counts)
        return crowds

    def sought(self, visits: Sequence[Placed]) -> list[Sought]:
        """Write visits in the numbers of the columns."""
        fixes = [placed.visit.fix for placed in visits]
        here = in_space(
            np.array([fix.lon if fix else np.nan for fix in fixes]),
            np.array([fix.lat if fix else np.nan for fix in fixes]),
        )
        return [self._sought(placed, place) for placed, place in zip(visits, here, strict=True)]

    def with_facility(self, indicator: int, facility_id: str) -> Ints:
        """Find the lines of an indicator that name a facility."""
        found = self.facility.where(self.facility.of(facility_id))
        return found if len(found) and self.all[found[0]].indicator == indicator else _NOWHERE

    def _sought(self, placed: Placed, here: Floats) -> Sought:
        visit, fix = placed.visit, placed.visit.fix
        name = normalise(visit.name) if visit.name else None
        subdistricts = dict.fromkeys(map(subdistrict_of, placed.villages))
        return Sought(
            facility=self.facility.of(visit.facility_id),
            registry=self.registry.of(registry_key(visit.registry_no)),
            kind=self.kind.of(visit.kind),
            name=name,
            sort=self.sort_of.of(sort_of(tell(name))) if name is not None else 0,
            villages=tuple(map(self.village.of, placed.villages)),
            subdistricts=tuple(map(self.subdistrict.of, subdistricts)),
            here=here,
            accuracy_m=fix.accuracy_m or None if fix else None,
        )

    def to_compare(self, sought: Sequence[Sought]) -> list[Ints]:
        """Find the lines of each visit's block to compare with it one by one.

        Those with its facility or number, those that bear its name anywhere in the district, and those near it; and all
        of its subdistrict, unless it counts them.
        """
        return [self._to_compare(seen, near) for seen, near in zip(sought, self._near(sought), strict=True)]

    def _to_compare(self, seen: Sought, near: Ints) -> Ints:
        wanted = np.zeros(len(self.all), dtype=bool)
        wanted[self.facility.where(seen.facility)] = True
        wanted[self.registry.where(seen.registry)] = True
        if seen.name:
            wanted[self.name.where(self.name.of(seen.name))] = True
            wanted[self.names.alike(seen.name)] = True
        if not seen.counts_the_rest:
            for subdistrict in seen.subdistricts:
                wanted[self.subdistrict.where(subdistrict)] = True
        wanted[near] = True
        return np.flatnonzero(wanted)

    def _near(self, sought: Sequence[Sought]) -> list[Ints]:
        """Find what lies in each one's neighbourhood; in its own subdistrict, whatever may be called less than far."""
        neighbourhood_m = self._rules.matching.neighbourhood_m
        error_m = np.array([seen.accuracy_m or 0.0 for seen in sought]) * self._rules.location.accuracy_to_r95
        here = np.array([seen.here for seen in sought]).reshape(-1, 3)
        visit, line = self._nearby.within_each(here, neighbourhood_m + error_m)
        near = self._nearby.metres_from(here[visit], line) <= neighbourhood_m
        near |= one_of([seen.subdistricts for seen in sought], visit, self.subdistrict.numbers[line])
        visit, line = visit[near], line[near]
        return np.split(line, np.searchsorted(visit, np.arange(1, len(sought))))

    def metres_from(self, here: Floats, which: Ints) -> Floats:
        """Measure from places in space to lines along the ground; not a number where a point is missing."""
        return self._nearby.metres_from(here, which)

    def crowd(self, seen: Sought, compared: Ints) -> Iterator[Crowd]:
        """Give the lines of a visit's subdistricts that are not compared, by sorts."""
        for subdistrict in seen.subdistricts if seen.counts_the_rest else ():
            crowd = self._crowds.get(subdistrict)
            if crowd:
                inside = compared[self.subdistrict.numbers[compared] == subdistrict]
                left = crowd.counts - np.bincount(self._sort[inside], minlength=len(crowd.counts))
                yield Crowd(crowd.examples[left > 0], left[left > 0])
