"""Make one filled form of several: what agencies filled in each for themselves. Nothing is dropped, nothing is guessed.

A row is the same in two forms by what names it; its cells are then put together, and two that say different things are
a clash. What names nothing (a meeting, a group) is kept as often as the form that has it most often has it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from verification.claim_form.cells import (
    AGAIN,
    FIRST_ROW,
    PRINTED,
    SHEETS,
    Book,
    Cell,
    Column,
    OddCell,
    Percent,
    Row,
    Rows,
    day_meant,
    numbers_meant,
)
from verification.claim_form.choices import Words, chosen, folded, kind_code, kind_meant
from verification.claim_form.lists import area_code
from verification.claim_form.reader import village_code
from verification.claim_form.row import is_filled
from verification.claim_form.same_places import Key, PlaceRow, places_of
from verification.matching.identity import registry_key
from verification.record import record

_NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "Klaim": ("number",), "Jawaban": ("code",), "Dokumen": ("indicator", "document_number", "dated", "title"),
    "Anggaran": ("cluster", "agency", "source", "basis"),
    "Rincian": ("breakdown", "area", "sex", "age", "protection_group"),
    "Kebijakan": ("policy_kind", "policy_number", "policy_year"),
}  # fmt: skip
_ALL_NAMED = {"Kebijakan": ("policy_number", "policy_year")}  # else a row is the same only where all of it is


@record
class FilledPart:
    """A filled form, by its file's name, and whose part of the whole it is."""

    name: str
    agency: str | None
    book: Book


@record
class CellSaid:
    """What a form says in a cell."""

    file: str
    cell: str
    value: Cell


@record
class Clash:
    """Cells of several forms that should say one thing; the merged form says what the first does, of the row `row`."""

    sheet: str
    key: str
    row: Row
    said: tuple[CellSaid, ...]


@dataclass(slots=True)
class Merged:
    """Several forms as one: its rows, what does not agree, and how many rows stood in more than one form."""

    book: dict[str, Rows] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    repeated: int = 0


@record
class Called:
    """What a form calls its choices, and which kinds of place each indicator asks for: a name is as good as a code."""

    names: Words = field(default_factory=dict)
    kinds: Mapping[int, Collection[str]] = field(default_factory=dict)

    def meant_in(self, column: Column, row: Row) -> object:
        """Say what a cell means beside others of its row: an area or a choice by its code, however it is written."""
        key, value = column.key, row.get(column.key)
        if key == "registry_no":
            return registry_key(str(value)) or meant(value)
        if not isinstance(value, str):
            return meant(value)
        if key in ("village", "area"):
            return (village_code if key == "village" else area_code)(value) or meant(value)
        if key == "kind":
            return self.kind_in(row)
        if key == "breakdown":
            return kind_code(value)
        return (chosen(value, column.words, self.names) if column.reads == "choice" else None) or meant(value)

    def kind_in(self, row: Row) -> str:
        """Say which kind of place a row is of."""
        indicator = meant(row.get("indicator"))
        among = self.kinds.get(int(indicator)) if isinstance(indicator, float) else None
        return kind_meant(str(row.get("kind") or ""), self.names, among)


def merge(parts: Sequence[FilledPart], called: Called | None = None) -> Merged:
    """Merge filled forms, in their order."""
    merged, called = Merged(), called or Called()
    for sheet in SHEETS:
        filled = [_RowFound(part.name, number, row) for part in parts
                  for number, row in filled_rows(sheet, part.book.get(sheet, {}))]  # fmt: skip
        names = places_of([_place_in(one, called) for one in filled]) if sheet == "Fasilitas" else [
            _name_of(sheet, one.row, called) for one in filled]  # fmt: skip
        groups: dict[Key, list[_RowFound]] = {}
        for name, one in zip(names, filled, strict=True):
            groups.setdefault(name, []).append(one)
        rows = [row for found in groups.values() for row in _one_or_all(sheet, found, merged, called)]
        merged.book[sheet] = dict(enumerate(rows, start=FIRST_ROW))
    return merged


def settled(parts: Sequence[FilledPart], chosen: Iterable[tuple[Clash, int]]) -> list[FilledPart]:
    """Give the forms as they would be had all said what was chosen: of a clash, the cell of that number."""
    books = {part.name: {sheet: {at: dict(row) for at, row in rows.items()} for sheet, rows in part.book.items()}
             for part in parts}  # fmt: skip
    for clash, which in chosen:
        for one in clash.said:
            row = int("".join(sign for sign in one.cell.rpartition("!")[2] if sign.isdecimal()))
            books[one.file][clash.sheet][row][clash.key] = clash.said[which].value
    return [replace(part, book=books[part.name]) for part in parts]


def filled_rows(sheet: str, rows: Rows) -> Iterable[tuple[int, Row]]:
    """Give the rows in which a district filled something in."""
    printed = PRINTED.get(sheet, frozenset())
    for number, row in rows.items():
        if any(is_filled(value) for key, value in row.items() if key not in printed and key != AGAIN):
            yield number, row


def odd_cells(part: FilledPart) -> Iterable[tuple[str, OddCell]]:
    """Name the cells that hold no value: what a formula left behind cannot be merged."""
    for sheet, columns in SHEETS.items():
        for number, row in part.book.get(sheet, {}).items():
            for column in columns:
                value = row.get(column.key)
                if isinstance(value, OddCell):
                    yield f"{sheet}!{column.letter}{number}", value


@record
class _RowFound:
    file: str
    number: int
    row: Row


def _name_of(sheet: str, row: Row, called: Called) -> Key:
    """Give what names a row of a sheet, or all of it where nothing does."""
    keys = _NAMED_BY.get(sheet, ())
    if not keys or not all(is_filled(row.get(key)) for key in _ALL_NAMED.get(sheet, keys[:1])):
        return _all_of(row)
    columns = {column.key: column for column in SHEETS[sheet]}
    return tuple(called.meant_in(columns[key], row) for key in keys)


def _place_in(found: _RowFound, called: Called) -> PlaceRow:
    row, village = found.row, str(found.row.get("village") or "")
    return PlaceRow(
        file=found.file,
        sort=(meant(row.get("indicator")), called.kind_in(row)),
        number=registry_key(str(row["registry_no"]) if is_filled(row.get("registry_no")) else None),
        village=village_code(village) or folded(village),
        name=str(row.get("facility_name")),
    )


def _one_or_all(sheet: str, found: Sequence[_RowFound], merged: Merged, called: Called) -> list[Row]:
    """Put the rows of one name together, or keep them all where one form has several of that name."""
    files = Counter(one.file for one in found)
    if len(files) < len(found) or len(files) == 1:
        kept = _as_often(found)
        merged.repeated += len(found) - len(kept)
        return kept
    merged.repeated += len(found) - 1
    row: dict[str, Cell] = dict(found[0].row)
    if not all(AGAIN in one.row for one in found):  # somebody has looked
        row.pop(AGAIN, None)
    for column in SHEETS[sheet]:
        filled = [one for one in found if is_filled(one.row.get(column.key))]
        if filled:
            row[column.key] = filled[0].row[column.key]
        if column.key not in PRINTED.get(sheet, ()) and len({called.meant_in(column, one.row) for one in filled}) > 1:
            said = (CellSaid(one.file, f"{sheet}!{column.letter}{one.number}", one.row[column.key]) for one in filled)
            merged.clashes.append(Clash(sheet, column.key, found[0].row, tuple(said)))
    return [row]


def _as_often(found: Sequence[_RowFound]) -> list[Row]:
    """Keep each row as often as the form that has it most often has it."""
    most: Counter[Key] = Counter()
    for file in {one.file for one in found}:
        most |= Counter(_all_of(one.row) for one in found if one.file == file)
    kept = []
    for one in found:
        same = _all_of(one.row)
        if most[same] > 0:
            most[same] -= 1
            kept.append(one.row)
    return kept


def _all_of(row: Row) -> Key:
    return tuple((key, meant(value)) for key, value in row.items() if is_filled(value) and key != AGAIN)


def meant(value: Cell) -> object:
    """Say what a cell means, so that "1.250,5" and 1250.5 are the same, and "31/12/2025" and that day."""
    if isinstance(value, Percent):
        return value.shown
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, str):
        return _text_meant(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _text_meant(text: str) -> Any:
    plain = folded(text)
    numbers = numbers_meant(plain.removesuffix("%").rstrip())
    if len(numbers) == 1 and not (plain.startswith("0") and plain[1:2].isdigit()):
        return next(iter(numbers))
    try:
        return day_meant(plain).isoformat()
    except ValueError:
        return plain or None
