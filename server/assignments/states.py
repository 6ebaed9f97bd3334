"""The states of an assignment, and which may follow which. Drawn in docs/states.md, from `MOVES`.

Overdue is no state that anybody sets: an open assignment is, once its last day is over where the place is.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, case

from server.assignments.tables import Assignment
from verification.reason import WithReason

GIVEN, SENT, OVERDUE, VISITED, WITHDRAWN = "given", "sent", "overdue", "visited", "withdrawn"
STATES = (GIVEN, SENT, OVERDUE, VISITED, WITHDRAWN)
OPEN = (GIVEN, SENT)  # as the table has it; what is overdue is one of them
# phones get it; a later day makes it one to be sent again; the rest ends it
MOVES = (
    (GIVEN, SENT), (GIVEN, OVERDUE), (SENT, OVERDUE),
    (GIVEN, GIVEN), (SENT, GIVEN), (OVERDUE, GIVEN),
    (GIVEN, VISITED), (SENT, VISITED), (OVERDUE, VISITED),
    (GIVEN, WITHDRAWN), (SENT, WITHDRAWN), (OVERDUE, WITHDRAWN),
)  # fmt: skip
WITH_A_REASON = tuple(move for move in MOVES if move[1] in (GIVEN, WITHDRAWN))


class CannotFollow(WithReason):
    """A state that may not follow the one there is."""


def state_at(assignment: Assignment, moment: datetime) -> str:
    """Tell the state of an assignment at a moment."""
    return OVERDUE if assignment.state in OPEN and assignment.due_at <= moment else assignment.state


def state_column(moment: datetime) -> ColumnElement[str]:
    """Write `state_at` as SQL."""
    return case((is_overdue(moment), OVERDUE), else_=Assignment.state)


def is_open() -> ColumnElement[bool]:
    """Tell whether somebody is still to go, as SQL."""
    return Assignment.state.in_(OPEN)


def is_overdue(moment: datetime) -> ColumnElement[bool]:
    """Tell whether somebody should have gone by now, as SQL."""
    return is_open() & (Assignment.due_at <= moment)


def move(assignment: Assignment, state: str, moment: datetime) -> None:
    """Bring an assignment into another state. Raises CannotFollow."""
    old = state_at(assignment, moment)
    if (old, state) not in MOVES:
        raise CannotFollow("assignment_cannot_follow")
    assignment.state = state
