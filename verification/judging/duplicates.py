"""What is claimed twice under one indicator.

The same registry number is the same place: DUPLICATE_CLAIM for all but the first line. Two lines at one building may be
two rooms or one: the later stays UNSURE until a person has looked, unless both carry registry numbers. So it does where
no point is claimed and the visits stood at one place (`standing.py`).
"""

from collections.abc import Sequence
from dataclasses import replace

from verification.judging.line import LineResult
from verification.judging.standing import Stood
from verification.matching.identity import registry_key
from verification.model import ClaimLine, Outcome
from verification.places.distance import Nearby, distance_m
from verification.reason import Reason
from verification.rules import Rules


def mark_duplicates(results: Sequence[LineResult], buildings: "Buildings", stood: Stood) -> tuple[LineResult, ...]:
    """Mark what is claimed twice, and name the first line that it repeats; `results` are in the order of the lines.

    `stood` are the lines that each stood together with.
    """
    lines = buildings.lines
    first_with: dict[tuple[str, str], int] = {}
    marked = []
    for position, (line, result) in enumerate(zip(lines, results, strict=True)):
        number = registry_key(line.registry_no)
        twin = first_with.setdefault((line.kind, number), position) if number else position
        others = stood.get(position, ())
        if result.outcome is Outcome.CONFIRMED:
            neighbour = buildings.first_shared_by(position)
            beside = next((other for other in others if _is_sure(results[other])), position)
            if neighbour < twin:
                result = _repeats(result, lines[neighbour], "same_building", Outcome.UNSURE)
            elif beside < twin:
                result = _repeats(result, lines[beside], "stood_together", Outcome.UNSURE)
        elif result.outcome is Outcome.UNSURE and others:
            result = replace(result, reasons=(*result.reasons, _names("stood_together", lines[others[0]])))
        if twin < position:
            result = _repeats(result, lines[twin], "same_registry_number", Outcome.DUPLICATE_CLAIM)
        marked.append(replace(result, beside=_visits_of(results, others)) if others else result)
    return tuple(marked)


def _repeats(result: LineResult, first: ClaimLine, why: str, outcome: Outcome) -> LineResult:
    return replace(result, outcome=outcome, reasons=(_names(why, first), *result.reasons))


def _names(why: str, line: ClaimLine) -> Reason:
    return Reason(why, {"line": line.line_id})


def _is_sure(result: LineResult) -> bool:
    return result.match is not None and result.match.sure


def _visits_of(results: Sequence[LineResult], positions: Sequence[int]) -> tuple[str, ...]:
    return tuple(match.visit_id for at in positions if (match := results[at].match))


class Buildings:
    """The lines of an indicator by the buildings they are at."""

    def __init__(self, lines: Sequence[ClaimLine], rules: Rules) -> None:
        self.lines = lines
        self._first: dict[int, int] = {}
        self._same_m = rules.location.same_building_m
        self._nearby = Nearby([line.point for line in lines])

    def first_shared_by(self, position: int) -> int:
        """Give the first line at the same building as this one: itself, where there is none before it."""
        if position not in self._first:
            self._first[position] = self._look_for(position)
        return self._first[position]

    def _look_for(self, position: int) -> int:
        line = self.lines[position]
        if line.point is None:
            return position
        near = self._nearby.within(self._nearby.places[position], self._same_m + line.point.half_cell_m + 1)
        before = (int(other) for other in sorted(near[near < position]))
        return next((other for other in before if self._may_be_one(self.lines[other], line)), position)

    def _may_be_one(self, one: ClaimLine, other: ClaimLine) -> bool:
        if (
            one.point is None
            or other.point is None
            or (registry_key(one.registry_no) and registry_key(other.registry_no))
        ):
            return False
        apart = distance_m(one.point.lon, one.point.lat, other.point.lon, other.point.lat)
        return apart <= self._same_m + one.point.half_cell_m + other.point.half_cell_m
