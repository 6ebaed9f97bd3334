"""Whose traces are deleted: asked by whoever keeps, compares or mends something of a submission."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from server.db import among, now
from server.rounds.states import CLOSED
from server.rounds.tables import Round, RoundChange, RoundPart
from server.submissions.tables import SubmissionState
from server.traces.tables import TraceRemoval, TracesGone
from server.work.kinds import DeleteTraces
from server.work.queue import ask_each

TRACE_FILES = frozenset({"audit.csv"})  # Collect's record of a form being filled in, with points where a form asks


def roots_without_traces(session: Session, form_pk: int, roots: Sequence[str]) -> set[str]:
    """Tell which of these submissions are to be kept without traces of places."""
    query = select(TracesGone.root_id).where(TracesGone.form_pk == form_pk)
    return set(session.scalars(query.where(among(session, TracesGone.root_id, roots)))) if roots else set()


def all_without_traces(session: Session, form_pk: int) -> set[str]:
    """Tell which submissions of a form are to be kept without traces of places."""
    return set(session.scalars(select(TracesGone.root_id).filter_by(form_pk=form_pk)))


def its_traces_are_gone() -> ColumnElement[bool]:
    """Join a submission's state with what says that its traces are gone."""
    return and_(TracesGone.form_pk == SubmissionState.form_pk, TracesGone.root_id == SubmissionState.root_id)


def removals_of(session: Session, round_id: str, district: str) -> Sequence[TraceRemoval]:
    """List the deletions of traces of a district's part of a round, oldest first."""
    query = select(TraceRemoval).filter_by(round_id=round_id, district=district).order_by(TraceRemoval.id)
    return session.scalars(query).all()


def count_waiting(session: Session, round_id: str, district: str) -> int:
    """Count the submissions of a district's part of a round whose traces are still to be deleted."""
    query = select(func.count()).select_from(TracesGone)
    return session.scalar(query.filter_by(round_id=round_id, district=district, done=False)) or 0


def districts_without_traces(session: Session, round_id: str) -> set[str]:
    """Name the districts of a round whose visits have lost points: what these showed is kept by today's codes."""
    return set(session.scalars(select(TracesGone.district).filter_by(round_id=round_id).distinct()))


def traces_are_due(session: Session, round_id: str, district: str) -> bool:
    """Tell whether a closed part's traces are to be deleted: the days for which its round keeps them are over."""
    query = select(Round.keep_traces_days, _closed_at(round_id, district)).filter_by(id=round_id)
    return any(_are_due(*found) for found in session.execute(query))


def _are_due(days: int, closed_at: datetime | None) -> bool:
    """Tell whether so many days have passed since a part was closed; where that is being done, it is now."""
    return days == 0 or (closed_at or now()) + timedelta(days=days) <= now()


def _closed_at(round_id: Any, district: Any) -> ScalarSelect[datetime]:
    """Say when a part was closed last, as SQL; `round_id` and `district` may be columns."""
    change = aliased(RoundChange)
    mine = (change.round_id == round_id) & (change.district == district) & (change.state == CLOSED)
    return select(func.max(change.changed_at)).where(mine).scalar_subquery()


def ask_where_traces_are_left(session: Session) -> int:
    """Ask for the deletion of what closed parts still have; returns in how many parts that is.

    They were closed before there was this, or the work was lost. What comes late is asked for when it is read.
    """
    state, part, gone = SubmissionState, RoundPart, TracesGone
    has_some = exists().where(state.round_id == part.round_id, state.district == part.district)
    begun = exists().where(TraceRemoval.round_id == part.round_id, TraceRemoval.district == part.district)
    waits = exists().where(gone.round_id == part.round_id, gone.district == part.district, gone.done.is_(False))
    query = select(part.round_id, part.district, Round.keep_traces_days, _closed_at(part.round_id, part.district))
    query = query.join(Round, Round.id == part.round_id).where(((part.state == CLOSED) & has_some & ~begun) | waits)
    due = [DeleteTraces(round_id, district) for round_id, district, days, closed_at in session.execute(query).all()
           if _are_due(days, closed_at)]  # fmt: skip
    ask_each(session, due)
    return len(due)
