"""What a filled form says, once it has been read (`reader.py`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from verification.model import ClaimedPoint
from verification.places.areas import METRES_PER_DEGREE
from verification.reason import Reason
from verification.record import record
from verification.sets.indicators import AnswerField, Indicator

Box = tuple[float, float, float, float]  # west, south, east, north (degrees)


@record
class VillageCodes:
    """The villages that a form may name: the district's, and others; `recoded` has the codes of now by those it has.

    `boxes` are around the district's villages, as far as their outlines are known.
    """

    inside: frozenset[str]
    elsewhere: frozenset[str]
    recoded: Mapping[str, str] = field(default_factory=dict)
    boxes: Mapping[str, Box] = field(default_factory=dict)


@record
class FormProblem:
    """One thing wrong in a form, or to be looked at; `row` and `column` are None where it concerns the whole file.

    `about` is the kind of place that its row names, on the sheet that lists places.
    """

    reason: Reason
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    about: str | None = None


@record
class AnswerEntry:
    """A filled answer: text as it will be shown, for the data year and the year before."""

    code: str
    value: str | None
    value_before: str | None
    data_date: date | None
    cell: str
    filled_by: str | None = None
    endorsed: date | None = None


@record
class DocumentEntry:
    """A filled line of the list of documents; `more` has the columns that came with the second template, by key."""

    number: str
    dated: date | None
    title: str | None
    cell: str
    more: Mapping[str, Any] = field(default_factory=dict)


@record
class LineEntry:
    """A filled line of the list of facilities; `more` has the columns that came with the second template, by key."""

    kind: str
    name: str
    registry_no: str | None
    village: str
    since_year: int | None
    point: ClaimedPoint | None
    cell: str
    more: Mapping[str, Any] = field(default_factory=dict)


@record
class RowEntry:
    """A filled row of one of the other lists: what each of its columns says, by key."""

    sheet: str
    values: Mapping[str, Any]
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
    rows: list[RowEntry] = field(default_factory=list)


@record
class FilledForm:
    """A form read to its end: the claims it makes, or the problems for which it is refused.

    `remarks` are on what may be right all the same: a person looks at them before the form is taken.
    """

    claims: Mapping[int, ClaimEntry]
    problems: tuple[FormProblem, ...]
    remarks: tuple[FormProblem, ...] = ()
    meetings: tuple[RowEntry, ...] = ()  # of the whole part, and of no indicator


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
