"""A workbook that another application wrote, as far as a map names what is in it: its sheets, columns and rows.

What no map names is neither kept nor repeated, headings alone excepted, and those only of a row in which a heading was
found: any other cell may be somebody's name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from server.claims.column_map import MapRow, is_letter, written
from server.claims.grids import cells_of
from server.claims.hidden import hidden_in
from server.claims.own_table import HEADINGS_WITHIN, plain
from server.claims.sheet import ReadSheet
from verification.claim_form.cells import Cell
from verification.reason import Reason, Value, WithReason

_BY_LETTER = re.compile(r"(?:kolom|column) ([a-z]{1,2})", re.ASCII | re.IGNORECASE)
_DISTRICT_CODE = re.compile(r"(\d\d)[. ]?(\d\d)", re.ASCII)


Use = tuple[str, str, str]  # sheet, code and field of the form


class NotInExport(WithReason):
    """A sheet, column or row that the map names and the export has not, or has more than once."""

    def __init__(self, code: str, head: str, /, **values: Value) -> None:
        super().__init__(code, **values)
        self.head = head  # the column of the map that names it


class Export:
    """Sheets by their titles, the first of which is meant where none is named."""

    def __init__(self, sheets: Mapping[str, ReadSheet], wishes: Iterable[MapRow], heading_row: int | None) -> None:
        self._read, self._wishes, self._heading_row = sheets, tuple(wishes), heading_row
        self.sheets: dict[str, SourceSheet] = {}

    def sheet(self, named: str) -> "SourceSheet":
        """Find a sheet. Raises NotInExport."""
        found = [one for one in self._read if not named or one == named or plain(one) == plain(named) != ""]
        if not found:
            raise NotInExport("map_sheet_missing", "from_sheet", text=named, sheets=", ".join(self._read) or "–")
        title = named if named in found else found[0]
        if title not in self.sheets:
            asked = {plain(one.column) for one in self._wishes if not is_letter(one.column)} - {""}
            self.sheets[title] = SourceSheet(title, self._read[title], asked, self._heading_row)
        return self.sheets[title]

    @property
    def unused(self) -> list[str]:
        """Name the sheets that the map names nothing in."""
        return [one for one in self._read if one not in self.sheets and self._read[one].cells]


class SourceSheet:
    """One sheet: where its headings are, and which of its columns and rows are used."""

    def __init__(self, title: str, sheet: ReadSheet, asked: set[str], heading_row: int | None) -> None:
        self.title, self.grid = title, cells_of(sheet)
        self._sheet = sheet
        self._asked, self._said = asked, heading_row
        self.used: dict[str, list[Use]] = {}  # by letter: what for
        self.rows_used: set[int] = set()

    @cached_property
    def heading_row(self) -> int:
        """Tell in which row the headings are: as the map says, else where most of the named ones stand.

        Where only letters are named it is the first row with more than one cell, and 0 where there is none.
        """
        if self._said is not None:
            return self._said
        within = sorted(self.grid)[:HEADINGS_WITHIN]
        counts = {at: len({plain(cell) for cell in self.grid[at].values()} & self._asked) for at in within}
        best = max(within, key=lambda at: (counts[at], -at), default=0)
        return best if counts.get(best) else next((at for at in within if len(self.grid[at]) > 1), 0)

    @cached_property
    def headings(self) -> Mapping[str, str]:
        """Give the headings by letter; none where nobody named one, since the row may then hold anything."""
        row = self.grid.get(self.heading_row, {})
        is_known = self._said is not None or any(plain(cell) in self._asked for cell in row.values())
        return {letter: written(cell) for letter, cell in row.items()} if is_known else {}

    def column(self, named: str, use: Use) -> str:
        """Find a column by its heading, or by its letter where no heading is so called. Raises NotInExport."""
        by_letter = _BY_LETTER.fullmatch(named)
        called = [] if by_letter else [one for one, text in self.headings.items() if plain(text) == plain(named) != ""]
        letter = by_letter[1].upper() if by_letter else named if is_letter(named) else ""
        if len(called) > 1:
            raise NotInExport("map_column_twice", "column", text=named, columns=", ".join(called))
        if called and letter and called[0] != letter and letter in self._letters:
            raise NotInExport("map_column_two_ways", "column", text=named, columns=f"{called[0]}, {letter}")
        found = called[0] if called else letter
        if found not in self._letters:
            raise NotInExport("map_column_missing", "column", text=named)
        uses = self.used.setdefault(found, [])
        if use not in uses:
            uses.append(use)
        return found

    @cached_property
    def _letters(self) -> set[str]:
        return {letter for row in self.grid.values() for letter in row}

    def rows(self, of_district: str | None, code: str, name: str) -> list[int]:
        """Give the rows below the headings; those of a district where a column says of which each is."""
        below = [at for at in sorted(self.grid) if at > self.heading_row]
        if of_district is None:
            return below
        return [at for at in below if _is_of(self.grid[at].get(of_district), code, name)]

    @property
    def unused(self) -> list[str]:
        """Name the columns that the map does not use, by their headings where those are known."""
        letters = sorted(self._letters - self.used.keys(), key=lambda one: (len(one), one))
        return [" ".join((one, self.heading(one))).strip() for one in letters]

    @property
    def hidden(self) -> Iterator[Reason]:
        """Say what is read though nobody sees it."""
        return hidden_in(self._sheet, [at for at in self.grid if at > self.heading_row], self.used)

    @property
    def merged(self) -> list[str]:
        """Name the cells of used columns that are merged down several rows and are read for the first alone."""
        return [f"{one.letter}{one.first}" for one in self._sheet.merged
                if one.letter in self.used and one.first > self.heading_row]  # fmt: skip

    def heading(self, letter: str) -> str:
        """Say how a column is headed."""
        text = self.headings.get(letter, "")[:80]
        return f'"{text}"' if text else ""


def _is_of(cell: Cell, code: str, name: str) -> bool:
    """Tell whether a cell names a district: by its code, however written, or by its whole name."""
    is_part = isinstance(cell, float) and not cell.is_integer()
    text = f"{cell:05.2f}" if is_part else written(cell)  # as spreadsheets write 33.10
    coded = _DISTRICT_CODE.fullmatch(text)
    return ".".join(coded.groups()) == code if coded else plain(text) == plain(name) != ""
