"""The rows of an indicator set's sheets: each cell read by its column, and what can be told wrong of one cell alone."""

from collections.abc import Iterator, Mapping, Sequence

from verification.claim_form.cells import Cell
from verification.reason import Reason
from verification.record import record
from verification.sets.known import Known
from verification.sets.layout import (
    DAY,
    FIRST_ROW,
    KEY_ROW,
    LAST_ROW,
    NUMBER,
    SHEETS,
    WHOLE,
    WHOLES,
    WORDS_ROW,
    Cells,
    SetColumn,
    SetSheet,
    Sheets,
)
from verification.sets.typed import Typed, UnreadableCell, is_empty, read_cell, seen_text

GUIDE = "Petunjuk"  # a sheet for people, which nobody reads
_NO_WORDS = (WHOLE, WHOLES, NUMBER, DAY)  # what cells of such columns hold explains no column
_MOST_NAMED = 200  # letters of a list of codes in a sentence


@record
class Fault:
    """What is wrong with a cell, or with a sheet's column or row: where, and why."""

    sheet: str
    row: int
    column: str
    reason: Reason

    @property
    def cell(self) -> str:
        """Name the cell as a spreadsheet does."""
        return f"{self.sheet}!{self.column}{self.row}"


@record
class SetRow:
    """A row: what it says by key, and in which column each key stands. What cannot be read is not said."""

    sheet: str
    number: int
    values: Mapping[str, Typed]
    letters: Mapping[str, str]

    def fault(self, key: str, code: str, /, **values: str | float) -> Fault:
        """Say what is wrong with the cell of a key; of a column that is not there, at the row's first."""
        return Fault(self.sheet, self.number, self.letters.get(key, "A"), Reason(code, dict(values)))

    def text(self, key: str) -> str:
        """Give a code or text; nothing where none is said."""
        return str(self.values.get(key, ""))

    def several(self, key: str) -> tuple[str | int, ...]:
        """Give what a cell names, one or several."""
        found = self.values.get(key, ())
        return found if isinstance(found, tuple) else (found,) if isinstance(found, str | int) else ()


Rows = Mapping[str, Sequence[SetRow]]  # by sheet; of those that are not there, none


def read_rows(sheets: Sheets, known: Known) -> tuple[Rows, list[Fault]]:
    """Read all rows of all sheets, with everything that one cell alone, or what it names, can have wrong."""
    faults = [Fault(title[:40], KEY_ROW, "A", Reason("set_sheet_unknown", {"found": title[:40]}))
              for title in sheets if title not in SHEETS and title != GUIDE]  # fmt: skip
    rows: dict[str, list[SetRow]] = {}
    for title, sheet in SHEETS.items():
        letters, wrong = _heads(sheet, sheets.get(title, {}))
        rows[title], more = _rows(sheet, sheets.get(title, {}), letters)
        faults += [*wrong, *_above(sheet, sheets.get(title, {}).get(WORDS_ROW, {}), letters, known), *more]
        if sheet.needed and not rows[title] and not wrong:
            faults.append(Fault(title, FIRST_ROW, "A", Reason("set_sheet_empty", {"sheet": title})))
    for title, found in rows.items():
        faults += [*_unknown(SHEETS[title], found, rows, known), *_twice(SHEETS[title], found)]
    return rows, faults


# ── heads


def _heads(sheet: SetSheet, cells: Cells) -> tuple[dict[str, str], list[Fault]]:
    """Give the letter of each key of a sheet's first row; what stands in a column without one is told."""
    if not cells:
        return {}, []
    keys, letters, faults = {column.key for column in sheet.columns}, dict[str, str](), []
    for letter, cell in cells.get(KEY_ROW, {}).items():
        key = "" if is_empty(cell) else seen_text(cell)
        if key in letters:
            faults.append(Fault(sheet.title, KEY_ROW, letter, Reason("set_column_twice", {"found": key})))
        elif key in keys:
            letters[key] = letter
        elif key:
            faults.append(Fault(sheet.title, KEY_ROW, letter, Reason("set_column_unknown", {"found": key[:40]})))
    faults += [Fault(sheet.title, KEY_ROW, "A", Reason("set_column_missing", {"wanted": column.key}))
               for column in sheet.columns if column.needed and column.key not in letters]  # fmt: skip
    headed = {letter for letter, cell in cells.get(KEY_ROW, {}).items() if not is_empty(cell)}
    astray = {letter: row for row in sorted(cells, reverse=True) if row >= FIRST_ROW
              for letter, cell in cells[row].items() if letter not in headed and not is_empty(cell)}  # fmt: skip
    return letters, [*faults, *(Fault(sheet.title, row, letter, Reason("set_column_without_key"))
                                for letter, row in astray.items())]  # fmt: skip


def _above(sheet: SetSheet, cells: Mapping[str, Cell], letters: Mapping[str, str], known: Known) -> list[Fault]:
    """Tell of what stands where words explain the columns: whoever deleted that row would lose the next one unseen."""
    for column in sheet.columns:
        letter = letters.get(column.key, "")
        if not is_empty(cells.get(letter)) and _says_something(column, cells.get(letter), known):
            return [Fault(sheet.title, WORDS_ROW, letter, Reason("set_row_above"))]
    return []


def _says_something(column: SetColumn, cell: Cell, known: Known) -> bool:
    """Tell whether a cell holds what its column takes, and no word that explains it."""
    try:
        value = read_cell(column, cell)
    except UnreadableCell:
        return False
    named = value if isinstance(value, tuple) else (value,)
    return column.reads in _NO_WORDS or (column.known in known and any(one in known[column.known] for one in named))


# ── cells


def _rows(sheet: SetSheet, cells: Cells, letters: Mapping[str, str]) -> tuple[list[SetRow], list[Fault]]:
    rows: list[SetRow] = []
    faults: list[Fault] = []
    for number in sorted(cells):
        filled = {key: cells[number].get(letter) for key, letter in letters.items()}
        if number < FIRST_ROW or all(is_empty(cell) for cell in filled.values()):
            continue
        if number > LAST_ROW:
            reason = Reason("set_too_many_rows", {"limit": LAST_ROW})
            return rows, [*faults, Fault(sheet.title, number, "A", reason)]
        row, wrong = _row(sheet, number, filled, letters)
        rows.append(row)
        faults += wrong
    return rows, faults


def _row(
    sheet: SetSheet, number: int, filled: Mapping[str, Cell], letters: Mapping[str, str]
) -> tuple[SetRow, list[Fault]]:
    values: dict[str, Typed] = {}
    row, faults = SetRow(sheet.title, number, values, letters), []
    for column in sheet.columns:
        cell = filled.get(column.key)
        if is_empty(cell):
            if column.needed and column.key in letters:
                faults.append(row.fault(column.key, "set_cell_empty", wanted=column.key))
            continue
        try:
            value = read_cell(column, cell)
            if value not in ((), {}):
                values[column.key] = value
            elif column.needed:
                faults.append(row.fault(column.key, "set_cell_empty", wanted=column.key))
        except UnreadableCell as unreadable:
            values[column.key] = None
            faults.append(Fault(sheet.title, number, letters[column.key], unreadable.reason))
    faults += _in_one_language(sheet, row, filled)
    unread = [key for key, value in values.items() if value is None]
    for key in unread:
        del values[key]
    return row, faults


def _in_one_language(sheet: SetSheet, row: SetRow, filled: Mapping[str, Cell]) -> Iterator[Fault]:
    for column in sheet.columns:
        name, _, language = column.key.partition(".")
        other = f"{name}.{'en' if language == 'id' else 'id'}"
        if language and not column.needed and is_empty(filled.get(column.key)) and not is_empty(filled.get(other)):
            yield row.fault(column.key, "set_one_language", wanted=column.key)


# ── what cells name


def _unknown(sheet: SetSheet, found: Sequence[SetRow], rows: Rows, known: Known) -> Iterator[Fault]:
    for column in sheet.columns:
        if not column.known:
            continue
        title, _, key = column.known.partition(".")
        there = {row.values.get(key) for row in rows[title]} if key else set(known[title])
        for row in found:
            for named in row.several(column.key):
                if named not in there:
                    yield _names_nothing(row, column, named, known)


def _names_nothing(row: SetRow, column: SetColumn, named: str | int, known: Known) -> Fault:
    title, _, key = column.known.partition(".")
    if key:
        return row.fault(column.key, "set_names_nothing", found=str(named)[:40], sheet=title)
    return row.fault(column.key, "set_code_unknown", found=str(named)[:40], wanted=_listed(known[title]))


def _listed(codes: object) -> str:
    text = ", ".join(map(str, codes))  # type: ignore[call-overload]
    return text if len(text) <= _MOST_NAMED else text[:_MOST_NAMED].rpartition(",")[0] + ", …"


def _twice(sheet: SetSheet, found: Sequence[SetRow]) -> Iterator[Fault]:
    first: dict[tuple[Typed, ...], int] = {}
    for row in found:
        said = tuple(row.values.get(key) for key in sheet.once)
        if not said or None in said:
            continue
        if said in first:
            yield row.fault(sheet.once[-1], "set_stands_twice", found=" ".join(map(str, said))[:40], line=first[said])
        first.setdefault(said, row.number)
