"""Who made a visit, as far as Central knows: the account or the phone that sent it. In an address it is a number."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from server.submissions.tables import SubmissionState


def visitor_called(session: Session, round_id: str, district: str, number: int | None) -> str | None:
    """Find how Central calls who sent a submission of a part, or of its district and no round; None where none is."""
    if number is None:
        return None
    state = SubmissionState
    in_round = state.round_id.is_(None) | (state.round_id == round_id)
    return session.scalar(select(state.submitter).where(state.id == number, state.district == district, in_round))


def is_the_visitors(number: int) -> ColumnElement[bool]:
    """Write "sent by who sent that one" as SQL over `SubmissionState`: by one of the same district and round."""
    state, other = SubmissionState, aliased(SubmissionState)
    in_round = or_(other.round_id == state.round_id, other.round_id.is_(None), state.round_id.is_(None))
    same = and_(other.submitter == state.submitter, other.district == state.district, in_round)
    return exists(select(other.id).where(other.id == number, same).correlate(state))
