"""A form as its designer wrote it: the rows of its sheets, each under the one name that XLSForm has for a column.

pyxform takes a column by several names, in any case (`Calculate`, `bind::calculate`); what speaks a language keeps it
behind `::`. Whatever is in the cells can be read: nothing here refuses a form.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any

from pyxform import aliases
from pyxform.question import MultipleChoiceQuestion
from pyxform.survey import Survey
from pyxform.xls2json_backends import xlsx_to_dict

RawSheets = Mapping[str, tuple[list[str], list[dict[str, str]]]]  # of each sheet its header and its rows
Columns = Mapping[str, frozenset[str]]  # of each list that phones are given, by its file's name

SHEETS_OF_A_FORM = ("survey", "choices", "settings", "entities")
_CURLED = str.maketrans("‘’“”", "''\"\"")  # quotation marks of word processors, which pyxform makes straight
_BEGIN = re.compile(r"begin[ _](group|repeat|lgroup|looped group|loop)\b")
_END = re.compile(r"end[ _](group|repeat|lgroup|looped group|loop)$")
_ALIASES: Mapping[str, Mapping[str, Any]] = {
    "survey": aliases.survey_header, "choices": aliases.list_header, "settings": aliases.settings_header,
    "entities": aliases.entities_header,
}  # fmt: skip
_WITHIN = ("bind", "control", "media")  # pyxform's names for where in an XForm a column goes
_NAMES = {
    "calculate": "calculation", "readonly": "read_only", "jr:count": "repeat_count", "entities:saveto": "save_to",
    "jr:constraintMsg": "constraint_message", "jr:requiredMsg": "required_message", "id_string": "form_id",
    "dataset": "list_name", "list name": "list_name",
}  # fmt: skip
_KNOWN = {
    "survey": {_NAMES.get(name, name) for name in (
        *MultipleChoiceQuestion.get_slot_names(), *(one[-1] for one in aliases.survey_header.values()
                                                    if isinstance(one, tuple)), "disabled")},
    "settings": {_NAMES.get(name, name) for name in Survey.get_slot_names()},
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class SheetRow:
    """A row by its columns; `groups` are the groups and repeats it lies in, outermost first."""

    cells: Mapping[str, str]
    groups: tuple["SheetRow", ...] = ()

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def name(self) -> str:
        """Give its name."""
        return self["name"]

    @property
    def kind(self) -> str:
        """Give the first word of its type; "group" or "repeat" where it begins one."""
        if begins := _BEGIN.match(self["type"]):
            return "group" if begins[1] == "group" else "repeat"
        return self["type"].partition(" ")[0]

    @property
    def choices_in(self) -> str:
        """Name the list that its choices are in: a file, or a list of the choices sheet."""
        return self["type"].partition(" ")[2].partition(" ")[0] if self.kind.startswith(("select", "rank")) else ""

    @property
    def repeat(self) -> "SheetRow | None":
        """Give the innermost repeat it lies in."""
        return next((group for group in reversed(self.groups) if group.kind == "repeat"), None)

    def means(self, column: str) -> bool:
        """Tell whether a cell says yes, or anything that may come out as yes."""
        return bool(self[column]) and aliases.yes_no.get(self[column], True)


@dataclass(frozen=True)
class DesignedForm:
    """A form's rows, what pyxform made of them or why it did not, and the columns of lists where they are known."""

    survey: tuple[SheetRow, ...] = ()
    choices: tuple[SheetRow, ...] = ()
    settings: SheetRow = SheetRow({})
    entities: tuple[SheetRow, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of each sheet
    xform: str = ""
    warnings: tuple[str, ...] = ()
    refused: str = ""
    lists: Columns = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, SheetRow]:
        """Give the questions by their names."""
        return {row.name: row for row in self.survey}


def raw_sheets(xlsx: bytes) -> RawSheets:
    """Read a workbook's sheets as pyxform does.

    Raises pyxform.errors.PyXFormReadError for what is no workbook, PyXFormError for one that is no form, and for one
    that is damaged whatever openpyxl raises.
    """
    book = xlsx_to_dict(BytesIO(xlsx))
    headers = {sheet: book[f"{sheet}_header"] for sheet in SHEETS_OF_A_FORM if book.get(f"{sheet}_header")}
    return {sheet: (list(header[0]), book[sheet]) for sheet, header in headers.items()}


def designed(
    sheets: RawSheets, xform: str = "", warnings: Iterable[str] = (), refused: str = "", lists: Columns | None = None
) -> DesignedForm:
    """Read the rows of a form's sheets."""
    columns = {sheet: _columns(sheet, header) for sheet, (header, _) in sheets.items()}
    rows = {sheet: [{columns[sheet][header]: _plain(text) for header, text in row.items() if header in columns[sheet]}
                    for row in found] for sheet, (_, found) in sheets.items()}  # fmt: skip
    return DesignedForm(
        tuple(_nested(rows.get("survey", []))), tuple(map(SheetRow, rows.get("choices", []))),
        SheetRow(next(iter(rows.get("settings", [])), {})), tuple(map(SheetRow, rows.get("entities", []))),
        {sheet: tuple(found.values()) for sheet, found in columns.items()},
        xform, tuple(warnings), refused, lists or {},
    )  # fmt: skip


def knows(sheet: str, column: str) -> bool:
    """Tell whether pyxform does anything with a column."""
    return sheet not in _KNOWN or column.partition("::")[0] in _KNOWN[sheet]


def _columns(sheet: str, header: Iterable[str]) -> dict[str, str]:
    """Give the columns of a sheet, as they are written, the names that they have here."""
    header = [str(name) for name in header]
    between = re.compile("::" if any("::" in name for name in header) else "(?<!jr):")
    return {name: "::".join(_column(sheet, *map(str.strip, between.split(name)))) for name in header}


def _column(sheet: str, first: str, *more: str) -> tuple[str, ...]:
    snake = "_".join(first.split()).lower()
    alias = _ALIASES[sheet].get(snake, snake)
    found: tuple[str, ...] = (*alias, *more) if isinstance(alias, tuple) else (alias, *more)
    if found[0] in _WITHIN and len(found) > 1 and knows(sheet, _NAMES.get(found[1], found[1])):
        found = found[1:]
    name = _NAMES.get(found[0], found[0])
    return (name, *found[1:]) if knows(sheet, name) else (first, *more)


def _plain(text: object) -> str:
    return " ".join(str(text).translate(_CURLED).split())


def _nested(rows: Iterable[Mapping[str, str]]) -> Iterator[SheetRow]:
    """Give what is asked or calculated, and the groups, each with those it lies in; no row that only ends one."""
    groups: list[SheetRow] = []
    for cells in rows:
        row = SheetRow(cells, tuple(groups))
        if not row["type"] or (row["disabled"] and row.means("disabled")):
            continue
        if _END.match(row["type"]):
            del groups[-1:]
            continue
        yield row
        if _BEGIN.match(row["type"]):
            groups.append(row)
