"""Visits that were planned have come: what each found is noted in the plan, and nobody is sent where it is not needed.

An assignment is ended by the first visit to its place (`server/assignments/noticing.py`); whatever comes after that is
kept, and overwrites nothing here.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from server.assignments.states import VISITED, is_open
from server.assignments.tables import Assignment
from server.moments import from_central
from server.plan.releasing import take_back
from server.plan.states import NOBODY_YET
from server.plan.tables import PlannedVisit
from server.submissions.keeping import current_version
from server.submissions.standing import counts
from server.submissions.tables import Submission, SubmissionState
from server.visits.tables import Visit
from verification.model import Arrival
from verification.reading.fields import fields_of, text_of

APPROVERS = ("ketua_tim", "tim_penilai")


def note_arrivals(session: Session) -> int:
    """Note what planned visits found that have come since; gives how many rows of the plan they are in.

    A place that was closed, or refused, and open to a later visit, was seen: a second attempt is an ordinary thing.
    """
    found = [*session.execute(_come()), *(row for row in session.execute(_seen_after_all()) if _is_after(row))]
    for row, arrival, answers, *_ in found:
        row.arrival = arrival
        if row.substitute_for:
            row.approved_by = _approver(answers)
    session.flush()
    not_needed = [one for row, *_ in found for one in _not_needed(session, row)]
    take_back(session, not_needed, "plan.is_not_needed")
    return len(found)


def _come() -> Select[PlannedVisit, str | None, str]:
    """Select the visits by which assignments of the plan ended, where the plan does not say what they found."""
    one, state = PlannedVisit, SubmissionState
    return (
        select(one, Visit.arrival, Submission.answers)
        .join(Assignment, Assignment.id == one.assignment_id)
        .join(state, state.id == Assignment.visited_state_id)
        .join(Submission, current_version())
        .join(Visit, Visit.submission_id == Submission.id)
        .where(Assignment.state == VISITED, one.arrival.is_(None), Visit.arrival.is_not(None))
        .order_by(one.id)
    )


def _seen_after_all() -> Select[PlannedVisit, str | None, str, datetime, str]:
    """Select the visits that found a place open which the plan says could not be seen."""
    one, state = PlannedVisit, SubmissionState
    return (
        select(one, Visit.arrival, Submission.answers, Assignment.given_at, state.submitted_at)
        .join(Assignment, Assignment.id == one.assignment_id)
        .join(state, (state.facility_id == one.facility_id) & (state.round_id == one.round_id))
        .join(Submission, current_version())
        .join(Visit, Visit.submission_id == Submission.id)
        .where(one.arrival != Arrival.OPEN, Visit.arrival == Arrival.OPEN, state.day >= Assignment.given_on, counts())
        .order_by(one.id, state.id)
    )


def _is_after(row: Any) -> bool:
    """Tell whether a visit arrived after its assignment was given."""
    _, _, _, given_at, submitted_at = row
    return from_central(submitted_at) > given_at


def _approver(answers: str) -> str:
    """Tell by the form who approved a substitute; where it does not say so, nobody yet."""
    try:
        said = text_of(fields_of(json.loads(answers)).get("substitute"))
    except (ValueError, AttributeError):
        said = None
    return said if said in APPROVERS else NOBODY_YET


def _not_needed(session: Session, row: PlannedVisit) -> list[Assignment]:
    """Find what is still asked for and need not be, since a visit found its place open.

    The planned place was seen: those that would stand in for it. One that stands in for it was, and somebody approved
    it: the planned place, and the others that would. What nobody approved changes nothing.
    """
    if row.arrival != Arrival.OPEN or (row.substitute_for and row.approved_by == NOBODY_YET):
        return []
    other, planned = aliased(PlannedVisit), row.substitute_for or row.facility_id
    its_own = (other.facility_id == planned) | (other.substitute_for == planned)
    query = select(Assignment).join(other, other.assignment_id == Assignment.id)
    query = query.where(other.round_id == row.round_id, other.team_id == row.team_id,
                        other.id != row.id, its_own, is_open())  # fmt: skip
    return list(session.scalars(query.order_by(Assignment.id)))
