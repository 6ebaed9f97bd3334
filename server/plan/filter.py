"""Which rows of a plan are wanted: read from an address and written into one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from server.plan.states import STATES
from server.web import asked

# the name of each field in an address
NAMES = {
    "search": "cari",
    "state": "status",
    "team": "tim",
    "day": "hari",
    "planned_from": "dari",
    "planned_until": "sampai",
}
_READ_AS: Mapping[str, Callable[[str], Any]] = {
    "search": asked.search, "state": asked.one_of(*STATES), "team": asked.number, "day": asked.day,
    "planned_from": asked.day,
    "planned_until": asked.day,
}  # fmt: skip


@dataclass(frozen=True)
class PlanFilter:
    """What is wanted; a field that is None asks for nothing. Both days are included."""

    search: str | None = None
    state: str | None = None
    team: int | None = None
    day: date | None = None
    planned_from: date | None = None
    planned_until: date | None = None
    unknown: tuple[str, ...] = ()  # fields whose value was not understood

    def args(self) -> dict[str, str]:
        """Write it for an address: `read` gives the same again, but for what was unknown."""
        return asked.write_fields({name: getattr(self, name) for name in NAMES}, NAMES)

    def without(self, *names: str) -> "PlanFilter":
        """Leave fields out as unknown: their values are of nothing here."""
        nothing: dict[str, Any] = dict.fromkeys(names)
        return replace(self, **nothing, unknown=(*self.unknown, *names))


def read(args: Mapping[str, str]) -> PlanFilter:
    """Read a filter from an address's arguments. What cannot be any value of a field is left out, and named."""
    found, unknown = asked.read_fields(args, NAMES, _READ_AS)
    return PlanFilter(**found, unknown=unknown)
