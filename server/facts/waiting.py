"""Which decisions about lines wait, and for whom: reopened ones, opinions that wait for another's, and differences."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.facts.history import Line, as_decided
from server.facts.tables import Fact
from server.results.tables import LineResult, Result
from server.roles.queries import label_of, people_by_part
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from verification.deciding.states import Stands, State, standing

REOPENED, SECOND, DIFFERENT = "reopened", "second", "different"
_Part = tuple[str, str]  # round, district
Waiting = tuple[int, str, list[int]]  # for whom, what, which decisions


def facts_that_wait(session: Session) -> Iterator[Waiting]:
    """Give what waits in open parts of open rounds: for whom, what it is, and the numbers of the decisions."""
    reopened, pending = _reopened(session), _pending(session)
    parts = sorted({*reopened, *pending})
    people = people_by_part(session, Permission.DECIDE_FACTS, parts)
    for part in parts:
        for person_id in people[part]:
            if numbers := reopened.get(part):
                yield person_id, REOPENED, numbers
            yield from _of_two(person_id, pending.get(part, []))


def _of_two(person_id: int, standings: list[Stands]) -> Iterator[Waiting]:
    """Tell somebody of opinions that wait for theirs, and of differences between theirs and another's."""
    mine = label_of(person_id)
    for stands in standings:
        own = any(one.by == mine for one in stands.opinions)
        numbers = [one.number for one in stands.opinions]
        if stands.state is State.WAITS and not own:
            yield person_id, SECOND, numbers
        if stands.state is State.DIFFERS:
            yield person_id, DIFFERENT, numbers


def _reopened(session: Session) -> dict[_Part, list[int]]:
    query = (
        select(Result.round_id, Result.district, LineResult.reopened_id)
        .join(Result, Result.id == LineResult.result_id)
        .join(Round, Round.id == Result.round_id)
        .join(RoundPart, (RoundPart.round_id == Result.round_id) & (RoundPart.district == Result.district))
        .where(LineResult.reopened_id.is_not(None), Round.state == OPEN, RoundPart.state == OPEN)
        .order_by(LineResult.reopened_id)
    )
    found: dict[_Part, list[int]] = defaultdict(list)
    for round_id, district, number in session.execute(query):
        if number is not None:
            found[round_id, district].append(number)
    return found


def count_pending(session: Session, round_id: str, district: str) -> int:
    """Count the lines of a part of which somebody's opinion waits for another's, or differs from it."""
    mine = (Fact.round_id == round_id) & (Fact.district == district)
    return len(_pending(session, mine).get((round_id, district), ()))


def _pending(session: Session, *which: ColumnElement[bool]) -> dict[_Part, list[Stands]]:
    """Give the lines of rounds in which two have to agree, of which somebody's opinion waits."""
    query = (
        select(Fact)
        .join(Round, Round.id == Fact.round_id)
        .join(RoundPart, (RoundPart.round_id == Fact.round_id) & (RoundPart.district == Fact.district))
        .where(Round.state == OPEN, RoundPart.state == OPEN, Fact.state_id.is_(None), Round.two_checkers != "none",
               *which)
        .order_by(Fact.id)
    )  # fmt: skip
    histories: dict[tuple[_Part, Line], list[Fact]] = defaultdict(list)
    for fact in session.scalars(query):
        histories[(fact.round_id, fact.district), (fact.indicator or 0, fact.facility_id or "")].append(fact)
    found: dict[_Part, list[Stands]] = defaultdict(list)
    for (part, _), history in histories.items():
        if any(fact.second for fact in history) and (stands := standing(map(as_decided, history))).opinions:
            found[part].append(stands)
    return found
