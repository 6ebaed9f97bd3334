"""What is wanted of a list of submissions, visits or files: read from an address and written into one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from server.web import asked
from verification.flags.flag import Flag

# the name of each field in an address
NAMES = {
    "search": "cari", "form": "formulir", "state": "status", "visitor": "pengunjung", "since": "dari",
    "until": "sampai", "sign": "pertanda",
}  # fmt: skip
_READ_AS: Mapping[str, Callable[[str], Any]] = {
    "search": asked.search, "form": asked.code, "state": asked.code, "visitor": asked.number, "since": asked.day,
    "until": asked.day, "sign": asked.one_of(*Flag),
}  # fmt: skip


@dataclass(frozen=True)
class ListFilter:
    """What is wanted; a field that is None asks for nothing.

    `visitor` is the number of any submission of the visitor who is meant, so that no address holds a name.
    """

    search: str | None = None
    form: str | None = None
    state: str | None = None
    visitor: int | None = None
    since: date | None = None
    until: date | None = None
    sign: str | None = None
    unknown: tuple[str, ...] = ()  # fields whose value was not understood

    def args(self) -> dict[str, str]:
        """Write it for an address: `read` gives the same again, but for what was unknown."""
        return asked.write_fields({name: getattr(self, name) for name in NAMES}, NAMES)

    def without(self, *names: str) -> "ListFilter":
        """Leave fields out as unknown: their values are of nothing here."""
        if not names:
            return self
        nothing: dict[str, Any] = dict.fromkeys(names)
        return replace(self, **nothing, unknown=tuple(dict.fromkeys((*self.unknown, *names))))


def read(args: Mapping[str, str]) -> ListFilter:
    """Read a filter from an address's arguments. What cannot be any value of a field is left out, and named."""
    found, unknown = asked.read_fields(args, NAMES, _READ_AS)
    return ListFilter(**found, unknown=unknown)
