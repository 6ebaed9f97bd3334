"""How many of a part's lines are how far: counted when its result is written, so that no list counts the country's.

What its own row says has ended is no claimed place, and counted nowhere.
"""

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from server.results.tables import LineResult, Result
from verification.model import CONTRADICTS, Outcome

# for a person; what a person said cannot be decided waits for nobody
IS_WAITING = ((LineResult.outcome == Outcome.UNSURE) & LineResult.fact_id.is_(None)) | LineResult.reopened_id.is_not(
    None
)
IS_CLAIMED = LineResult.outcome != Outcome.ENDED
COUNTED = {
    "lines": LineResult.line_id.is_not(None),
    "visited": LineResult.visit_id.is_not(None),
    "confirmed": LineResult.outcome == Outcome.CONFIRMED,
    "contradicted": LineResult.outcome.in_(sorted(CONTRADICTS)),
    "waiting": IS_WAITING,
    "decided": LineResult.fact_id.is_not(None),
    "reopened": LineResult.reopened_id.is_not(None),
}


_SUMS = select(*(func.coalesce(func.sum(case((which, 1), else_=0)), 0).label(name) for name, which in COUNTED.items()))


def add_up(session: Session, result_id: int) -> None:
    """Count a result's lines and keep the counts with it."""
    found = session.execute(_SUMS.where(LineResult.result_id == result_id, IS_CLAIMED)).mappings().one()
    session.execute(update(Result).where(Result.id == result_id).values(dict(found)))
