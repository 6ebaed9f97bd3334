"""What the columns of an agency's own table are: by their headings, of one row or of several; and its rows.

Nothing is guessed: a heading that is in no list (`headings.toml`) is named and not used, and two that say the same are
a question to whoever has the table.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from server.claims.grids import Grid, cells_of
from server.claims.sheet import MergedDown, ReadSheet
from verification.claim_form.cells import Cell, clean, numbers_meant
from verification.reason import WithReason

HEADINGS_WITHIN = 40  # rows
_MOST_LEVELS = 4
_AREAS = ("village", "subdistrict", "area_code")
_OLDEST = 21
_AGE = re.compile(r"(?:usia |umur )?(\d{1,2})(?: ?(?:-|–|s d|sampai) ?(\d{1,2}))?(?: tahun| th| thn)?")


class UnusableTable(WithReason):
    """A table in which something that is asked for cannot be found."""


@dataclass(frozen=True)
class Heading:
    """A column's heading: what stands above it from top to bottom, and the same in plain words."""

    letter: str
    shown: str
    plain: str


@dataclass(frozen=True)
class OwnTable:
    """A table: its columns with their headings, and the rows below by their numbers.

    What nobody may overlook: cells that are `merged` and count for the first of their rows alone, those `beyond` all
    headings; and what else the `sheet` is that it was read from.
    """

    headings: Mapping[str, Heading]
    rows: Mapping[int, Mapping[str, Cell]]
    merged: Sequence[MergedDown] = ()
    beyond: Sequence[tuple[str, int]] = ()
    sheet: ReadSheet = field(default_factory=partial(ReadSheet, {}))


@cache
def words_of_headings() -> Mapping[str, Any]:
    """Load how agencies head their columns."""
    return tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))


def plain(value: object) -> str:
    """Write a heading or a name in small letters, without signs: "Desa/Kel." is "desa kel"."""
    return " ".join(re.sub(r"[^\w]+|_", " ", clean(str(value)).casefold()).split())


def find_table(sheet: ReadSheet, keys: Mapping[str, Sequence[str]], *wanted: str) -> OwnTable:
    """Find the row of headings by a column that every row has (one of `wanted`). Raises UnusableTable.

    Headings may have several levels: what stands over several columns is over each of them. Where an area's cells are
    merged, each of its rows is of that area.
    """
    grid = cells_of(sheet)
    known = {word for one in wanted for word in keys[one]}
    first = next(
        (number for number in sorted(grid)[:HEADINGS_WITHIN]
         if len(grid[number]) > 1 and any(plain(value) in known for value in grid[number].values())), None,
    )  # fmt: skip
    if first is None:
        raise UnusableTable("table_without_heading", wanted=", ".join(keys[wanted[0]][:6]))
    words = {word for one in keys.values() for word in one}
    named = {letter for letter, value in grid[first].items() if plain(value) in words}
    levels = [first]
    for number in (one for one in sorted(grid) if first < one < first + _MOST_LEVELS):
        if named & grid[number].keys() or not all(map(_may_head, grid[number].values())):
            break
        levels.append(number)
    above = [number for number in sorted(grid) if first - 2 <= number < first and _goes_over(grid[number])]
    body = {number: row for number, row in grid.items() if number > levels[-1]}
    if body and _only_numbers_columns(body[min(body)]):
        del body[min(body)]
    headings = _headings(grid, [*above, *levels])
    areas = {word for one in _AREAS for word in keys.get(one, ())}
    of_areas = {one.letter for one in headings.values() if is_called(one, areas)}
    below = [one for one in sheet.merged if one.first in body and one.letter in body[one.first]]
    return OwnTable(
        headings, _filled_down(body, [one for one in below if one.letter in of_areas]),
        merged=[one for one in below if one.letter not in of_areas],
        beyond=[(letter, number) for number, row in body.items() for letter in row if letter not in headings],
        sheet=sheet,
    )  # fmt: skip


def _filled_down(body: Grid, merged: Iterable[MergedDown]) -> Grid:
    """Give each row that has anything what is merged over it from the first one."""
    filled = {number: dict(row) for number, row in body.items()}
    for one in merged:
        for number in range(one.first + 1, one.last + 1):
            if number in filled:
                filled[number].setdefault(one.letter, filled[one.first][one.letter])
    return filled


def _may_head(value: Cell) -> bool:
    """Tell whether a cell may be a heading: no number, unless it is an age."""
    age = age_meant(value) if _is_number(value) else None
    return not _is_number(value) or (age is not None and int(age) <= _OLDEST)


def _goes_over(row: Mapping[str, Cell]) -> bool:
    """Tell whether a row above the headings is one of them too: a title stands alone in its row."""
    return len(row) > 1 and not any(_is_number(value) for value in row.values())


def _headings(grid: Grid, levels: list[int]) -> dict[str, Heading]:
    letters = sorted({letter for number in levels for letter in grid[number]}, key=lambda one: (len(one), one))
    last = _number(letters[-1])
    shown: dict[str, list[str]] = {}
    for at, number in enumerate(levels):
        over, lowest = "", at == len(levels) - 1
        for column in range(1, last + 1):
            letter = _letters(column)
            here = clean(str(grid[number].get(letter, "")))
            over = here or ("" if lowest or _begins_anew(grid, levels[:at], letter) else over)
            if over and over not in shown.get(letter, []):
                shown.setdefault(letter, []).append(over)
    texts = {letter: " › ".join(" ".join(one.split()) for one in parts) for letter, parts in shown.items()}
    return {letter: Heading(letter, text, plain(text)) for letter, text in texts.items()}


def _begins_anew(grid: Grid, above: list[int], letter: str) -> bool:
    """Tell whether another heading begins above a column: what stands to its left is not over it."""
    return any(letter in grid[number] for number in above)


def _only_numbers_columns(row: Mapping[str, Cell]) -> bool:
    """Tell whether a row only numbers the columns: 1, 2, 3 or (1), (2), (3)."""
    said = [re.match(r"\(?(\d{1,3})(?!\d)", str(value)) for value in row.values()]
    numbers = [int(found[1]) for found in said if found]
    return len(said) > 2 and len(numbers) == len(said) and numbers == list(range(1, len(numbers) + 1))


def is_called(heading: Heading, words: Set[str]) -> bool:
    """Tell whether a column's whole heading, or its lowest level, is one of these."""
    return heading.plain in words or plain(heading.shown.rpartition(" › ")[2]) in words


def one_column(table: OwnTable, words: Iterable[str], field: str) -> str | None:
    """Find the column whose whole heading, or whose lowest level, is one of these. Raises UnusableTable for several."""
    accepted = set(words)
    found = [one.letter for one in table.headings.values() if is_called(one, accepted)]
    if len(found) > 1:
        raise UnusableTable("table_column_twice", field=field, columns=", ".join(found))
    return found[0] if found else None


def is_sum(value: Cell) -> bool:
    """Tell whether a row's name says that it adds others up."""
    said = plain(value if value is not None else "")
    words = words_of_headings()["sums"]["words"]
    return any(said == word or said.startswith(f"{word} ") for word in words)


def count_meant(value: Cell) -> int | None:
    """Read a count in Indonesian notation: "1.250" is a thousand and more, since nothing is counted in parts.

    Raises ValueError for what is no count; None for an empty cell or a dash.
    """
    if value is None or (isinstance(value, str) and plain(value) == ""):
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    meant = numbers_meant(value) if isinstance(value, str) else {float(value)} if is_number else set()  # type: ignore[arg-type]
    whole = {int(number) for number in meant if number >= 0 and number == int(number)}
    if not whole:
        raise ValueError("no count")
    return max(whole)  # "1.000" is a thousand


def age_meant(value: Cell) -> str | None:
    """Read an age or a band of ages by its code: "5 tahun" is "5", "0 - 5 th" is "0-5"; None for what is neither."""
    said = clean(str(value if value is not None else "")).casefold().replace("s/d", "-")
    if re.fullmatch(r"<\s*1(?: tahun| th| thn)?", said):
        return "0"
    found = _AGE.fullmatch(" ".join(said.split()))
    return f"{int(found[1])}-{int(found[2])}" if found and found[2] else str(int(found[1])) if found else None


def _is_number(value: Cell) -> bool:
    return (isinstance(value, int | float) and not isinstance(value, bool)) or (
        isinstance(value, str) and bool(re.fullmatch(r"[\d.,]+", value.strip())) and bool(numbers_meant(value))
    )


def _letters(number: int) -> str:
    first, second = divmod(number - 1, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)


def _number(letters: str) -> int:
    return sum((ord(letter) - 64) * 26**at for at, letter in enumerate(reversed(letters)))


def unused(table: OwnTable, used: Iterable[str]) -> Iterator[Heading]:
    """Name the columns that are not used."""
    taken = set(used)
    return (heading for letter, heading in table.headings.items() if letter not in taken)


def columns_there(grid: Grid) -> list[Heading]:
    """Give every column with the first text in it: to choose from where no headings were found."""
    first: dict[str, str] = {}
    for number in sorted(grid)[:HEADINGS_WITHIN]:
        if len(grid[number]) > 1:  # a title stands alone
            for letter, value in grid[number].items():
                if not _is_number(value):
                    first.setdefault(letter, " ".join(clean(str(value)).split()))
    letters = sorted({letter for row in grid.values() for letter in row}, key=lambda one: (len(one), one))
    return [Heading(letter, first.get(letter, ""), plain(first.get(letter, ""))) for letter in letters]
