"""A row of a plan as somebody typed it, or wrote it into a file, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from server.plan.tables import PlannedVisit
from verification.reason import Reason, WithReason

# a file's columns, in the order of the file that is given out
FIELDS = ("place", "registry_no", "name", "village", "team", "member", "day", "mode", "modules", "substitute_for",
          "substitute_order", "why")  # fmt: skip
LONGEST_WHY = 500


@dataclass(frozen=True)
class PlanWish:
    """A planned visit as it was typed; every field a text, perhaps empty. `row` is the file's, 0 of a page."""

    row: int = 0
    place: str = ""
    registry_no: str = ""
    name: str = ""
    village: str = ""
    team: str = ""
    member: str = ""
    day: str = ""
    mode: str = ""
    modules: str = ""
    substitute_for: str = ""
    substitute_order: str = ""
    why: str = ""

    @property
    def says_nothing(self) -> bool:
        """Tell whether it only names a place, as rows of the file do that nobody filled in."""
        return not (self.team or self.member or self.day or self.substitute_for)


@dataclass(frozen=True)
class PlanValues:
    """A planned visit that may be planned so."""

    facility_id: str
    team_id: int
    person_id: int | None
    day: date
    mode: str
    modules: str
    substitute_for: str | None
    substitute_order: int | None
    why: str | None


@dataclass(frozen=True)
class PlanProblem:
    """What is wrong with a field of a row."""

    row: int
    field: str
    reason: Reason


@dataclass(frozen=True)
class PlanChange:
    """What rows would make of the plan that there is: of each row in `changed`, what is there and what is wanted.

    `left` counts rows that only name a place. Nothing is done while there are problems.
    """

    added: Sequence[PlanValues]
    changed: Sequence[tuple[PlannedVisit, PlanValues]]
    same: int
    left: int
    problems: Sequence[PlanProblem]

    @property
    def is_empty(self) -> bool:
        """Tell whether it changes nothing."""
        return not self.added and not self.changed


class NotPlanned(WithReason):
    """A plan that cannot be changed at all, or not in this way."""
