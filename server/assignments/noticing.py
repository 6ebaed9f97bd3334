"""A visit came: the assignments that asked for it are done, and leave the phones.

It is to the place that was picked in the form, or to the claimed place that the rules found it to be about; on the day
of the assignment or later, arrived after it was given, and it counts.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assignments.states import VISITED, is_open, move
from server.assignments.tables import Assignment
from server.claims.tables import Claim, ClaimLine
from server.db import now
from server.decisions.tables import Decision
from server.moments import from_central
from server.results.tables import LineResult
from server.submissions.keeping import current_version
from server.submissions.standing import counts
from server.submissions.tables import Submission, SubmissionState
from server.visits.tables import Visit
from server.work.kinds import Assign
from server.work.queue import ask

_Found = Sequence[Any]  # rows of an assignment, a visit's submission, its day and its arrival at Central


def note_visited(session: Session) -> int:
    """Note which open assignments have been visited; returns how many."""
    noted = 0
    found = (row for rows in (_picked(session), _judged(session)) for row in rows)
    for one, state_id, day, submitted_at in found:
        if one.state != VISITED and from_central(submitted_at) > one.given_at:
            move(one, VISITED, now())
            one.visited_on, one.visited_state_id = day, state_id
            ask(session, Assign(one.id))
            noted += 1
    return noted


def _picked(session: Session) -> _Found:
    """Give the visits to the place itself, but for the one that led to the assignment."""
    one, state = Assignment, SubmissionState
    itself = (Decision.form_pk == state.form_pk) & (Decision.root_id == state.root_id)
    query = (
        select(one, state.id, state.day, state.submitted_at)
        .join(Visit, Visit.facility_id == one.facility_id)
        .join(Submission, Submission.id == Visit.submission_id)
        .join(state, current_version())
        .outerjoin(Decision, Decision.id == one.decision_id)
        .where(is_open(), counts(), state.day >= one.given_on, Decision.id.is_(None) | ~itself,
               one.round_id.is_(None) | (one.round_id == state.round_id))
        .order_by(one.id, state.day, state.id)
    )  # fmt: skip
    return session.execute(query).all()


def _judged(session: Session) -> _Found:
    """Give the visits by which the place's line was judged, whatever place was picked in the form."""
    one, state = Assignment, SubmissionState
    query = (
        select(one, state.id, state.day, state.submitted_at)
        .join(ClaimLine, ClaimLine.facility_id == one.facility_id)
        .join(Claim, (Claim.id == ClaimLine.claim_id) & (Claim.round_id == one.round_id))
        .join(LineResult, LineResult.line_id == ClaimLine.id)
        .join(state, state.id == LineResult.state_id)
        .outerjoin(Decision, Decision.id == one.decision_id)
        .where(is_open(), counts(), state.day >= one.given_on,
               Decision.id.is_(None) | (Decision.root_id != state.root_id))
        .order_by(one.id, state.day, state.id)
    )  # fmt: skip
    return session.execute(query).all()
