"""What children answered has its time: a job deletes it afterwards, at Central too, and writes down that it did.

What was told together goes together, as soon as the time of one of its answers is over: what is left of a batch would
be another sum of the same answers, and the difference of both would tell what the others said.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.children.states import DROPPED, PASSED, SETTLED
from server.children.tables import ChildCode, ChildSession
from server.db import now
from server.feedback.tables import ChildAnswer, ChildAnswersGone
from server.moments import CAPITAL, day_in, month_in
from server.work.kinds import ForgetAnswers, Verify
from server.work.queue import ask

ANSWERS_KEPT = timedelta(days=365)  # after the month in which they came
CODES_KEPT = timedelta(days=30)  # likewise: by then nobody brings one any more


def see_what_is_over(session: Session) -> None:
    """Delete answers and codes whose time is over; where some went on to Central, ask for them to go there first."""
    forget_codes(session)
    first = first_month_kept()
    if passed_and_over(session, first):
        ask(session, ForgetAnswers())
    else:
        forget_answers(session, first)


def first_month_kept() -> str:
    """Write the first month of which answers are kept still."""
    return _month_before(ANSWERS_KEPT)


def passed_and_over(session: Session, first: str) -> list[str]:
    """Give the keys of answers that are over and went on to Central."""
    over = _is_over(first) & (ChildAnswer.state == PASSED)
    return list(session.scalars(select(ChildAnswer.key).where(over)))


def forget_answers(session: Session, first: str) -> None:
    """Delete answers of months before the first that is kept, and note how many of each round and month."""
    over = _is_over(first)
    gone = select(ChildAnswer.round_id, ChildAnswer.month, func.count()).where(over)
    for round_id, month, answers in session.execute(gone.group_by(ChildAnswer.round_id, ChildAnswer.month)).all():
        before = session.get(ChildAnswersGone, (round_id, month))
        session.merge(ChildAnswersGone(round_id=round_id, month=month, gone_on=day_in(CAPITAL, now()),
                                       answers=answers + (before.answers if before else 0)))  # fmt: skip
    told = select(ChildAnswer.round_id, ChildAnswer.district).where(over, ChildAnswer.told_of == ChildAnswer.district)
    for round_id, district in session.execute(told.distinct()).all():
        ask(session, Verify(round_id, district))
    session.execute(delete(ChildAnswer).where(ChildAnswer.key.in_(select(ChildAnswer.key).where(over))))


def forget_codes(session: Session) -> None:
    """Delete the codes of sessions that are done with, when nobody brings one any more."""
    is_over = ChildSession.state.in_((SETTLED, DROPPED)) & (ChildSession.month < _month_before(CODES_KEPT))
    ended = select(ChildSession.id).where(is_over)
    session.execute(delete(ChildCode).where(ChildCode.session_id.in_(ended)))


def _is_over(first: str) -> ColumnElement[bool]:
    """Choose answers of months before the first that is kept, with all that were told in a batch with one of these."""
    other = aliased(ChildAnswer)
    same = [
        getattr(other, name) == getattr(ChildAnswer, name) for name in ("round_id", "told_of", "place_kind", "batch")
    ]
    return or_(ChildAnswer.month < first, exists().where(and_(*same), other.month < first))


def _month_before(kept: timedelta) -> str:
    """Write the first month that has not been over for so long: that of the day so long ago."""
    return month_in(CAPITAL, now() - kept)
