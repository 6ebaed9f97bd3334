"""What the report for paper is made from: counts for everything, and rows only for the lines that it lists.

As many statements for ten lines as for ten thousand.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.areas.queries import names_and_zone
from server.claims.tables import Answer, Claim, ClaimLine
from server.db import Json
from server.facts.tables import Fact
from server.lines.numbering import numbered
from server.people.tables import Person
from server.register.tables import Facility
from server.results.tables import IndicatorResult, LineResult, Result, Rows, VisitResult
from server.rounds.rules import indicators_of
from server.rounds.states import CLOSED
from server.rounds.tables import Round, RoundChange, RoundPart
from server.submissions.standing import Standing, standing
from server.submissions.tables import Form, SubmissionState
from server.web.kept import A_MOMENT, Kept
from verification.model import CONTRADICTS, Outcome
from verification.sets.indicators import IndicatorSet

LISTED_WHOLE = 300  # a district with no more lines than this has all of them on its paper
A_PART = 100  # lines of one part of the paper: some five sheets, and 65 kB; the first has a map too


class PaperRow(NamedTuple):
    """A line as it is listed; `number` is its place under its indicator, `day` its visit's."""

    number: int
    line_id: int
    indicator: int
    name: str
    kind: str
    village: str
    facility_id: str
    outcome: str
    reopened: int | None
    distance_m: float | None
    error_m: float | None
    day: date | None
    kind_of_visit: str | None
    kind_in_register: str | None
    kind_visited: str | None
    decided_by: str | None
    decided_by_name: str | None
    decided_at: datetime | None


class PaperScore(NamedTuple):
    """Points of an indicator: claimed, by visits at least and at most, and after the desk; with its findings."""

    claimed: float | None
    lowest: float | None
    highest: float | None
    desk: Json | None
    findings: Rows


@dataclass(frozen=True)
class PaperCounts:
    """Lines of an indicator by outcome; how many were visited, decided by a person, reopened.

    `told` are those that somebody has to look at, or has decided.
    """

    outcomes: Mapping[str, int]
    visited: int = 0
    decided: int = 0
    reopened: int = 0
    told: int = 0

    @property
    def rows(self) -> int:
        """All that are listed, with those whose own rows say that they have ended."""
        return sum(self.outcomes.values())

    @property
    def lines(self) -> int:
        """All that are claimed."""
        return self.rows - self.outcomes.get(Outcome.ENDED, 0)

    @property
    def contradicted(self) -> int:
        """Those that visits, or a person, speak against."""
        return sum(self.outcomes.get(outcome, 0) for outcome in CONTRADICTS)


_Counts = tuple[dict[int, PaperCounts], dict[int, PaperScore]]
_kept_counts = Kept[_Counts](100, A_MOMENT)  # by the result: a new one is another key


@dataclass(frozen=True)
class PaperMaterial:
    """Everything one part of the paper is made from; `parts` says how many there are."""

    round: Round
    part: RoundPart
    result: Result
    closed_at: datetime | None
    zone: str
    names: Mapping[str, str]
    indicators: IndicatorSet
    by_indicator: Mapping[int, PaperScore]
    counts: Mapping[int, PaperCounts]
    answered: Mapping[int, set[str]]
    scores: Mapping[int, float | None]
    unmatched: int
    aside: int
    lines: Sequence[PaperRow]
    whole: bool
    number: int
    parts: int

    @property
    def is_first(self) -> bool:
        """Tell whether this is the part that everything but the lines stands on."""
        return self.number <= 1


def load_paper(session: Session, round_id: str, district: str, project: int, number: int, *, whole: bool
               ) -> PaperMaterial | None:  # fmt: skip
    """Read one part of a district's paper; None where it has no result, or no such part.

    `whole`: all lines; else, of a large district, only those that somebody has to look at or has decided.
    """
    head = session.execute(_head(round_id, district, project)).one_or_none()
    if head is None:
        return None
    found, part, result, closed_at, unmatched, aside = head
    counts, by_indicator = _kept_counts.of(session, result.stamp, lambda: _counts(session, result.id))
    rows = sum(one.rows for one in counts.values())
    whole = whole or rows <= LISTED_WHOLE
    listed = rows if whole else sum(one.told for one in counts.values())
    parts = max(1, -(-listed // A_PART))
    if not 1 <= number <= parts:
        return None
    found_lines = session.execute(_lines(result, number, whole=whole)).all()
    numbers = _numbers(session, result, [row[0] for row in found_lines])
    lines = [PaperRow(numbers[row[0]], *row) for row in found_lines]
    answered, scores = _answered(session, round_id, district)
    names, zone = names_and_zone(session, found.areas_id, district)
    return PaperMaterial(
        round=found, part=part, result=result, closed_at=closed_at, zone=zone, names=names,
        indicators=indicators_of(session, found),
        by_indicator=by_indicator, counts=counts, answered=answered, scores=scores, unmatched=unmatched, aside=aside,
        lines=lines,
        whole=whole, number=number, parts=parts,
    )  # fmt: skip


def _head(round_id: str, district: str, project: int) -> Select[Round, RoundPart, Result, datetime, int, int]:
    """Find the part and its result; with when it was closed, the visits to no line of it, and what is set aside."""
    state, mine = SubmissionState, (Result.round_id == RoundPart.round_id) & (Result.district == RoundPart.district)
    closed = select(func.max(RoundChange.changed_at)).where(
        RoundChange.round_id == round_id, RoundChange.district == district, RoundPart.state == CLOSED
    )
    unclaimed = select(func.count()).select_from(VisitResult).where(
        VisitResult.result_id == Result.id, VisitResult.reason_code == "unclaimed")  # fmt: skip
    aside = select(func.count()).select_from(state).join(Form, Form.id == state.form_pk).where(
        state.district == district, or_(state.round_id.is_(None), state.round_id == round_id),
        standing(project=project).in_([Standing.ASIDE, Standing.REJECTED]))  # fmt: skip
    return (
        select(Round, RoundPart, Result, closed.correlate(RoundPart).scalar_subquery(),
               unclaimed.correlate(Result).scalar_subquery(), aside.scalar_subquery())
        .join(RoundPart, RoundPart.round_id == Round.id)
        .join(Result, mine)
        .where(Round.id == round_id, RoundPart.district == district)
    )  # fmt: skip


_TOLD = frozenset({*(outcome.value for outcome in CONTRADICTS), Outcome.UNSURE.value})


def _is_told() -> ColumnElement[bool]:
    """Choose the lines that somebody has to look at, or has decided."""
    return or_(
        LineResult.outcome.in_(sorted(_TOLD)), LineResult.fact_id.is_not(None), LineResult.reopened_id.is_not(None)
    )


def _counts(session: Session, result_id: int) -> _Counts:
    """Count the lines of every indicator, and give its points, by one statement."""
    line, indicator = LineResult, IndicatorResult
    grouped = (
        select(line.indicator, line.outcome, func.count().label("lines"), func.count(line.state_id).label("visited"),
               func.count(line.fact_id).label("decided"), func.count(line.reopened_id).label("reopened"))
        .where(line.result_id == result_id)
        .group_by(line.indicator, line.outcome)
        .subquery()
    )  # fmt: skip
    query = (
        select(indicator.indicator, indicator.claimed, indicator.lowest, indicator.highest, indicator.desk,
               indicator.findings, grouped.c.outcome, grouped.c.lines, grouped.c.visited, grouped.c.decided,
               grouped.c.reopened)
        .outerjoin(grouped, grouped.c.indicator == indicator.indicator)
        .where(indicator.result_id == result_id)
    )  # fmt: skip
    outcomes: dict[int, dict[str, int]] = defaultdict(dict)
    more: dict[int, Counter[str]] = defaultdict(Counter)
    by_indicator = {}
    for number, *score, outcome, lines, visited, decided, reopened in session.execute(query):
        by_indicator[number] = PaperScore(*score)
        if outcome is not None:
            outcomes[number][outcome] = lines
            if outcome == Outcome.ENDED:
                continue
            told = lines if outcome in _TOLD else decided + reopened
            more[number].update(visited=visited, decided=decided, reopened=reopened, told=told)
    return {number: PaperCounts(found, **more[number]) for number, found in outcomes.items()}, by_indicator


def _answered(session: Session, round_id: str, district: str) -> tuple[dict[int, set[str]], dict[int, float | None]]:
    """Give what was answered under each indicator that was claimed, and its own score."""
    query = (
        select(Claim.indicator, Claim.self_score, Answer.code)
        .outerjoin(Answer, Answer.claim_id == Claim.id)
        .where(Claim.round_id == round_id, Claim.district == district)
    )
    answered: dict[int, set[str]] = defaultdict(set)
    scores = {}
    for indicator, score, code in session.execute(query):
        scores[indicator] = score
        answered[indicator] |= {code} if code else set()
    return answered, scores


def _lines(result: Result, number: int, *, whole: bool) -> Select[Any]:
    """Choose the lines of one part before anything is looked up about them: of ten thousand it lists a hundred."""
    claimed, visited, state, line = aliased(Facility), aliased(Facility), SubmissionState, LineResult
    listed = (
        select(line.line_id, line.indicator, line.outcome, line.reopened_id, line.fact_id, line.state_id,
               line.distance_m, line.error_m)
        .where(line.result_id == result.id, *() if whole else (_is_told(),))
        .order_by(line.indicator, line.line_id)
        .limit(A_PART)
        .offset((number - 1) * A_PART)
        .subquery()
    )  # fmt: skip
    found = listed.c
    decided_by = case((Fact.decided_by.like("person:%"), cast(func.substr(Fact.decided_by, 8), Integer)))
    return (
        select(ClaimLine.id, found.indicator, ClaimLine.name, ClaimLine.kind, ClaimLine.village,
               ClaimLine.facility_id, found.outcome, found.reopened_id, found.distance_m, found.error_m, state.day,
               state.kind, claimed.kind, visited.kind, Fact.decided_by, Person.name, Fact.decided_at)
        .select_from(listed)
        .join(ClaimLine, ClaimLine.id == found.line_id)
        .outerjoin(state, state.id == found.state_id)
        .outerjoin(claimed, claimed.id == ClaimLine.facility_id)
        .outerjoin(visited, visited.id == state.facility_id)
        .outerjoin(Fact, Fact.id == found.fact_id)
        .outerjoin(Person, Person.id == decided_by)
        .order_by(found.indicator, found.line_id)
    )  # fmt: skip


def _numbers(session: Session, result: Result, lines: Sequence[int]) -> Mapping[int, int]:
    """Give lines' numbers under their indicators: joined to the above, SQLite would look through all for each line."""
    place = numbered(result.round_id, result.district).c
    found = session.execute(select(place.id, place.number).where(place.id.in_(lines)))
    return {row.id: row.number for row in found}
