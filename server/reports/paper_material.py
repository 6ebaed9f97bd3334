"""What the report for paper is made from: counts for everything, and rows only for the lines that it lists.

As many statements for ten lines as for ten thousand.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.areas.queries import names_and_zone
from server.claims.tables import Answer, Claim, ClaimLine
from server.facts.tables import Fact
from server.people.tables import Person
from server.register.tables import Facility
from server.results.tables import IndicatorResult, LineResult, Result, VisitResult
from server.rounds.states import CLOSED
from server.rounds.tables import Round, RoundChange, RoundPart
from server.rulebook import load_indicators
from server.submissions.standing import Standing, standing
from server.submissions.tables import Form, SubmissionState
from verification.model import CONTRADICTS, Outcome
from verification.sets.indicators import IndicatorSet

LISTED_WHOLE = 300  # a district with no more lines than this has all of them on its paper
A_PART = 150  # lines of one part of the paper: some seven sheets, and 85 kB; the first has a map too


class PaperRow(NamedTuple):
    """A line as it is listed; `number` is its place under its indicator, `day` its visit's."""

    line_id: int
    indicator: int
    number: int
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
    def lines(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())

    @property
    def contradicted(self) -> int:
        """Those that visits, or a person, speak against."""
        return sum(self.outcomes.get(outcome, 0) for outcome in CONTRADICTS)


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
    by_indicator: Mapping[int, IndicatorResult]
    counts: Mapping[int, PaperCounts]
    answered: Mapping[int, set[str]]
    scores: Mapping[int, float | None]
    unmatched: int
    aside: int
    lines: Sequence[PaperRow]
    whole: bool
    number: int
    parts: int


def load_paper(session: Session, round_id: str, district: str, project: int, number: int, *, whole: bool
               ) -> PaperMaterial | None:  # fmt: skip
    """Read one part of a district's paper; None where it has no result, or no such part.

    `whole`: all lines; else, of a large district, only those that somebody has to look at or has decided.
    """
    head = session.execute(_head(round_id, district, project)).one_or_none()
    if head is None:
        return None
    found, part, result, closed_at, unmatched, aside = head
    counts, by_indicator = _counts(session, result.id)
    claimed = sum(one.lines for one in counts.values())
    whole = whole or claimed <= LISTED_WHOLE
    listed = claimed if whole else sum(one.told for one in counts.values())
    parts = max(1, -(-listed // A_PART))
    if not 1 <= number <= parts:
        return None
    lines = [PaperRow(*row) for row in session.execute(_lines(result, number, whole=whole))]
    answered, scores = _answered(session, round_id, district)
    names, zone = names_and_zone(session, found.areas_id, district)
    return PaperMaterial(
        round=found, part=part, result=result, closed_at=closed_at, zone=zone, names=names,
        indicators=load_indicators(result.indicator_set),
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


def _counts(session: Session, result_id: int) -> tuple[dict[int, PaperCounts], dict[int, IndicatorResult]]:
    """Count the lines of every indicator, and give what is known of it, by one statement."""
    line = LineResult
    grouped = (
        select(line.indicator, line.outcome, func.count().label("lines"), func.count(line.state_id).label("visited"),
               func.count(line.fact_id).label("decided"), func.count(line.reopened_id).label("reopened"))
        .where(line.result_id == result_id)
        .group_by(line.indicator, line.outcome)
        .subquery()
    )  # fmt: skip
    query = (
        select(IndicatorResult, grouped.c.outcome, grouped.c.lines, grouped.c.visited, grouped.c.decided,
               grouped.c.reopened)
        .outerjoin(grouped, grouped.c.indicator == IndicatorResult.indicator)
        .where(IndicatorResult.result_id == result_id)
    )  # fmt: skip
    outcomes: dict[int, dict[str, int]] = defaultdict(dict)
    more: dict[int, Counter[str]] = defaultdict(Counter)
    by_indicator = {}
    for row, outcome, lines, visited, decided, reopened in session.execute(query):
        by_indicator[row.indicator] = row
        if outcome is not None:
            outcomes[row.indicator][outcome] = lines
            told = lines if outcome in _TOLD else decided + reopened
            more[row.indicator].update(visited=visited, decided=decided, reopened=reopened, told=told)
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
    claimed, visited, state, found = aliased(Facility), aliased(Facility), SubmissionState, LineResult
    place = func.row_number().over(partition_by=Claim.indicator, order_by=ClaimLine.id).label("number")
    numbered = (
        select(ClaimLine.id, Claim.indicator, place, ClaimLine.name, ClaimLine.kind, ClaimLine.village,
               ClaimLine.facility_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.round_id == result.round_id, Claim.district == result.district)
        .subquery()
    )  # fmt: skip
    line = numbered.c
    decided_by = case((Fact.decided_by.like("person:%"), cast(func.substr(Fact.decided_by, 8), Integer)))
    return (
        select(line.id, line.indicator, line.number, line.name, line.kind, line.village, line.facility_id,
               found.outcome, found.reopened_id, found.distance_m, found.error_m, state.day, state.kind, claimed.kind,
               visited.kind, Fact.decided_by, Person.name, Fact.decided_at)
        .join(found, and_(found.line_id == line.id, found.result_id == result.id))
        .outerjoin(state, state.id == found.state_id)
        .outerjoin(claimed, claimed.id == line.facility_id)
        .outerjoin(visited, visited.id == state.facility_id)
        .outerjoin(Fact, Fact.id == found.fact_id)
        .outerjoin(Person, Person.id == decided_by)
        .where(*() if whole else (_is_told(),))
        .order_by(line.indicator, line.number)
        .limit(A_PART)
        .offset((number - 1) * A_PART)
    )  # fmt: skip
