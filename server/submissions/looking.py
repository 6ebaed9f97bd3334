"""Which submissions Central is asked about though nothing in its feed says that anything changed of them.

A comment and a file put in another's place leave no trace there. So whoever changed visibly since, or was ever edited,
is asked about each night; and of all others so many, those not asked about for longest first. A night then costs what
the day brought, and everything has its turn.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, func, select, update
from sqlalchemy.orm import Session

from server.db import now
from server.submissions.standing import is_living
from server.submissions.tables import SubmissionState

TURN = 1000  # of those that nothing points to, in one night


class AsShown(NamedTuple):
    """A submission as Central shows it: `shown` is another after each change that its feed tells of."""

    root_id: str
    shown: str


def shown() -> ColumnElement[str]:
    """Write how Central shows a submission: its last moment there, and how many of its files have come."""
    state = SubmissionState
    return func.coalesce(state.updated_at, state.submitted_at) + " " + cast(state.attachments_present, String)


def to_look_into(session: Session, form_pk: int, turn: int | None = TURN) -> list[AsShown]:
    """Choose the living submissions of a form to ask about now; all of them where no `turn` is said."""
    is_new = SubmissionState.looked.is_distinct_from(shown()) | (SubmissionState.edits > 0)
    others = _living(form_pk, ~is_new).order_by(SubmissionState.looked_at, SubmissionState.id).limit(turn)
    return living(session, form_pk, is_new) + [AsShown(*row) for row in session.execute(others)]


def living(session: Session, form_pk: int, which: ColumnElement[bool]) -> list[AsShown]:
    """List those of a form's living submissions of which a condition holds."""
    query = _living(form_pk, which).order_by(SubmissionState.id)
    return [AsShown(*row) for row in session.execute(query)]


def note_looked(session: Session, form_pk: int, asked: Sequence[AsShown]) -> None:
    """Note submissions as asked about, as they were shown when they were chosen."""
    mark(session, form_pk, asked, "looked", looked_at=now())


def look_again(session: Session, form_pk: int, root_id: str) -> None:
    """Have a submission asked about by the next slow pass."""
    session.execute(update(SubmissionState).filter_by(form_pk=form_pk, root_id=root_id).values(looked=None))


def mark(session: Session, form_pk: int, asked: Sequence[AsShown], column: str, **more: object) -> None:
    """Write into a column how each submission was shown."""
    state = SubmissionState
    query = update(state).where(state.form_pk == form_pk, state.root_id == bindparam("its_root"))
    rows = [{"its_root": one.root_id, "its_shown": one.shown} for one in asked]
    if rows:
        session.connection().execute(query.values({column: bindparam("its_shown"), **more}), rows)


def _living(form_pk: int, which: ColumnElement[bool]) -> Select[str, str]:
    return select(SubmissionState.root_id, shown()).where(SubmissionState.form_pk == form_pk, is_living(), which)
