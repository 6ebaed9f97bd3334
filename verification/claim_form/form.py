"""The form a district fills in: its sheets and columns, and what a filled one says (read by `reader.py`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from verification.model import ClaimedPoint
from verification.places.areas import METRES_PER_DEGREE
from verification.reason import Reason
from verification.sets.indicators import AnswerField, Indicator

TEMPLATE_VERSION = "1"
FIRST_ROW = 4  # above: title, instruction, headings

Cell = str | int | float | bool | datetime | date | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula whose value was never computed."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its letter and the key of its heading."""

    letter: str
    key: str


SHEETS: Mapping[str, tuple[Column, ...]] = {
    "Klaim": (Column("A", "number"), Column("B", "name"), Column("C", "measure"), Column("D", "maximum"),
              Column("E", "self_score")),
    "Jawaban": (Column("A", "code"), Column("B", "question"), Column("C", "label"), Column("D", "unit"),
                Column("E", "value"), Column("F", "value_before"), Column("G", "data_date")),
    "Dokumen": (Column("A", "indicator"), Column("B", "document_number"), Column("C", "dated"), Column("D", "title")),
    "Fasilitas": (Column("A", "indicator"), Column("B", "kind"), Column("C", "facility_name"),
                  Column("D", "registry_no"), Column("E", "village"), Column("F", "since_year"), Column("G", "lat"),
                  Column("H", "lon")),
}  # fmt: skip

PRINTED: Mapping[str, frozenset[str]] = {  # filled in by the template, not by the district
    "Klaim": frozenset({"number", "name", "measure", "maximum"}),
    "Jawaban": frozenset({"code", "question", "label", "unit"}),
    "Dokumen": frozenset(),
    "Fasilitas": frozenset(),
}


Row = Mapping[str, Cell | Formula]  # by column key
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


@dataclass(frozen=True, slots=True)
class VillageCodes:
    """The villages that a form may name: the district's, and others; `recoded` has the codes of now by those it has."""

    inside: frozenset[str]
    elsewhere: frozenset[str]
    recoded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing wrong in a form; `row` and `column` are None where it concerns the whole sheet or file.

    `about` is the kind of place that its row names, on the sheet that lists places.
    """

    reason: Reason
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """A filled answer: text as it will be shown, for the data year and the year before."""

    code: str
    value: str | None
    value_before: str | None
    data_date: date | None
    cell: str


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A filled line of the list of documents."""

    number: str
    dated: date | None
    title: str | None
    cell: str


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A filled line of the list of facilities."""

    kind: str
    name: str
    registry_no: str | None
    village: str
    since_year: int | None
    point: ClaimedPoint | None
    cell: str


@dataclass(slots=True)
class ClaimEntry:
    """Everything a form says about one indicator."""

    indicator: int
    self_score: float | None = None
    cell: str | None = None
    answers: list[AnswerEntry] = field(default_factory=list)
    documents: list[DocumentEntry] = field(default_factory=list)
    lines: list[LineEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form read to its end: the claims it makes, or the problems for which it is refused."""

    claims: Mapping[int, ClaimEntry]
    problems: tuple[FormProblem, ...]


def half_cell_m(lon: float, lat: float) -> float:
    """Give half of the last written decimal of a coordinate in metres.

    A workbook drops trailing zeros, so the more precise of the two numbers tells what was written.
    """
    decimals = max(_decimals(lon), _decimals(lat))
    return float(0.5 * 10.0**-decimals * METRES_PER_DEGREE)


def _decimals(number: float) -> int:
    return len(f"{number:.10f}".rstrip("0").partition(".")[2])


def missing_answers(indicator: Indicator, answered: Sequence[str]) -> list[AnswerField]:
    """List the fields of an indicator's questions that nobody has answered yet."""
    return [answer for answer in indicator.answer_fields if answer.code not in answered]
