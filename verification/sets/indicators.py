"""An indicator set as data: what a regulation asks, what it is worth, and what a visit can see of it.

The sets are files beside this one; nothing here knows how many indicators there are, or how many points.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

Text = dict[str, str]  # by language: "id", "en"


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One field of a question's answer.

    `counts_children`: the number is never repeated in a report. `counts_places`: how many places the district says
    it has.
    """

    code: str
    kind: str  # yes_no, number, percent, text, date
    label: Text
    unit: str | None = None
    two_years: bool = False
    counts_children: bool = False
    counts_places: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question in the regulation's own words, and the fields its answer is split into."""

    code: str
    text: Text
    answers: tuple[AnswerField, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something a visit can check. Only a strict criterion of the regulation can decide; all others inform."""

    code: str
    text: Text
    source: str  # regulation, practice
    strict: bool
    basis: str

    @property
    def of_regulation(self) -> bool:
        """Tell whether the regulation itself names this criterion."""
        return self.source == "regulation"


@dataclass(frozen=True, slots=True)
class BeyondAVisit:
    """Something the indicator's measure asks that no single visit can show."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator with its measure (ukuran) and maximum (nilai)."""

    number: int
    cluster: str
    name: Text
    measure: Text
    points: float
    article: str
    claim_kind: str  # document, budget, count, list, percentage, rate
    facility_kinds: tuple[str, ...]
    observable: Text
    data_source: str
    questions: tuple[Question, ...]
    criteria: tuple[Criterion, ...] = ()
    beyond_a_visit: tuple[BeyondAVisit, ...] = ()

    @property
    def is_list(self) -> bool:
        """Tell whether the indicator lists places that a team can visit line by line."""
        return self.claim_kind == "list"

    @property
    def answer_fields(self) -> tuple[AnswerField, ...]:
        """All answer fields of all questions, in order."""
        return tuple(answer for question in self.questions for answer in question.answers)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of indicators with its points."""

    code: str
    name: Text
    points: float
    article: str


@dataclass(frozen=True)
class IndicatorSet:
    """A law's indicators, in their order."""

    id: str
    law: str
    valid_from: date
    clusters: tuple[Cluster, ...]
    indicators: tuple[Indicator, ...]

    @cached_property
    def by_number(self) -> dict[int, Indicator]:
        """The indicators by their number."""
        return {indicator.number: indicator for indicator in self.indicators}

    @cached_property
    def answer_fields(self) -> dict[str, tuple[Indicator, AnswerField]]:
        """All answer fields by their code, with their indicator."""
        return {answer.code: (indicator, answer) for indicator in self.indicators for answer in indicator.answer_fields}

    @property
    def total(self) -> float:
        """The sum of all maxima."""
        return sum(indicator.points for indicator in self.indicators)


def read_indicator_set(table: Mapping[str, Any]) -> IndicatorSet:
    """Read a parsed indicator file. Raises KeyError or TypeError where something is missing or unknown."""
    return IndicatorSet(
        id=table["id"],
        law=table["law"],
        valid_from=table["valid_from"],
        clusters=tuple(Cluster(**row) for row in table["clusters"]),
        indicators=tuple(_indicator(dict(row)) for row in table["indicators"]),
    )


def _indicator(row: dict[str, Any]) -> Indicator:
    questions = tuple(
        Question(q["code"], q["text"], tuple(AnswerField(**answer) for answer in q["answers"]))
        for q in row.pop("questions")
    )
    criteria = tuple(Criterion(**criterion) for criterion in row.pop("criteria", ()))
    beyond = tuple(BeyondAVisit(**item) for item in row.pop("beyond_a_visit", ()))
    kinds = tuple(row.pop("facility_kinds"))
    return Indicator(**row, questions=questions, criteria=criteria, beyond_a_visit=beyond, facility_kinds=kinds)
