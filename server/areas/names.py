"""Names of areas: cleaned of what nobody sees, and read from a list of codes and names."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from verification.reason import Reason

CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
LONGEST_NAME = 200  # letters; as long as the column

_BLANK = frozenset({"Cc", "Zl", "Zp", "Zs"})  # control characters, line ends, and spaces of every kind
_STEERING = frozenset({"Cf"})  # zero-width spaces, marks of direction: they only tell how others are shown
_BROKEN = re.compile("[\ud800-\udfff\ufffe\uffff]")  # halves of pairs, and what is no letter by definition
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class NameList:
    """The names of a list by code, and what is wrong with its lines."""

    names: dict[str, str] = field(default_factory=dict)
    problems: tuple[Reason, ...] = ()


def clean(value: Any) -> str | None:
    """Write a name or code in one line without characters that nobody sees; None for what is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = unicodedata.normalize("NFC", str(value))
    text = " ".join((text if text.isprintable() else _visible(text)).split())
    return None if _BROKEN.search(text) or len(text) > LONGEST_NAME else text


def _visible(text: str) -> str:
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    return "".join(" " if kind in _BLANK else letter for letter, kind in kinds if kind not in _STEERING)


def read_names(content: str) -> NameList:
    """Read a list of codes and names, separated by comma, semicolon or tab; a heading is skipped."""
    try:
        rows, open_quote = _rows(content)
    except csv.Error:
        rows, open_quote = [], None
    if open_quote is not None:
        return NameList(problems=(Reason("table_quotes_wrong", {"row": open_quote}),))
    if not any(len(row) > 1 for _, row in rows):
        return NameList(problems=(Reason("names_not_csv"),))
    found: dict[str, str] = {}
    problems = []
    for line, (code, name, *_) in ((line, [*row, ""]) for line, row in rows):
        text = clean(name)
        if not CODE.fullmatch(code):
            problems.append(Reason("name_without_code", {"line": line, "code": code[:40]}))
        elif text is None:
            problems.append(Reason("name_unusable_in_list", {"line": line, "code": code}))
        elif found.get(code, text) != text:
            problems.append(Reason("code_named_twice", {"line": line, "code": code}))
        elif text:
            found[code] = text
    return NameList(found, tuple(problems))


def _rows(content: str) -> tuple[list[tuple[int, list[str]]], int | None]:
    """Give the rows below the heading with their lines' numbers, split by whatever separates codes from names; and the
    line, if any, in which a quotation mark opens that would swallow the lines below.
    """
    every = {delimiter: _split(content, delimiter) for delimiter in _DELIMITERS}
    separator = max(every, key=lambda delimiter: _likeness(every[delimiter]))
    rows = every[separator]
    begins = next((index for index, (_, row) in enumerate(rows) if any(letter.isdigit() for letter in row[0])), 0)
    return rows[begins:], _open_quote(content, separator)


def _open_quote(content: str, delimiter: str) -> int | None:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    read = 0
    try:
        for _ in reader:
            read = reader.line_num
    except csv.Error:
        return read + 1
    return None


def _split(content: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    rows = ((reader.line_num, row) for row in reader)
    return [(line, _with_whole_code([_code(row[0]), *row[1:]])) for line, row in rows if any(map(str.strip, row))]


def _with_whole_code(row: list[str]) -> list[str]:
    """Put together a code whose decimal comma was taken for the next column: 99,01,Kabupaten."""
    is_cut = len(row) > 2 and row[1].isdecimal() and any(map(str.isalpha, row[2]))
    return [f"{row[0]},{row[1]}", *row[2:]] if is_cut else row


def _code(cell: str) -> str:
    """Read a code as it is shown: ="33.21" and '33.21 are how a spreadsheet is told that it is text."""
    return (clean(cell) or "").removeprefix("=").strip("'\"")


def _likeness(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, int, int]:
    """Say how much rows look like codes and names: so many have both, so many any name, so many at least two cells.

    A name has a letter, and no sign that separates columns: in "33,21;Kabupaten" the comma is the decimal's.
    """
    pairs = [row for _, row in rows if len(row) > 1]
    named = [row for row in pairs if any(map(str.isalpha, row[1])) and not set(";\t").intersection(row[1])]
    return sum(bool(CODE.fullmatch(row[0])) for row in named), len(named), len(pairs)
