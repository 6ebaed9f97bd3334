"""A map of columns, as an officer fills it in: which column of another application's workbook is which field of a form.

Nobody here knows how that application writes its workbooks, so the map is data. Each row names a field of the claim
form (sheet, code, field) and where its value stands: a column by its heading or letter and, where an export has a row
for each question, what the row says in the column of questions. Code "*" names a column for all questions of a sheet.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from server.claims.grids import Grid
from server.claims.own_table import HEADINGS_WITHIN, plain
from server.words import LANGUAGES, catalogue
from verification.claim_form.cells import SHEETS, Cell, clean
from verification.reason import Reason, Value, WithReason
from verification.sets.indicators import IndicatorSet

HEADS = ("sheet", "code", "field", "words", "column", "row", "from_sheet")
READING, ALL = "reading", "*"  # in place of a sheet: how the export is read; in place of a code: every question
QUESTION, DISTRICT, HEADING_ROW = "question_column", "district_column", "heading_row"
SETTINGS = (QUESTION, DISTRICT, HEADING_ROW)
BY_CODE = ("Klaim", "Jawaban", "Dokumen")
NOT_MAPPED = (
    "Rincian"  # numbers by area and age: an agency's own table is read as it is, and protected ones are typed in
)
_NOT_FILLED = {
    "Klaim": {"number", "name", "measure", "maximum"},
    "Jawaban": {"code", "question", "label", "unit", "data_source", "explanation"},
    "Dokumen": {"indicator", "question"}, "Fasilitas": {"indicator", "kind"},
}  # fmt: skip
_FOUND_BY = ("subdistrict", "area_code")  # by these a place's village is found too
_YEAR_BEFORE = ("users_before", "amount_before")
_LONGEST = 200  # letters of what a map says, as a sentence repeats it


class UnusableMap(WithReason):
    """A file that is no map of columns, or one that names none."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong in the map, or in the export, with its cell."""

    file: str  # map or export
    cell: str
    reason: Reason


@dataclass(frozen=True)
class MapRow:
    """A filled row of the map: a field of the form, and the column and row that its value stands in."""

    sheet: str
    code: str
    key: str
    column: str
    row: str
    from_sheet: str
    at: int


@dataclass
class ColumnMap:
    """A map as it was read; `letters` are its own columns, by which a cell of it is named."""

    letters: Mapping[str, str]
    wishes: list[MapRow] = field(default_factory=list)
    settings: dict[str, MapRow] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def trouble(self, code: str, wish: MapRow, head: str, /, **values: Value) -> Trouble:
        """Say what is wrong with one of its cells."""
        return Trouble("map", f"{self.letters.get(head, '')}{wish.at}", Reason(code, values))


def read_map(grid: Grid, indicators: IndicatorSet) -> ColumnMap:
    """Read a map for a set: every row in which a column or a row is named. Raises UnusableMap."""
    first, letters = _head(grid)
    found, seen = ColumnMap(letters), dict[tuple[str, str, str], int]()
    for at, cells in sorted(grid.items()):
        says = {head: _text(cells.get(letter)) for head, letter in letters.items()}
        if at <= first or not (says["column"] or says.get("row")):
            continue
        if (wish := _wish(found, says, at, indicators)) is None:
            continue
        same = (wish.sheet, wish.code, wish.key)
        if before := seen.get(same):
            found.troubles.append(found.trouble("map_same_twice", wish, "code", first=before))
        elif wish.sheet == READING:
            found.settings[wish.key] = wish
        else:
            found.wishes.append(wish)
        seen.setdefault(same, at)
    if not found.wishes and not found.troubles:
        raise UnusableMap("map_empty")
    return found


def _head(grid: Grid) -> tuple[int, dict[str, str]]:
    """Find the map's own headings, in either language."""
    for at in sorted(grid)[:HEADINGS_WITHIN]:
        letters = {head: letter for letter, cell in grid[at].items() if (head := _heads().get(plain(cell)))}
        if {"sheet", "code", "field", "column"} <= letters.keys():
            return at, letters
    raise UnusableMap("map_without_heading")


@cache
def _heads() -> Mapping[str, str]:
    return {plain(catalogue(one).say(f"column_map.head.{head}")): head for one in LANGUAGES for head in HEADS}


def _text(cell: Cell) -> str:
    return written(cell)[:_LONGEST]


def written(cell: Cell) -> str:
    """Write a cell as people read it: a whole number without its ".0"."""
    if cell is None:
        return ""
    whole = isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15
    return " ".join(clean(str(int(cell) if whole and isinstance(cell, float) else cell)).split())


def _wish(found: ColumnMap, says: Mapping[str, str], at: int, indicators: IndicatorSet) -> MapRow | None:
    """Read a row; one that names what there is not is noted, with the cell that does."""
    wish = MapRow(sheet_named(says["sheet"]) or "", says["code"], "", says["column"], says.get("row", ""),
                says.get("from_sheet", ""), at)  # fmt: skip
    if not wish.sheet or wish.sheet == NOT_MAPPED:
        code = "map_sheet_not_mapped" if wish.sheet else "map_unknown_sheet"
        found.troubles.append(found.trouble(code, wish, "sheet", text=says["sheet"]))
        return None
    if not _is_code(wish.sheet, wish.code, indicators):
        found.troubles.append(found.trouble("map_unknown_code", wish, "code", text=wish.code))
        return None
    key = fields_of(wish.sheet).get(plain(says["field"])) or next(
        (one for one in fields_of(wish.sheet).values() if one == says["field"]), None)  # fmt: skip
    asked = indicators.answer_fields.get(wish.code) if wish.sheet == "Jawaban" else None
    if key is None or (key == "value_before" and asked and not asked[1].two_years):
        code = "map_unknown_field" if key is None else "map_one_year_only"
        found.troubles.append(found.trouble(code, wish, "field", text=says["field"]))
        return None
    return MapRow(wish.sheet, wish.code, key, wish.column, wish.row, wish.from_sheet, at)


def sheet_named(text: str) -> str | None:
    """Find a sheet of the form by its title, or the rows that say how an export is read."""
    readings = {plain(catalogue(one).say("column_map.reading")) for one in LANGUAGES}
    if plain(text) in readings:
        return READING
    return next((title for title in SHEETS if plain(title) == plain(text)), None)


def _is_code(sheet: str, code: str, indicators: IndicatorSet) -> bool:
    return (sheet in BY_CODE and code == ALL) or code in codes_of(sheet, indicators)


def codes_of(sheet: str, indicators: IndicatorSet) -> Collection[str]:
    """Give what the rows of a sheet are known by: an indicator's number, an answer's or a question's code, a list.

    The form's other lists have one code, which is empty.
    """
    match sheet:
        case "Klaim":
            return [str(number) for number in indicators.by_number]
        case "Jawaban":
            return indicators.answer_fields
        case "Dokumen":
            return [question.code for one in indicators.indicators for question in one.questions]
        case "Fasilitas":
            return [*places_of_set(indicators)]
    return [""]


def places_of_set(indicators: IndicatorSet) -> Iterator[str]:
    """Name the lists of places that a set asks for, an indicator's kind of place each: "17/pojok_asi"."""
    return (f"{one.number}/{kind}" for one in indicators.indicators for kind in one.facility_kinds)


@cache
def fields_of(sheet: str) -> Mapping[str, str]:
    """Map what a map may call the fields of a sheet, in plain words of either language, to their keys."""
    return {plain(field_name(key, language)): key for language in LANGUAGES for key in keys_of(sheet)}


def keys_of(sheet: str) -> tuple[str, ...]:
    """Give the fields of a sheet that a map may fill in, in their order."""
    if sheet == READING:
        return SETTINGS
    keys = tuple(one.key for one in SHEETS[sheet] if one.key not in _NOT_FILLED.get(sheet, ()))
    more = _FOUND_BY if sheet == "Fasilitas" else ()
    return keys if sheet in BY_CODE else (*keys, *more, DISTRICT)


def field_name(key: str, language: str) -> str:
    """Say a field as the form's heading does."""
    say = catalogue(language).say
    if key in SETTINGS:
        return say(f"column_map.{key}")
    if key in _FOUND_BY:
        return say(f"claims.table_field.{key}")
    name = say(f"template.column.{key}")
    return say("column_map.year_before", what=name) if key in _YEAR_BEFORE else name


def is_letter(text: str) -> bool:
    """Tell whether a text may be a column's letter."""
    return re.fullmatch(r"[A-Z]{1,2}", text, re.ASCII) is not None
