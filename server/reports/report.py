"""The report on a district: one value, from which page, JSON, CSV and terminal are all made.

Every point can be asked "why?": each number carries its reasons, the cell of the workbook it was claimed in, the
submission it was seen in, the distance with its error, the criterion's source and the rule's version. Texts are in
the report's language; what may not leave is not in it (`server.disclosure`). Built by `server.reports.builder`.
"""

from collections import Counter
from datetime import date, datetime

from server.disclosure.cleared import Cleared, ClearedValues, view
from server.disclosure.clearing import Why
from server.results.desk import DeskShown
from server.results.findings import FoundBeside, ReadingShown
from server.results.totals import Totals

OUTCOMES = ("confirmed", "not_yet_confirmed", "unsure", "not_visited", "ended")  # the public ones, in their order


@view
class Source:
    """A cell of an imported workbook."""

    file: Cleared
    cell: Cleared


@view
class CriterionReport:
    """What was seen of one criterion, and who asks for it."""

    code: Cleared
    text: Cleared
    seen: Cleared
    seen_text: Cleared
    asked_by: Cleared
    decides: bool
    basis: Cleared


@view
class PhotoReport:
    """A photograph that may be shown, by its number; where it cannot be, `number` is None and `why_not` says why."""

    name: Cleared
    number: int | None
    why_not: Cleared | None


@view
class VisitReport:
    """The submission a line was judged by. `form_version` says which version of the form the verifier filled in."""

    submission: Cleared
    version: Cleared
    form: Cleared
    form_version: Cleared | None
    received_at: datetime


@view
class LineReport:
    """One claimed facility, and all that is known of it."""

    number: int
    label: Cleared
    kind: Cleared
    place: Cleared
    since_year: int | None
    source: Source
    outcome: Cleared
    outcome_text: Cleared
    reasons: tuple[Why, ...]
    distance_m: float | None
    error_m: float | None
    grade: Cleared | None
    match_probability: float | None
    match_reasons: tuple[Cleared, ...]
    criteria: tuple[CriterionReport, ...]
    visit: VisitReport | None
    photos: tuple[PhotoReport, ...]


@view
class AnswerReport:
    """An answer to one of the regulation's questions; `value` is None where it is not repeated here."""

    label: Cleared
    value: Cleared | None
    value_before: Cleared | None
    data_date: date | None
    source: Source


@view
class DocumentReport:
    """A document a claim rests on; its number and title are None where they are not repeated."""

    number: Cleared | None
    dated: date | None
    title: Cleared | None
    source: Source


@view
class IndicatorReport:
    """One indicator: claimed and supported points, for whom may see them, and everything they rest on."""

    number: int
    cluster: Cleared
    name: Cleared
    measure: Cleared
    article: Cleared
    observable: Cleared
    maximum: float | None
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
    findings: tuple[FoundBeside, ...]
    readings: tuple[ReadingShown, ...]
    desk: DeskShown | None
    missing: tuple[Cleared, ...]
    answers: tuple[AnswerReport, ...]
    documents: tuple[DocumentReport, ...]
    lines: tuple[LineReport, ...]

    @property
    def places(self) -> dict[str, int]:
        """Count the claimed places by outcome."""
        found: Counter[str] = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in OUTCOMES}


@view
class OtherVisit:
    """A visit that belongs to no claimed place, or that a later one replaced."""

    submission: Cleared
    version: Cleared
    form: Cleared | None
    kind: Cleared
    place: Cleared
    why: Why


@view
class AsideReport:
    """A submission that counts for nothing, with the sentence why."""

    form: Cleared
    submission: Cleared
    received_at: datetime
    why: Why


@view
class FormReport:
    """How far a form has been pulled."""

    form: Cleared
    pulled_at: datetime | None
    why: Why | None


@view
class Report:
    """The report on one district in one round; `zone` is that of its clocks. A closed one stays as it is.

    `totals` is None for whom may not see points: who decides facts sees none of what is open.
    """

    round_id: Cleared
    round_name: Cleared
    data_year: int
    district: Cleared
    district_name: Cleared
    zone: Cleared
    language: Cleared
    law: Cleared
    closed_at: datetime | None
    closed_by: Cleared | None
    computed_at: datetime
    rules_version: Cleared
    ledger_rule: Cleared
    inputs_digest: Cleared
    rules: ClearedValues
    totals: Totals | None
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
