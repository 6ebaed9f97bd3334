"""The rounds as they are listed: their stages, and how many districts' parts are open and closed."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, exists, func, literal, select, true
from sqlalchemy.orm import Session

from server.roles.account import Account
from server.roles.table import Permission
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


def listed_rounds(session: Session, account: Account | None = None) -> list[ListedRound]:
    """List all rounds; or those that an account sees reports of, or may, with the parts within its reach."""
    stages: dict[str, list[RoundStage]] = defaultdict(list)
    for stage in sorted(session.scalars(select(RoundStage)), key=lambda stage: STAGES.index(stage.stage)):
        stages[stage.round_id].append(stage)
    part = RoundPart
    within = account.reach(Permission.SEE_REPORT, part.district, part.round_id) if account else true()
    counted = select(part.round_id, part.state, func.count()).where(within).group_by(part.round_id, part.state)
    parts: Counter[tuple[str, str]] = Counter({(r, state): count for r, state, count in session.execute(counted)})
    which = _is_seen(account) | exists().where(part.round_id == Round.id, within) if account else true()
    return [
        ListedRound(one, stages[one.id], parts[one.id, OPEN], parts[one.id, CLOSED])
        for one in session.scalars(select(Round).where(which).order_by(Round.id))
    ]


def _is_seen(account: Account) -> ColumnElement[bool]:
    """Write as SQL whether an account sees a round whose districts are not there yet: it holds a role everywhere."""
    return account.reach(Permission.SEE_REPORT, literal(None, String), Round.id)
