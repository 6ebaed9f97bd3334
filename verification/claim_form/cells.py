"""What a cell of a workbook may hold, and what an officer meant by it: the sheets with their columns, and their cells.

Imports nothing heavy: the process that reads a workbook under limits starts with it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

TEMPLATE_VERSION = "1"
FIRST_ROW = 4  # above: title, instruction, headings
LAST_ROW = 5_000  # what the template offers to fill in, and what is read
LARGEST_EXACT = 10**15  # spreadsheets keep fifteen digits of a number; the others become zeros


@dataclass(frozen=True, slots=True)
class Percent:
    """A number that is shown as a percentage: 0.85 is read as 85 %."""

    fraction: float

    @property
    def shown(self) -> float:
        """The number before the percent sign, without the noise of binary fractions."""
        return float(f"{self.fraction * 100:.12g}")

    def __str__(self) -> str:
        return f"{self.shown:g} %"


@dataclass(frozen=True, slots=True)
class OddCell:
    """A cell that holds no value for any column; `code` is the reason, `text` what is seen there."""

    code: str
    text: str = ""

    def __str__(self) -> str:
        return self.text


# whoever opened the workbook may pass other types; only these are ever taken for a value
Cell = str | int | float | bool | datetime | date | Percent | OddCell | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its letter, the key of its heading, and how long a text it takes (as its table does)."""

    letter: str
    key: str
    limit: int = 5_000


SHEETS: Mapping[str, tuple[Column, ...]] = {
    "Klaim": (Column("A", "number"), Column("B", "name"), Column("C", "measure"), Column("D", "maximum"),
              Column("E", "self_score")),
    "Jawaban": (Column("A", "code"), Column("B", "question"), Column("C", "label"), Column("D", "unit"),
                Column("E", "value"), Column("F", "value_before"), Column("G", "data_date")),
    "Dokumen": (Column("A", "indicator"), Column("B", "document_number", 200), Column("C", "dated"),
                Column("D", "title")),
    "Fasilitas": (Column("A", "indicator"), Column("B", "kind"), Column("C", "facility_name", 300),
                  Column("D", "registry_no", 30), Column("E", "village"), Column("F", "since_year"), Column("G", "lat"),
                  Column("H", "lon")),
}  # fmt: skip


def longest(sheet: str, key: str) -> int:
    """Say how many letters a column takes; the tables that keep it take as many."""
    return next(column.limit for column in SHEETS[sheet] if column.key == key)


PRINTED: Mapping[str, frozenset[str]] = {  # filled in by the template, not by the district
    "Klaim": frozenset({"number", "name", "measure", "maximum"}),
    "Jawaban": frozenset({"code", "question", "label", "unit"}),
    "Dokumen": frozenset(),
    "Fasilitas": frozenset(),
}

Row = Mapping[str, Cell]  # by column key
Rows = Mapping[int, Row]  # by row number
Book = Mapping[str, Rows]  # by sheet


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the template's hidden sheet says it was made for."""

    template_version: str
    district: str
    year: int
    indicator_set: str
    round_id: str | None = None  # none in those written before rounds had names
    areas_id: int = 1  # the version of the areas whose codes it has; there was one before it was said


_JOINERS = "\u200c\u200d"  # they belong to the writing of some scripts, and to nothing else
_LONE_JOINER = re.compile(f"(?<![\u0590-\uffff])[{_JOINERS}]|[{_JOINERS}](?![\u0590-\uffff])")


def clean(text: str) -> str:
    """Write a text without what nobody sees: marks of no width, control characters, blanks that are not a blank.

    Letters stay as they are, of whatever script. Lines stay lines.
    """
    seen = _LONE_JOINER.sub("", "".join(map(_visible, text.replace("\r\n", "\n").replace("\r", "\n"))))
    return "\n".join(" ".join(line.split()) for line in seen.split("\n")).strip()


def _visible(letter: str) -> str:
    if letter == "\n" or letter in _JOINERS:
        return letter
    category = unicodedata.category(letter)
    if category in ("Cf", "Cs"):
        return ""
    return " " if category in ("Cc", "Zs", "Zl", "Zp") else letter


_INDONESIAN = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?")
_INTERNATIONAL = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")


def numbers_meant(text: str) -> set[float]:
    """Give the numbers that a text may mean: one, none, or two for "1.250", a thousand and more or a fraction.

    In Indonesian "1.250.000,5", and with points and commas the other way round.
    """
    plain = text.replace("\u2212", "-").replace(" ", "")
    meant = set()
    if _INDONESIAN.fullmatch(plain):
        meant.add(float(plain.replace(".", "").replace(",", ".")))
    if _INTERNATIONAL.fullmatch(plain):
        meant.add(float(plain.replace(",", "")))
    return meant


_MONTHS = ("januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober",
           "november", "desember")  # fmt: skip
_BY_MONTH_NAME = re.compile(r"(\d{1,2})[ -]([a-z]{3,9})[ -](\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})")


def day_meant(text: str) -> date:
    """Read a date as written in Indonesia, day first, or as 2025-12-31. Raises ValueError."""
    if match := _DAY_FIRST.fullmatch(text):
        return date(int(match[3]), int(match[2]), int(match[1]))
    if match := _BY_MONTH_NAME.fullmatch(text.casefold()):
        named = [number for number, month in enumerate(_MONTHS, start=1) if month in (match[2], _long(match[2]))]
        return date(int(match[3]), named[0] if named else 0, int(match[1]))
    return date.fromisoformat(text)


def _long(month: str) -> str:
    """Write a month's short name out."""
    short = {"agt": "agustus", "agu": "agustus", "ags": "agustus", "okt": "oktober", "nop": "november",
             "nopember": "november", "des": "desember"}  # fmt: skip
    return short.get(month) or next((long for long in _MONTHS if len(month) == 3 and long.startswith(month)), "")
