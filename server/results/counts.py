"""How a result's lines came out, indicator by indicator."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from server.claims.tables import ClaimLine
from server.results.sums import IS_CLAIMED, IS_WAITING
from server.results.tables import LineResult, Result
from verification.model import CONTRADICTS, Outcome


@dataclass
class LineCounts:
    """Of `lines` claimed places so many were visited, and of those so many are confirmed, contradicted and neither.

    `unseen` are decided by a person though nobody was there: outside of those three. `waiting`: for a person.
    """

    lines: int = 0
    visited: int = 0
    confirmed: int = 0
    contradicted: int = 0
    unseen: int = 0
    decided: int = 0
    reopened: int = 0
    waiting: int = 0

    @property
    def undecided(self) -> int:
        """Visited, and neither confirmed nor contradicted."""
        return self.visited - self.confirmed - self.contradicted

    def __add__(self, other: "LineCounts") -> "LineCounts":
        """Add up."""
        return LineCounts(**{name: value + getattr(other, name) for name, value in vars(self).items()})


def count_lines(session: Session, result_id: int) -> dict[int, LineCounts]:
    """Count a result's lines by indicator, of claimed places alone."""
    line, visited = LineResult, LineResult.visit_id.is_not(None)
    contradicted = line.outcome.in_(sorted(CONTRADICTS))
    told = (line.outcome == Outcome.CONFIRMED) | contradicted
    conditions = {
        "visited": visited, "confirmed": visited & (line.outcome == Outcome.CONFIRMED),
        "contradicted": visited & contradicted, "unseen": ~visited & told, "decided": line.fact_id.is_not(None),
        "reopened": line.reopened_id.is_not(None), "waiting": IS_WAITING,
    }  # fmt: skip
    columns = [func.sum(case((which, 1), else_=0)).label(name) for name, which in conditions.items()]
    query = select(line.indicator, func.count().label("lines"), *columns).group_by(line.indicator)
    found: dict[int, LineCounts] = defaultdict(LineCounts)
    for row in session.execute(query.where(line.result_id == result_id, IS_CLAIMED)).mappings():
        found[row["indicator"]] = LineCounts(**{name: value for name, value in row.items() if name != "indicator"})
    return found


def outcomes_of(session: Session, part: tuple[str, str], indicator: int) -> dict[str, Outcome]:
    """Give the outcome of each place that a part (round and district) claims under an indicator, as far as computed."""
    query = (
        select(ClaimLine.facility_id, LineResult.outcome)
        .join(LineResult, LineResult.line_id == ClaimLine.id)
        .join(Result, Result.id == LineResult.result_id)
        .where(Result.round_id == part[0], Result.district == part[1], LineResult.indicator == indicator,
               IS_CLAIMED)
        .order_by(ClaimLine.id)
    )  # fmt: skip
    return {place: Outcome(outcome) for place, outcome in session.execute(query)}
