"""The report on a district: one value, from which page, JSON, CSV and terminal are all made.

Every point can be asked "why?": each number carries its reasons, the cell of the workbook it was claimed in, the
submission it was seen in, the distance with its error, the criterion's source and the rule's version. Texts are in
the report's language; what may not leave is not in it (`server.reports.disclosure`). Built by `server.reports.builder`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.results.totals import Totals

OUTCOMES = ("confirmed", "not_yet_confirmed", "unsure", "not_visited")  # the public ones, in the order they are shown


@dataclass(frozen=True)
class Source:
    """A cell of an imported workbook."""

    file: str
    cell: str


@dataclass(frozen=True)
class Why:
    """A reason: its code and values for programs, its sentence for people."""

    code: str
    values: dict[str, Any]
    sentence: str


@dataclass(frozen=True)
class CriterionReport:
    """What was seen of one criterion, and who asks for it."""

    code: str
    text: str
    seen: str
    seen_text: str
    asked_by: str
    decides: bool
    basis: str


@dataclass(frozen=True)
class PhotoReport:
    """A photograph that may be shown, by its number; `number` is None until it has come."""

    question: str
    number: int | None


@dataclass(frozen=True)
class VisitReport:
    """The submission a line was judged by. `form_version` says which version of the form the verifier filled in."""

    submission: str
    version: str
    form: str
    form_version: str | None
    received_at: datetime


@dataclass(frozen=True)
class LineReport:
    """One claimed facility, and all that is known of it."""

    number: int
    label: str
    kind: str
    place: str
    since_year: int | None
    source: Source
    outcome: str
    outcome_text: str
    reasons: tuple[Why, ...]
    distance_m: float | None
    error_m: float | None
    grade: str | None
    match_probability: float | None
    match_reasons: tuple[str, ...]
    criteria: tuple[CriterionReport, ...]
    visit: VisitReport | None
    photos: tuple[PhotoReport, ...]


@dataclass(frozen=True)
class AnswerReport:
    """An answer to one of the regulation's questions; `value` is None where it is not repeated here."""

    label: str
    value: str | None
    value_before: str | None
    data_date: date | None
    source: Source


@dataclass(frozen=True)
class DocumentReport:
    """A document a claim rests on."""

    number: str
    dated: date | None
    title: str | None
    source: Source


@dataclass(frozen=True)
class IndicatorReport:
    """One indicator: claimed and supported points, and everything they rest on."""

    number: int
    cluster: str
    name: str
    measure: str
    article: str
    observable: str
    maximum: float
    claimed: float | None
    claimed_source: Source | None
    observed: bool
    lowest: float | None
    highest: float | None
    lines_claimed: int
    confirmed: int
    not_yet_confirmed: int
    undecided: int
    reasons: tuple[Why, ...]
    beyond: tuple[Why, ...]
    missing: tuple[str, ...]
    answers: tuple[AnswerReport, ...]
    documents: tuple[DocumentReport, ...]
    lines: tuple[LineReport, ...]

    @property
    def places(self) -> dict[str, int]:
        """Count the claimed places by outcome."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in OUTCOMES}


@dataclass(frozen=True)
class OtherVisit:
    """A visit that belongs to no claimed place, or that a later one replaced."""

    submission: str
    version: str
    form: str | None
    kind: str
    place: str
    why: Why


@dataclass(frozen=True)
class AsideReport:
    """A submission that counts for nothing, with the sentence why."""

    form: str
    submission: str
    received_at: datetime
    why: Why


@dataclass(frozen=True)
class FormReport:
    """How far a form has been pulled."""

    form: str
    pulled_at: datetime | None
    why: Why | None


@dataclass(frozen=True)
class Report:
    """The report on one district in one round; `zone` is that of its clocks. A closed one stays as it is."""

    round_id: str
    round_name: str
    data_year: int
    district: str
    district_name: str
    zone: str
    language: str
    law: str
    closed_at: datetime | None
    closed_by: str | None
    computed_at: datetime
    rules_version: str
    ledger_rule: str
    inputs_digest: str
    rules: dict[str, Any]
    totals: Totals
    indicators: tuple[IndicatorReport, ...]
    other_visits: tuple[OtherVisit, ...]
    set_aside: tuple[AsideReport, ...]
    forms: tuple[FormReport, ...]

    @property
    def places(self) -> dict[str, int]:
        """Count all claimed places by outcome."""
        return {outcome: sum(indicator.places[outcome] for indicator in self.indicators) for outcome in OUTCOMES}

    @property
    def unseen(self) -> int:
        """Count the indicators that no visit can see."""
        return sum(indicator.lowest is None for indicator in self.indicators)

    @property
    def missing(self) -> int:
        """Count what the district has not filled in yet."""
        return sum(len(indicator.missing) for indicator in self.indicators)

    def lines_with(self, outcome: str) -> Iterable[tuple[IndicatorReport, LineReport]]:
        """Give the claimed places of one outcome, each with its indicator."""
        return [(i, line) for i in self.indicators for line in i.lines if line.outcome == outcome]
