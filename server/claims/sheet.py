"""The cells of a sheet as they come: what is filled, of the wanted columns, and what it means by type and style."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from math import isfinite

from server.claims.formats import Shown, as_shown
from verification.claim_form.cells import OddCell

Cells = dict[int, dict[str, Shown]]  # by row, then by column's letter
SheetRows = Mapping[int, Mapping[str, Shown]]


@dataclass(frozen=True)
class MergedDown:
    """Cells of one column that are merged into the first of them: from row `first` to row `last`."""

    letter: str
    first: int
    last: int


@dataclass(frozen=True)
class ReadSheet:
    """A sheet as it was read: its cells, hidden ones too; what is merged; and the titles of those that were not.

    Of hidden rows and columns those are named in which anything stands.
    """

    cells: SheetRows
    hidden: tuple[int, ...] = ()  # rows
    merged: tuple[MergedDown, ...] = ()
    others: tuple[str, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    is_hidden: bool = False
    title: str = ""


_ESCAPED = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


def unescaped(text: str) -> str:
    """Read what XML cannot say: _x000D_ is a carriage return, and _x005F_ the line before what only looks like that."""
    return _ESCAPED.sub(_letters, text) if "_x" in text else text


def _letters(escaped: re.Match[str]) -> str:
    codes = "".join(escaped[0][at + 2 : at + 6] for at in range(0, len(escaped[0]), 7))
    return bytes.fromhex(codes).decode("utf-16-be", errors="replace")


class TextRuns:
    """Collects the text of an entry: its runs one after another, without how it is pronounced (rPh)."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._inside, self._spoken = False, False

    def start(self, tag: str) -> None:
        """Enter an element."""
        self._spoken = self._spoken or tag == "rPh"
        self._inside = tag in ("t", "v") and not self._spoken

    def end(self, tag: str) -> None:
        """Leave an element."""
        self._inside = False
        if tag == "rPh":
            self._spoken = False

    def take(self, text: str) -> None:
        """Take text as it comes."""
        if self._inside:
            self.parts.append(text)

    def whole(self) -> str:
        """Give all that was read."""
        return "".join(self.parts)


class CellValues:
    """What cells mean by their type and style."""

    def __init__(self, texts: list[str], formats: list[str] | None, *, since_1904: bool) -> None:
        self._texts, self._formats, self._since_1904 = texts, formats, since_1904

    def of(self, kind: str, style: str, text: str, *, has_formula: bool) -> Shown:
        """Give a cell's value; an error for what no workbook says."""
        if kind in ("str", "inlineStr"):
            return unescaped(text)
        if text == "":
            return OddCell("formula_without_value") if has_formula else None
        match kind:
            case "s":
                return self._texts[_index(text)]
            case "b":
                return text.strip() in ("1", "true")
            case "e":
                return OddCell("error_cell", text)
            case "d":
                return _iso(text)
            case "n":
                return self._number(text, style)
        raise ValueError(kind)

    def _number(self, text: str, style: str) -> Shown:
        number = float(text)
        if not isfinite(number):
            return OddCell("error_cell", text)
        code = self._formats[_index(style)] if self._formats is not None else ""
        shown = as_shown(number, code, since_1904=self._since_1904)
        return int(shown) if isinstance(shown, float) and shown.is_integer() and abs(shown) < 2**53 else shown


def _index(text: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError("no index")
    return int(text)


def _iso(text: str) -> datetime | time:
    moment = text.strip().rstrip("Z")
    return time.fromisoformat(moment.lstrip("T")) if "-" not in moment else datetime.fromisoformat(moment)


_NUMBER = re.compile(r"[1-9]\d{0,4}")
_WHERE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
MOST_MERGED = 40_000  # that are looked at: as many as rows
_MOST_SPANS = 16_384  # of columns: as many as a sheet has


class SheetCells:
    """Reads the cells of a sheet as they come, those of the wanted columns, and of them only what is filled."""

    def __init__(self, wanted: Iterable[str], values: CellValues) -> None:
        self.cells: Cells = {}
        self.hidden: set[int] = set()
        self.hidden_spans: list[range] = []  # of columns, by their numbers
        self.merged: list[MergedDown] = []
        self._wanted, self._values = frozenset(wanted), values
        self._row, self._column = 0, 0
        self._cell: Mapping[str, str] | None = None
        self._text, self._has_formula = TextRuns(), False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        if tag == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.hidden.add(self._row)
        elif tag == "c":
            self._column += 1
            self._cell, self._text, self._has_formula = attributes, TextRuns(), False
        elif tag == "mergeCell":
            self._note_merged(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self._note_hidden(attributes.get("min", ""), attributes.get("max", ""))
        elif self._cell is not None:
            self._has_formula = self._has_formula or tag == "f"
            self._text.start(tag)

    def _note_merged(self, ref: str) -> None:
        """Note what is merged down several rows; what lies beside one another has its value in the first column."""
        first, _, last = ref.partition(":")
        begins, ends = _WHERE.fullmatch(first), _WHERE.fullmatch(last)
        if begins and ends and int(begins[2]) < int(ends[2]) and len(self.merged) < MOST_MERGED:
            self.merged.append(MergedDown(begins[1], int(begins[2]), int(ends[2])))

    def _note_hidden(self, first: str, last: str) -> None:
        if _NUMBER.fullmatch(first) and _NUMBER.fullmatch(last) and len(self.hidden_spans) < _MOST_SPANS:
            self.hidden_spans.append(range(int(first), int(last) + 1))

    def take(self, text: str) -> None:
        """Take text as it comes."""
        if self._cell is not None:
            self._text.take(text)

    def end(self, tag: str) -> None:
        """Leave an element."""
        if self._cell is None:
            return
        if tag != "c":
            self._text.end(tag)
            return
        letter, row = self._place(self._cell)
        if letter in self._wanted:
            kind, style = self._cell.get("t", "n"), self._cell.get("s", "0")
            value = self._values.of(kind, style, self._text.whole(), has_formula=self._has_formula)
            if value is not None and value != "":
                self.cells.setdefault(row, {})[letter] = value
        self._cell = None

    def _place(self, cell: Mapping[str, str]) -> tuple[str, int]:
        """Say where a cell is: as it says, or beside the one before."""
        if "r" not in cell:
            return _letter(self._column), self._row
        where = _WHERE.fullmatch(cell["r"])
        if where is None:
            raise ValueError("no such cell")
        self._column = _number(where[1])
        return where[1], int(where[2])


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letter(column: int) -> str:
    """Name a column by its number from 1."""
    letters = ""
    while column:
        column, at = divmod(column - 1, 26)
        letters = chr(65 + at) + letters
    return letters
