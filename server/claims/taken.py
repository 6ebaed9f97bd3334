"""What was taken from an agency's own table: rows for a sheet, which column was what, and what was left aside."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from server.claims.own_table import OwnTable, plain
from verification.claim_form.cells import Cell, Row
from verification.model import Level, level_of, subdistrict_of
from verification.reason import Reason

_BEFORE_A_NAME = re.compile(r"^(?:kecamatan|kec|distrik|desa|kelurahan|kel|ds) ")
_CODE = re.compile(r"(?<!\d)(\d{2})\.?(\d{2})\.?(\d{2})(?:\.?(\d{4}))?(?!\d)")


@dataclass
class TakenRows:
    """What was taken from a table; `used` is what each column was taken for."""

    table: OwnTable
    used: list[tuple[str, str]]  # field, column
    rows: list[Row] = field(default_factory=list)
    at: list[int] = field(default_factory=list)  # where in the table each of a list of places stood
    read: int = 0  # rows of the table
    sums: list[int] = field(default_factory=list)  # rows that add others up
    unknown: list[tuple[int, str]] = field(default_factory=list)  # rows of no area or age that is asked for
    bad: set[str] = field(default_factory=set)  # cells that are no count
    remarks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)  # rows of a list of places that name none
    unreadable: list[tuple[str, Reason]] = field(default_factory=list)  # cells that hold no value for their column
    short: list[str] = field(default_factory=list)  # registry numbers that may have lost zeros

    @property
    def by_village(self) -> bool:
        """Tell whether there is a row for each village."""
        return any(one == "village" for one, _ in self.used)


@dataclass(frozen=True)
class AreasByName:
    """A district's areas by code, found by what a table calls them."""

    names: Mapping[str, str]

    def find(self, written: Cell, village: Cell, subdistrict: Cell) -> str | None:
        """Find an area by its code, or by its name; a village's name alone only where the district has it once."""
        coded = self._by_code(written)
        if village is None:
            return coded or self._by_code(subdistrict) or _only(self._subdistricts.get(_name(subdistrict), set()))
        if coded and level_of(coded) is Level.VILLAGE:
            return coded
        within = (
            {found} if (found := coded or self._by_code(subdistrict)) else self._subdistricts.get(_name(subdistrict))
        )
        called = self._villages.get(_name(village), set())
        villages = {code for code in called if not within or subdistrict_of(code) in within}
        return self._by_code(village) or _only(villages)

    def _by_code(self, written: Cell) -> str | None:
        if isinstance(written, float) and written.is_integer():
            written = int(written)
        found = _CODE.search(str(written)) if written is not None else None
        code = ".".join(part for part in found.groups() if part) if found else ""
        return code if code in self.names else None

    @cached_property
    def _subdistricts(self) -> dict[str, set[str]]:
        return self._called(Level.SUBDISTRICT)

    @cached_property
    def _villages(self) -> dict[str, set[str]]:
        return self._called(Level.VILLAGE)

    def _called(self, level: Level) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for code, name in self.names.items():
            if level_of(code) is level:
                found.setdefault(_name(name), set()).add(code)
        return found


def _only(found: set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None


def _name(written: object) -> str:
    said = _BEFORE_A_NAME.sub("", plain(written if written is not None else ""))
    return said.replace(" ", "")
