"""Which answers of children are told together: each in one batch of ten or more, once and for good.

A district's answers about a kind of place are told as soon as ten of them passed the check. What is left when a round
has ended is told of the province, then of the country, where ten come together; what is still too few is never told.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from server.children.states import PASSED, UNSETTLED
from server.children.tables import ChildSession
from server.db import among
from server.feedback.tables import ChildAnswer
from server.rounds.states import CLOSED
from server.rounds.tables import Round
from server.work.kinds import Verify
from server.work.queue import ask
from verification.model import province_of
from verification.summing.children import SMALLEST_BATCH, ChildSaid


def gather(session: Session, round_id: str, *, has_ended: bool = False) -> None:
    """Put answers that wait into batches of their districts; of a round that has ended, the rest into wider ones."""
    for district in sorted(_gather_by(session, round_id, lambda district: district)):
        ask(session, Verify(round_id, district))  # it stands beside the district's claims
    wider: tuple[Callable[[str], str], ...] = (province_of, lambda _: "") if has_ended else ()
    for area_of in wider:
        _gather_by(session, round_id, area_of)


def gather_what_is_left(session: Session) -> None:
    """Gather what waits of rounds that have ended, once no session of theirs is still to be settled."""
    open_still = exists().where(ChildSession.round_id == Round.id, ChildSession.state.in_(UNSETTLED))
    waits = exists().where(ChildAnswer.round_id == Round.id, ChildAnswer.state == PASSED, ChildAnswer.batch.is_(None))
    for round_id in session.scalars(select(Round.id).where(Round.state == CLOSED, waits, ~open_still)).all():
        gather(session, round_id, has_ended=True)


def told_in(session: Session, round_id: str, areas: Sequence[str]) -> list[ChildSaid]:
    """Give what is told of areas: of a district, its province and the country."""
    query = select(ChildAnswer.told_of, ChildAnswer.place_kind, ChildAnswer.batch, ChildAnswer.answers)
    rows = session.execute(query.where(ChildAnswer.round_id == round_id, ChildAnswer.told_of.in_(areas)))
    return [ChildSaid(area, kind, batch, answers) for area, kind, batch, answers in rows
            if area is not None and batch is not None]  # fmt: skip


def _gather_by(session: Session, round_id: str, area_of: Callable[[str], str]) -> set[str]:
    """Put what waits into batches of areas; gives those that more is told of."""
    query = select(ChildAnswer.key, ChildAnswer.district, ChildAnswer.place_kind)
    waiting = query.where(ChildAnswer.round_id == round_id, ChildAnswer.state == PASSED, ChildAnswer.batch.is_(None))
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, district, kind in session.execute(waiting):
        groups[area_of(district), kind].append(key)
    told = set[str]()
    for (area, kind), keys in groups.items():
        if len(keys) >= SMALLEST_BATCH:
            before = select(func.max(ChildAnswer.batch)).filter_by(round_id=round_id, told_of=area, place_kind=kind)
            number = (session.scalar(before) or 0) + 1
            these = update(ChildAnswer).where(among(session, ChildAnswer.key, keys))
            session.execute(these.values(told_of=area, batch=number))
            told.add(area)
    return told
