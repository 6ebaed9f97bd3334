"""Where a planned visit stands: worked out of the plan, the assignment that came of it and what the visit found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, literal, select
from sqlalchemy.orm import aliased

from server.assignments.states import VISITED
from server.assignments.states import WITHDRAWN as TAKEN_BACK
from server.assignments.tables import Assignment
from server.plan.tables import PlannedVisit
from verification.model import Arrival

PLANNED, WITHDRAWN = "planned", "withdrawn"  # as the table has it
PROPOSED, UNRELEASED = "proposed", "unreleased"
COMING, TODAY, MISSING, ARRIVED = "coming", "today", "missing", "arrived"
NOT_SEEN, REFUSED, IN_RESERVE, ENDED = "not_seen", "refused", "in_reserve", "ended"
SUBSTITUTED, UNAPPROVED = "substituted", "unapproved"
STATES = (MISSING, TODAY, COMING, PROPOSED, UNRELEASED, IN_RESERVE, ARRIVED, SUBSTITUTED, UNAPPROVED, REFUSED, NOT_SEEN,
          ENDED, WITHDRAWN)  # fmt: skip
AWAITED = (MISSING, TODAY, COMING)
NOBODY_YET = "belum"  # what the form says where nobody approved a substitute


def over_plan(*columns: Any) -> Select[Any]:
    """Select from the plan, each row with the assignment that came of it, if one did."""
    return select(*columns).select_from(PlannedVisit).outerjoin(Assignment, Assignment.id == PlannedVisit.assignment_id)


def of_part(round_id: str, district: str) -> ColumnElement[bool]:
    """Choose the rows of a district's part of a round."""
    return (PlannedVisit.round_id == round_id) & (PlannedVisit.district == district)


def waits_for_agreement() -> ColumnElement[bool]:
    """Tell whether a row waits for Tim Penilai to agree to it: verifiers have nothing of it, or of how it was."""
    one = PlannedVisit
    return (one.state == PLANNED) & one.agreed_by.is_(None) & one.released.is_(False) & one.arrival.is_(None)


def is_due(moment: datetime) -> ColumnElement[bool]:
    """Tell whether the last moment of an assignment is over."""
    return Assignment.due_at <= moment


def stands(moment: datetime, today: date) -> ColumnElement[str]:
    """Write where a row of `over_plan` stands as SQL; `today` is the day in its district."""
    one = PlannedVisit
    return case(
        (one.state == WITHDRAWN, WITHDRAWN), (one.arrival == Arrival.OPEN, ARRIVED),
        (_has_a_substitute(approved=True), SUBSTITUTED), (_has_a_substitute(approved=False), UNAPPROVED),
        (one.arrival == Arrival.REFUSED, REFUSED), (one.arrival.is_not(None), NOT_SEEN),
        (waits_for_agreement(), PROPOSED), (one.released.is_(False), UNRELEASED),
        (Assignment.state == TAKEN_BACK, ENDED), (Assignment.state == VISITED, NOT_SEEN),
        (one.substitute_for.is_not(None), IN_RESERVE),
        (is_due(moment), MISSING), (one.day <= literal(today), TODAY), else_=COMING,
    )  # fmt: skip


def _has_a_substitute(*, approved: bool) -> ColumnElement[bool]:
    """Tell whether a place that stands in for this one was open to the team."""
    one, other = PlannedVisit, aliased(PlannedVisit)
    word = other.approved_by.is_not(None) & (other.approved_by != NOBODY_YET)
    return exists().where(
        other.round_id == one.round_id, other.team_id == one.team_id, other.substitute_for == one.facility_id,
        other.state == PLANNED, other.arrival == Arrival.OPEN, word if approved else ~word,
    )  # fmt: skip
