"""An open assignment gets another last day, or is withdrawn: each with a reason, and phones are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.assignments.giving import NotAssigned, end_of, today_in
from server.assignments.states import GIVEN, OPEN, WITHDRAWN, CannotFollow, move
from server.assignments.tables import Assignment
from server.audit.entries import Act, digest_of, write_down
from server.db import among, now
from server.decisions.tables import Decision
from server.decisions.typed import read_deadline, read_why
from server.fields import PAGE, read_field
from server.roles.account import Account, must
from server.roles.table import Permission
from server.visits.places import known_place
from server.work.kinds import Assign
from server.work.queue import ask
from verification.reason import Reason

EXTEND, WITHDRAW = "extend", "withdraw"


@dataclass(frozen=True)
class Change:
    """A change as a person typed it; `before` is the last day that was before them."""

    act: str
    why: str
    before: str
    deadline: str = ""


def change(session: Session, found: Assignment, wish: Change, by: Account) -> None:
    """Change an assignment. Raises NotAssigned, Forbidden."""
    must(by, Permission.ASSIGN, found.district, found.round_id)
    session.refresh(found, with_for_update=True)
    problems: dict[str, Reason] = {}
    why = read_field(problems, "why", lambda: read_why(wish.why))
    if known_place(session, found.facility_id).is_given_away_by(wish.why):
        problems["why"] = Reason("decision_names_a_home")
    today, deadline = today_in(session, found.district), found.deadline
    if wish.act == EXTEND:
        deadline = read_field(problems, "deadline", lambda: read_deadline(today, wish.deadline)) or deadline
    if problems:
        raise NotAssigned(problems)
    if wish.act not in (EXTEND, WITHDRAW) or wish.before != found.deadline.isoformat():
        raise NotAssigned({PAGE: Reason("assignment_changed_meanwhile")})
    _move(found, GIVEN if wish.act == EXTEND else WITHDRAWN)
    before = digest_of([found.deadline, found.why])
    found.deadline, found.due_at = deadline, end_of(deadline, zone_of(session, None, found.district))
    found.changed_by, found.changed_at, found.changed_why = by.label, now(), why
    ask(session, Assign(found.id))
    act = "assignment_extended" if wish.act == EXTEND else "assignment_withdrawn"
    write_down(session, Act(by.label, act, f"assignment:{found.id}", found.district, found.round_id, before=before,
                            after=digest_of([deadline, why])))  # fmt: skip


def _move(found: Assignment, state: str) -> None:
    try:
        move(found, state, now())
    except CannotFollow as wrong:
        raise NotAssigned({PAGE: wrong.reason}) from None


def forget(session: Session, decisions: Sequence[int]) -> None:
    """Take away what assignments say that came of a submission which was lawfully removed, on phones too."""
    unsent = update(Decision).where(among(session, Decision.id, decisions), Decision.kind == "follow_up")
    session.execute(unsent.where(Decision.sent_at.is_(None)).values(problem=Reason("decision_submission_removed")))
    query = select(Assignment).where(among(session, Assignment.decision_id, decisions))
    for found in session.scalars(query).all():
        found.question, found.why, found.changed_why = None, None, None
        if found.state in OPEN:
            found.state = WITHDRAWN
        ask(session, Assign(found.id))


def open_one(session: Session, round_id: str, district: str, number: int) -> Assignment | None:
    """Find an assignment of a district's part of a round; None where there is none of this number."""
    query = select(Assignment).filter_by(id=number, round_id=round_id, district=district)
    return session.scalars(query).one_or_none()
