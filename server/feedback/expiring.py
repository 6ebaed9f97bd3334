"""What children answered has its time: a job deletes it afterwards, and writes down that it did."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from server.children.states import DROPPED, SETTLED
from server.children.tables import ChildCode, ChildSession
from server.db import now
from server.feedback.tables import ChildAnswer, ChildAnswersGone
from server.moments import CAPITAL, day_in, month_in

ANSWERS_KEPT = timedelta(days=365)  # after the month in which they came
CODES_KEPT = timedelta(days=30)  # likewise: by then nobody brings one any more


def forget_answers(session: Session) -> None:
    """Delete answers and codes whose time is over; of answers it is written down how many, by round and month."""
    over = ChildAnswer.month < _month_before(ANSWERS_KEPT)
    gone = select(ChildAnswer.round_id, ChildAnswer.month, func.count()).where(over)
    for round_id, month, answers in session.execute(gone.group_by(ChildAnswer.round_id, ChildAnswer.month)).all():
        before = session.get(ChildAnswersGone, (round_id, month))
        session.merge(ChildAnswersGone(round_id=round_id, month=month, gone_on=day_in(CAPITAL, now()),
                                       answers=answers + (before.answers if before else 0)))  # fmt: skip
    session.execute(delete(ChildAnswer).where(over))
    is_over = ChildSession.state.in_((SETTLED, DROPPED)) & (ChildSession.month < _month_before(CODES_KEPT))
    ended = select(ChildSession.id).where(is_over)
    session.execute(delete(ChildCode).where(ChildCode.session_id.in_(ended)))


def _month_before(kept: timedelta) -> str:
    """Write the first month that has not been over for so long: that of the day so long ago."""
    return month_in(CAPITAL, now() - kept)
