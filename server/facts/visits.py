"""Deciding where a visit belongs: to another line, to no claim of this district, or set aside. One person is enough."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.facts.before import (
    BeforeEyes,
    FactWish,
    NotThere,
    Part,
    Refused,
    must_be_newest,
    must_be_seen,
    must_undo_something,
)
from server.facts.deciding import checked_why, hold_to_decide, must_be_open, take, taken_before
from server.facts.evidence import seen_of, visits_now
from server.facts.history import histories
from server.facts.lines import FoundLine, line_found
from server.facts.tables import Fact
from server.roles.account import Account
from server.submissions.standing import counts
from server.submissions.tables import SubmissionState
from server.visits.places import VisitedPlace, visited_place
from verification.deciding.facts import WITHDRAWN, Whereto


@dataclass(frozen=True)
class FoundVisit:
    """A visit that counts for a district's part of a round, and the place it was to."""

    state: SubmissionState
    visited: VisitedPlace


def visit_found(session: Session, part: Part, state_id: int) -> FoundVisit | None:
    """Find a visit that counts for a district's part of a round; one that a person set aside is among them."""
    state = SubmissionState
    query = select(state).filter_by(id=state_id, round_id=part.round_id, district=part.district)
    found = session.scalar(query.where(counts(round_id=part.round_id)))
    return FoundVisit(found, visited_place(session, found.form_pk, found.root_id, found.instance_id)) if found else None


def before_eyes_of_visit(session: Session, part: Part, state_id: int) -> BeforeEyes:
    """Say what is before whoever decides about a visit: its version, its files, and what was decided so far."""
    found = histories(session, part.round_id, part.district, submissions=[state_id])
    now = visits_now(session, part.round_id, part.district, [state_id])
    return BeforeEyes(seen_of([state_id], now, {}), found.of(state_id), found.names)


def decide_visit(session: Session, part: Part, state_id: int, wish: FactWish, by: Account) -> Fact:
    """Decide where a visit belongs; the same wish twice is one decision. Raises Refused, NotThere, Forbidden."""
    hold_to_decide(session, part, by)
    visit = visit_found(session, part, state_id)
    if visit is None:
        raise NotThere
    if (known := taken_before(session, wish, by, state_id)) is not None:
        return known
    must_be_open(session, part)
    before = before_eyes_of_visit(session, part, state_id)
    must_be_newest(before.history, wish, by, part)
    must_undo_something(before.history, wish, by, part)
    seen = must_be_seen(session, part, before.seen, wish)
    if wish.outcome not in (*Whereto, WITHDRAWN):
        raise Refused("fact_outcome_missing", "outcome")
    line = _line(session, part, wish) if wish.outcome == Whereto.BELONGS else None
    why = checked_why(wish.why)
    if visit.visited.is_given_away_by(why):
        raise Refused("decision_names_a_home", "why")
    other = {"indicator": line.indicator, "facility_id": line.claimed.facility_id} if line else None
    values = {"state_id": state_id, "outcome": wish.outcome, "criteria": [], "other": other, "why": why,
              "second": False}  # fmt: skip
    return take(session, part, values, seen, wish, by)


def _line(session: Session, part: Part, wish: FactWish) -> FoundLine:
    line = line_found(session, part.round_id, part.district, wish.other)
    if line is None:
        raise Refused("fact_line_missing", "other")
    return line
