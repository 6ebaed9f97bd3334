"""The rounds as they are listed: their stages, and how many districts' parts are open and closed."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.rounds.planning import STAGES
from server.rounds.states import CLOSED, OPEN
from server.rounds.tables import Round, RoundPart, RoundStage


@dataclass(frozen=True)
class ListedRound:
    """A round with its stages, in their order."""

    round: Round
    stages: Sequence[RoundStage]
    parts_open: int
    parts_closed: int


def listed_rounds(session: Session) -> list[ListedRound]:
    """List all rounds."""
    stages: dict[str, list[RoundStage]] = defaultdict(list)
    for stage in sorted(session.scalars(select(RoundStage)), key=lambda stage: STAGES.index(stage.stage)):
        stages[stage.round_id].append(stage)
    counted = select(RoundPart.round_id, RoundPart.state, func.count()).group_by(RoundPart.round_id, RoundPart.state)
    parts: Counter[tuple[str, str]] = Counter({(r, state): count for r, state, count in session.execute(counted)})
    return [
        ListedRound(one, stages[one.id], parts[one.id, OPEN], parts[one.id, CLOSED])
        for one in session.scalars(select(Round).order_by(Round.id))
    ]
