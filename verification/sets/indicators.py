"""An indicator set as data: what a regulation asks, what it is worth, and what a visit can see of it.

The sets are files beside this one; nothing here knows how many indicators there are, or how many points.
"""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from verification.claim_form.cells import SHEETS
from verification.comparing.compare import Compare, UnusableCompare, read_compare
from verification.judging.checks import Check, UnusableCheck, read_check
from verification.points.readings import PROPORTIONAL, READINGS
from verification.record import record
from verification.sets.agencies import Agency
from verification.sets.breakdowns import (
    Breakdown,
    Fits,
    UnusableBreakdown,
    must_be_broken_down,
    read_breakdowns,
    read_fits,
)
from verification.sets.counted_once import CountedOnce
from verification.sets.criteria import (
    BeyondAVisit,
    Criterion,
    Text,
    UnusableCriterion,
    read_criterion,
    read_scale,
)


class ClaimKind(StrEnum):
    """What a district's claim for an indicator is made of; each has its judge (`verification.judging.claim`)."""

    DOCUMENT = "document"
    BUDGET = "budget"
    COUNT = "count"
    LIST = "list"
    PERCENTAGE = "percentage"
    RATE = "rate"


@record
class AnswerField:
    """One field of a question's answer.

    `counts_children`: the number is never repeated in a report. `counts_places`: how many places the district says
    it has. `counts_shelters`: how many shelters, which are never listed. `share`: a percentage of a whole, which cannot
    exceed 100. `budget_of`: the cluster whose budget it is. `counts_rows`: the number of rows of its indicator's sheet;
    `counts_level`: that of those at a level.
    """

    code: str
    kind: str  # yes_no, number, percent, text, date
    label: Text
    unit: str | None = None
    two_years: bool = False
    counts_children: bool = False
    counts_places: bool = False
    counts_shelters: bool = False
    share: bool = False
    budget_of: str | None = None
    counts_rows: bool = False
    counts_level: str | None = None


@record
class Question:
    """A question in the regulation's own words, and the fields its answer is split into."""

    code: str
    text: Text
    answers: tuple[AnswerField, ...]


@record
class Indicator:
    """One indicator with its measure (ukuran) and maximum (nilai).

    `data_source` (sumber data) and `explanation` are the regulation's own and stand in the claim form, beside the
    questions. `sheet`: the sheet of the form whose rows belong to it. `compares`: what its claim is set against.
    `readings`: how its measure can be read; the first is the one that counts (`verification/points/ledger.py`).
    """

    number: int
    cluster: str
    name: Text
    measure: Text
    points: float
    article: str
    claim_kind: ClaimKind
    facility_kinds: tuple[str, ...]
    observable: Text
    data_source: str
    questions: tuple[Question, ...]
    criteria: tuple[Criterion, ...] = ()
    checks: tuple[Check, ...] = ()
    beyond_a_visit: tuple[BeyondAVisit, ...] = ()
    explanation: Text | None = None
    sheet: str | None = None
    compares: tuple[Compare, ...] = ()
    readings: tuple[str, ...] = (PROPORTIONAL,)

    @property
    def answer_fields(self) -> tuple[AnswerField, ...]:
        """All answer fields of all questions, in order."""
        return tuple(answer for question in self.questions for answer in question.answers)


@record
class Cluster:
    """A cluster of indicators with its points; `budget` is what a budget for it is spent on."""

    code: str
    name: Text
    points: float
    article: str
    budget: Text | None = None


@dataclass(frozen=True)
class IndicatorSet:
    """A law's indicators, in their order."""

    id: str
    law: str
    valid_from: date
    clusters: tuple[Cluster, ...]
    indicators: tuple[Indicator, ...]
    criteria: Mapping[str, Criterion]  # by code
    breakdowns: Mapping[str, Breakdown] = field(default_factory=dict)  # by code
    consistency: tuple[Fits, ...] = ()
    agencies: tuple[Agency, ...] = ()
    counted_once: tuple[CountedOnce, ...] = ()

    @cached_property
    def by_number(self) -> dict[int, Indicator]:
        """The indicators by their number."""
        return {indicator.number: indicator for indicator in self.indicators}

    @cached_property
    def answer_fields(self) -> dict[str, tuple[Indicator, AnswerField]]:
        """All answer fields by their code, with their indicator."""
        return {answer.code: (indicator, answer) for indicator in self.indicators for answer in indicator.answer_fields}

    def criteria_at(self, *kinds: str) -> tuple[Criterion, ...]:
        """Give what there is to see at a place of these kinds: the criteria of all indicators that list one of them."""
        found = (criterion for indicator in self.indicators for kind in kinds if kind in indicator.facility_kinds
                 for criterion in indicator.criteria if criterion.asked_at(kind))  # fmt: skip
        return tuple({criterion.code: criterion for criterion in found}.values())

    @cached_property
    def by_sheet(self) -> dict[str, Indicator]:
        """The indicators that rows of a sheet belong to, by the sheet's title."""
        return {indicator.sheet: indicator for indicator in self.indicators if indicator.sheet}

    @property
    def total(self) -> float:
        """The sum of all maxima."""
        return sum(indicator.points for indicator in self.indicators)


class UnusableSet(ValueError):
    """An indicator set that cannot be used as it is written; its text is for whoever wrote the file."""


def read_indicator_set(table: Mapping[str, Any], kinds: Container[str]) -> IndicatorSet:
    """Read a parsed indicator file; `kinds` are the kinds of place that it may list.

    Raises UnusableSet where it names what there is not, KeyError or TypeError where something is missing or unknown.
    """
    criteria = _criteria(table, kinds)
    indicators = tuple(_indicator(dict(row), criteria, kinds) for row in table["indicators"])
    if unused := criteria.keys() - {criterion.code for indicator in indicators for criterion in indicator.criteria}:
        raise UnusableSet(f"criterion {min(unused)!r}: no indicator names it")
    answers = {answer.code for indicator in indicators for answer in indicator.answer_fields}
    try:
        numbers = {indicator.number for indicator in indicators}
        breakdowns = read_breakdowns(table.get("breakdowns", ()), numbers, answers)
        must_be_broken_down(((one.number, how) for one in indicators for how in one.compares), breakdowns)
        consistency = read_fits(table.get("consistency", ()), answers)
    except UnusableBreakdown as unusable:
        raise UnusableSet(str(unusable)) from unusable
    return IndicatorSet(
        id=table["id"],
        law=table["law"],
        valid_from=table["valid_from"],
        clusters=tuple(Cluster(**row) for row in table["clusters"]),
        indicators=indicators,
        criteria=criteria,
        breakdowns=breakdowns,
        consistency=consistency,
        agencies=tuple(Agency(row.get("name"), tuple(row["called"])) for row in table.get("agencies", ())),
        counted_once=tuple(_counted_once(row, numbers) for row in table.get("counted_once", ())),
    )


def _counted_once(row: Mapping[str, Any], numbers: Container[int]) -> CountedOnce:
    one = CountedOnce(tuple(row["indicators"]), row["because"])
    if len(set(one.indicators)) < len(one.indicators) or len(one.indicators) < 2:
        raise UnusableSet("counted_once: names fewer than two indicators, or one twice")
    if unknown := [number for number in one.indicators if number not in numbers]:
        raise UnusableSet(f"counted_once: there is no indicator {unknown[0]}")
    return one


def _criteria(table: Mapping[str, Any], kinds: Container[str]) -> dict[str, Criterion]:
    try:
        scales = {row["code"]: read_scale(row) for row in table.get("scales", ())}
        criteria = [read_criterion(row, scales, kinds) for row in table.get("criteria", ())]
    except UnusableCriterion as unusable:
        raise UnusableSet(str(unusable)) from unusable
    by_code = {criterion.code: criterion for criterion in criteria}
    if len(by_code) < len(criteria):
        twice = next(code for code, count in Counter(criterion.code for criterion in criteria).items() if count > 1)
        raise UnusableSet(f"criterion {twice!r}: stands twice")
    return by_code


def _indicator(row: dict[str, Any], all_criteria: Mapping[str, Criterion], known: Container[str]) -> Indicator:
    questions = tuple(
        Question(q["code"], q["text"], tuple(AnswerField(**answer) for answer in q["answers"]))
        for q in row.pop("questions")
    )
    criteria = _named(row["number"], row.pop("criteria", ()), all_criteria)
    checks = _checks(row["number"], row.pop("checks", ()), criteria)
    beyond = tuple(BeyondAVisit(**item) for item in row.pop("beyond_a_visit", ()))
    claim_kind = _claim_kind(row["number"], row.pop("claim_kind"))
    if row.get("sheet") and row["sheet"] not in SHEETS:
        raise UnusableSet(f"indicator {row['number']}: no sheet is called {row['sheet']!r}")
    kinds = _facility_kinds(row["number"], row.pop("facility_kinds"), claim_kind, known)
    compares = _compares(row["number"], row.pop("compares", ()), questions, criteria)
    readings = _readings(row["number"], row.pop("readings", (PROPORTIONAL,)))
    return Indicator(**row, claim_kind=claim_kind, questions=questions, criteria=criteria, checks=checks,
                     beyond_a_visit=beyond, facility_kinds=kinds, compares=compares, readings=readings)  # fmt: skip


def _compares(
    number: int, rows: Sequence[Mapping[str, Any]], questions: Sequence[Question], criteria: Sequence[Criterion]
) -> tuple[Compare, ...]:
    asked = {answer.code: answer for question in questions for answer in question.answers}
    try:
        return tuple(read_compare(row, asked, [criterion.code for criterion in criteria]) for row in rows)
    except UnusableCompare as unusable:
        raise UnusableSet(f"indicator {number}: {unusable}") from unusable


def _readings(number: int, names: Sequence[str]) -> tuple[str, ...]:
    if unknown := [name for name in names if name not in READINGS]:
        known = ", ".join(READINGS)
        raise UnusableSet(f"indicator {number}: no measure is read as {unknown[0]!r}; known are {known}")
    if not names or len(set(names)) < len(names):
        raise UnusableSet(f"indicator {number}: names no reading, or one twice")
    return tuple(names)


def _named(number: int, codes: Sequence[str], criteria: Mapping[str, Criterion]) -> tuple[Criterion, ...]:
    for code in codes:
        if code not in criteria:
            raise UnusableSet(f"indicator {number}: no criterion is called {code!r}")
    return tuple(criteria[code] for code in codes)


def _claim_kind(number: int, text: str) -> ClaimKind:
    try:
        return ClaimKind(text)
    except ValueError:
        known = ", ".join(ClaimKind)
        raise UnusableSet(f"indicator {number}: no claim is of kind {text!r}; known are {known}") from None


def _facility_kinds(number: int, kinds: Sequence[str], claimed: ClaimKind, known: Container[str]) -> tuple[str, ...]:
    for kind in kinds:
        if kind not in known:
            raise UnusableSet(f"indicator {number}: no kind of place is called {kind!r}")
    if claimed is ClaimKind.LIST and not kinds:
        raise UnusableSet(f"indicator {number}: lists places, but of no kind")
    return tuple(kinds)


def _checks(number: int, rows: Sequence[Mapping[str, Any]], criteria: Sequence[Criterion]) -> tuple[Check, ...]:
    try:
        checks = tuple(read_check(row, criteria) for row in rows)
    except UnusableCheck as unusable:
        raise UnusableSet(f"indicator {number}: {unusable}") from unusable
    if any(criterion.strict for criterion in criteria) and all(check.kind != "all_strict" for check in checks):
        raise UnusableSet(f"indicator {number}: has strict criteria, but no check of kind all_strict to ask for them")
    return checks
