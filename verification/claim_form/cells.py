"""What a cell of a workbook may hold, and what an officer meant by it: the sheets with their columns, and their cells.

Imports nothing heavy: the process that reads a workbook under limits starts with it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from verification.record import record

TEMPLATE_VERSION = "2"
FIRST_VERSION = "1"
READ_VERSIONS = (FIRST_VERSION, TEMPLATE_VERSION)  # a later one adds sheets, and columns at the end of those there were
FIRST_ROW = 4  # above: title, instruction, headings
LAST_ROW = FIRST_ROW + 10_000 - 1  # what the template offers to fill in, and what is read
LARGEST_EXACT = 10**15  # spreadsheets keep fifteen digits of a number; the others become zeros


@record
class Percent:
    """A number that is shown as a percentage: 0.85 is read as 85 %."""

    fraction: float

    @property
    def shown(self) -> float:
        """The number before the percent sign, without the noise of binary fractions."""
        return float(f"{self.fraction * 100:.12g}")

    def __str__(self) -> str:
        return f"{self.shown:g} %"


@record
class OddCell:
    """A cell that holds no value for any column; `code` is the reason, `text` what is seen there."""

    code: str
    text: str = ""

    def __str__(self) -> str:
        return self.text


# whoever opened the workbook may pass other types; only these are ever taken for a value
Cell = str | int | float | bool | datetime | date | Percent | OddCell | None


@record
class Column:
    """A column of a sheet: its letter, the key of its heading, and how long a text it takes (as its table does).

    `since`: the version of the template that first had it. `reads`: how a cell is read on the sheets that are read
    column by column (`lists.py`). `words`: the list it is chosen from (`choices.py`). `practice`: the regulation does
    not ask for it.
    """

    letter: str
    key: str
    limit: int = 5_000
    since: str = FIRST_VERSION
    reads: str = "text"
    words: str = ""
    practice: bool = False


def _more(first: str, *columns: Column) -> tuple[Column, ...]:
    """Give columns of the second version their letters, from the first one's on."""
    return tuple(replace(column, letter=chr(ord(first) + at), since="2") for at, column in enumerate(columns))


def _asked(key: str, reads: str = "text", limit: int = 5_000, words: str = "") -> Column:
    return Column("", key, limit, reads=reads, words=words or (key if reads in ("choice", "several") else ""))


def _by_practice(key: str, reads: str = "text", limit: int = 5_000, words: str = "") -> Column:
    return replace(_asked(key, reads, limit, words), practice=True)


SHEETS: Mapping[str, tuple[Column, ...]] = {
    "Klaim": (Column("A", "number"), Column("B", "name"), Column("C", "measure"), Column("D", "maximum"),
              Column("E", "self_score")),
    "Jawaban": (Column("A", "code"), Column("B", "question"), Column("C", "label"), Column("D", "unit"),
                Column("E", "value"), Column("F", "value_before"), Column("G", "data_date"),
                *_more("H", _by_practice("filled_by", limit=200), _by_practice("endorsed", "day"),
                       _asked("data_source"), _asked("explanation"))),
    "Dokumen": (Column("A", "indicator"), Column("B", "document_number", 200), Column("C", "dated"),
                Column("D", "title"),
                *_more("E", _by_practice("question", limit=10), _by_practice("document_kind", "choice"),
                       _by_practice("issuer", limit=300), _by_practice("valid_until", "day"),
                       _by_practice("clusters", "clusters"), _by_practice("file", limit=300),
                       _by_practice("pages", limit=50))),
    "Fasilitas": (Column("A", "indicator"), Column("B", "kind"), Column("C", "facility_name", 300),
                  Column("D", "registry_no", 30), Column("E", "village"), Column("F", "since_year"), Column("G", "lat"),
                  Column("H", "lon"),
                  *_more("I", _asked("category", "choice"), _asked("run_by", "choice"), _asked("paid", "choice"),
                         _asked("fee_rp", "amount"), _by_practice("users", "count"),
                         _by_practice("users_before", "count"), _asked("location_kind", "choice"),
                         _asked("smoke_free_kind", "choice"), _by_practice("ended_year", "year"))),
    "Kebijakan": _more("A", _asked("policy_kind", "choice"), _asked("policy_number", limit=200),
                       _asked("policy_year", "year"), _asked("title"),
                       *(_asked(f"cluster_{number}", "yes_no") for number in range(1, 6)),
                       _by_practice("stage", "choice"), _by_practice("child_input", "yes_no"),
                       _asked("plan_from", "year"), _asked("plan_to", "year")),
    "Anggaran": _more("A", _asked("cluster", "cluster"), _asked("agency", limit=300), _asked("amount", "amount"),
                      _asked("amount_before", "amount"), _by_practice("source", "choice"),
                      _by_practice("basis", "choice")),
    "Rincian": _more("A", _asked("breakdown", "breakdown"), _asked("area", "area"), _asked("sex", "choice"),
                     _asked("age", "choice"), _asked("protection_group", "choice"), _asked("value", "small_count"),
                     _asked("value_before", "small_count")),
    "Kelompok Anak": _more("A", _asked("level", "choice"), _asked("area", "area"), _asked("group_kind", "choice"),
                           _asked("founded_year", "year"), _asked("activities", "several", 300),
                           _asked("support", "several", 300), _by_practice("boys", "count"),
                           _by_practice("girls", "count"), _by_practice("disability", "yes_no")),
    "Masukan Anak": _more("A", _asked("title"), _asked("proposal_kind", "choice"), _by_practice("dated", "day"),
                          _asked("proposal", limit=300), _asked("accepted", "choice"),
                          _asked("children", "count")),
    "Rapat": _more("A", _by_practice("dated", "day"), _by_practice("meeting_level", "choice"),
                   _by_practice("present", limit=1_000), _by_practice("subject"), _by_practice("follow_up")),
}  # fmt: skip


def columns_of(sheet: str, version: str) -> tuple[Column, ...]:
    """Give the columns that a sheet has in a version of the template; of one that nobody knows, the first one's."""
    known = READ_VERSIONS[: READ_VERSIONS.index(version) + 1] if version in READ_VERSIONS else READ_VERSIONS[:1]
    return tuple(column for column in SHEETS[sheet] if column.since in known)


def sheets_of(version: str) -> tuple[str, ...]:
    """Name the sheets that a version of the template has."""
    return tuple(sheet for sheet in SHEETS if columns_of(sheet, version))


def longest(sheet: str, key: str) -> int:
    """Say how many letters a column takes; the tables that keep it take as many."""
    return next(column.limit for column in SHEETS[sheet] if column.key == key)


PRINTED: Mapping[str, frozenset[str]] = {  # by sheet; filled in by the template, not by the district
    "Klaim": frozenset({"number", "name", "measure", "maximum"}),
    "Jawaban": frozenset({"code", "question", "label", "unit", "data_source", "explanation"}),
}

# beside the last column of a list that was written with last round's rows, until somebody has looked again; in a row
# read from there, a key beside those of its columns
AGAIN, AGAIN_SAID = "again", "periksa kembali"


def again_letter(sheet: str) -> str:
    """Name the column in which a sheet's rows are marked to be looked at once more."""
    return chr(ord(SHEETS[sheet][-1].letter) + 1)


Row = Mapping[str, Cell]  # by column key
Rows = Mapping[int, Row]  # by row number
Book = Mapping[str, Rows]  # by sheet


@record
class Stamp:
    """What the template's hidden sheet says it was made for."""

    template_version: str
    district: str
    year: int
    indicator_set: str
    round_id: str | None = None  # none in those written before rounds had names
    areas_id: int = 1  # the version of the areas whose codes it has; there was one before it was said
    agency: str | None = None  # whose part it is, where the form was split


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


LARGEST_DEGREES = 180.0
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"  # what word processors make of a minus sign
_MINUS = str.maketrans(dict.fromkeys(DASHES, "-"))


def numbers_meant(text: str) -> set[float]:
    """Give the numbers that a text may mean: one, none, or two for "1.250", a thousand and more or a fraction.

    In Indonesian "1.250.000,5", and with points and commas the other way round.
    """
    plain = text.translate(_MINUS).replace(" ", "")
    meant = set()
    if _INDONESIAN.fullmatch(plain):
        meant.add(float(plain.replace(".", "").replace(",", ".")))
    if _INTERNATIONAL.fullmatch(plain):
        meant.add(float(plain.replace(",", "")))
    return meant


def degrees_meant(text: str) -> set[float]:
    """Give the degrees that a text may mean: thousands of them there are none."""
    return {number for number in numbers_meant(text) if abs(number) <= LARGEST_DEGREES}


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
