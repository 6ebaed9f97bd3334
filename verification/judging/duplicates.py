"""What is claimed twice under one indicator.

The same registry number is the same place: DUPLICATE_CLAIM for all but the first line. Two lines at one building may be
two rooms or one: the later stays UNSURE until a person has looked, unless both carry registry numbers. So it does where
the visits stood at one place, and the claim says nothing of it or that they are two (`standing.py`).
"""

from collections.abc import Sequence
from dataclasses import replace

from verification.judging.line import LineResult
from verification.judging.standing import Stood, say_stood_together
from verification.matching.identity import registry_key
from verification.model import ClaimLine, Outcome, Visit
from verification.places.distance import Nearby, distance_m
from verification.reason import Reason
from verification.rules import Rules


def mark_duplicates(
    results: Sequence[LineResult], visits: Sequence[Visit | None], buildings: "Buildings", stood: Stood
) -> tuple[LineResult, ...]:
    """Mark what is claimed twice, and name the first line that it repeats.

    `results` and `visits` are in the order of the lines; `stood` are the lines that each stood together with.
    """
    lines = buildings.lines
    marked = []

    def says(one: int, other: int) -> tuple[Reason, ...]:
        return say_stood_together(lines[one], lines[other], visits[one], visits[other])

    for position, (result, twin) in enumerate(zip(results, buildings.first_with_number, strict=True)):
        others = stood.get(position, ())
        if result.outcome is Outcome.CONFIRMED:
            neighbour = buildings.first_shared_by(position)
            beside = next((other for other in others if _is_sure(results[other])), position)
            if neighbour < twin:
                result = _repeats(result, Outcome.UNSURE, _names("same_building", lines[neighbour]))
            elif beside < twin:
                result = _repeats(result, Outcome.UNSURE, *says(position, beside))
        elif result.outcome is Outcome.UNSURE and others:
            result = replace(result, reasons=(*result.reasons, *says(position, others[0])))
        if twin < position:
            result = _repeats(result, Outcome.DUPLICATE_CLAIM, _names("same_registry_number", lines[twin]))
        marked.append(replace(result, beside=_visits_of(results, others)) if others else result)
    return tuple(marked)


def _repeats(result: LineResult, outcome: Outcome, *why: Reason) -> LineResult:
    return replace(result, outcome=outcome, reasons=(*why, *result.reasons))


def _names(why: str, line: ClaimLine) -> Reason:
    return Reason(why, {"line": line.line_id})


def _is_sure(result: LineResult) -> bool:
    return result.match is not None and result.match.sure


def _visits_of(results: Sequence[LineResult], positions: Sequence[int]) -> tuple[str, ...]:
    return tuple(match.visit_id for at in positions if (match := results[at].match))


class Buildings:
    """The lines of an indicator by the buildings they are at, and by what makes them one.

    `first_with_number` has for each the first line of its registry number: itself, where there is none before it.
    """

    def __init__(self, lines: Sequence[ClaimLine], rules: Rules) -> None:
        self.lines = lines
        self._numbers = [registry_key(line.registry_no) for line in lines]
        first: dict[tuple[str, str], int] = {}
        self.first_with_number = [
            first.setdefault((line.kind, number), position) if number else position
            for position, (line, number) in enumerate(zip(lines, self._numbers, strict=True))
        ]
        self._first: dict[int, int] = {}
        self._same_m = rules.location.same_building_m
        self._nearby = Nearby([line.point for line in lines])

    def first_shared_by(self, position: int) -> int:
        """Give the first line at the same building as this one: itself, where there is none before it."""
        if position not in self._first:
            self._first[position] = self._look_for(position)
        return self._first[position]

    def _look_for(self, position: int) -> int:
        point = self.lines[position].point
        if point is None:
            return position
        near = self._nearby.within(self._nearby.places[position], self._same_m + point.half_cell_m + 1)
        before = sorted(near[near < position].tolist())
        return next((other for other in before if self._may_be_one(other, position)), position)

    def _may_be_one(self, one: int, other: int) -> bool:
        mine, its = self.lines[one].point, self.lines[other].point
        if mine is None or its is None or (self._numbers[one] and self._numbers[other]):
            return False
        apart = distance_m(mine.lon, mine.lat, its.lon, its.lat)
        return apart <= self._same_m + mine.half_cell_m + its.half_cell_m
