"""Carry decisions to Central, each with its effect once: whatever may have happened already is read before it is done.

A review is what Central shows already, or is set; a comment ends in a reference that is looked for first. Either may be
tried again after an answer was lost. A follow-up is an assignment: `workers/sending/assigning.py` brings it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.assignments.tables import Assignment
from server.db import now, snapshot, writing
from server.decisions.deciding import APPROVED, COMMENT, FOLLOW_UP, REVIEW, WOULD_CREATE, later_review
from server.decisions.tables import Decision
from server.removals.tombstones import removed_roots
from server.submissions.forms import forms_of
from server.submissions.looking import look_again
from server.submissions.tables import Form
from server.visits.places import visited_place
from server.work.kinds import Assign
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.central.xml import UnreadableXml, lists_created_in
from workers.sending.assigning import reference_of


@dataclass(frozen=True)
class Order:
    """A decision on its way: what it says, read once, so that no transaction stays open while Central is asked."""

    decision: Decision
    form_id: str
    hindrance: Reason | None  # why there is nothing to do any more

    @property
    def reference(self) -> str:
        """The mark a decision leaves at Central."""
        return reference_of(self.decision.uuid)


def carry_out(engine: Engine, central: Central, decision_id: int, must_be_ours: Callable[[], None]) -> None:
    """Carry out a decision, unless it has been. `must_be_ours` is called right before the effect.

    Raises CentralProblem, whose reason is also noted with the decision.
    """
    with snapshot(engine) as session:
        order = _order(session, central.project, decision_id)
    if order.decision.sent_at is not None:
        return
    if order.decision.kind == FOLLOW_UP:
        _leave_to_its_assignment(engine, decision_id)
        return
    if order.hindrance is not None:
        with writing(engine) as session:
            _note(session, decision_id, problem=order.hindrance)
        return
    try:
        _EFFECTS[order.decision.kind](central, order, must_be_ours)
    except CentralProblem as problem:
        with writing(engine) as session:
            _note(session, decision_id, problem=problem.reason)
        raise
    with writing(engine) as session:
        _note(session, decision_id, sent_at=now(), problem=None)
        look_again(session, order.decision.form_pk, order.decision.root_id)  # a comment leaves no other trace


def _leave_to_its_assignment(engine: Engine, decision_id: int) -> None:
    """Ask for the work that brings a follow-up to phones: an older Tilik asked for this one instead."""
    with writing(engine) as session:
        for number in session.scalars(select(Assignment.id).filter_by(decision_id=decision_id)):
            ask(session, Assign(number))


def _order(session: Session, project: int, decision_id: int) -> Order:
    decision = session.get_one(Decision, decision_id)
    form = session.get_one(Form, decision.form_pk)
    if form.project != project:
        raise CentralProblem("decision_of_another_project", passes=False, project=str(form.project))
    visited = visited_place(session, form.id, decision.root_id, decision.instance_id)
    hindrance = None
    if removed_roots(session, form.id, [decision.root_id]):
        hindrance = Reason("decision_submission_removed")
    elif decision.kind == REVIEW and later_review(session, decision):
        hindrance = Reason("decision_superseded")
    elif visited.is_given_away_by(decision.text, decision.why):
        hindrance = Reason("decision_names_a_home")
    session.expunge(decision)
    return Order(decision, form.form_id, hindrance)


def _note(session: Session, decision_id: int, **values: object) -> None:
    session.execute(update(Decision).where(Decision.id == decision_id).values(**values))


def _review(central: Central, order: Order, must_be_ours: Callable[[], None]) -> None:
    decision, wanted = order.decision, order.decision.review_state or ""
    if _review_state(central, order) == wanted:
        return
    if wanted == APPROVED:
        _must_be_confirmed(central, order)
    must_be_ours()
    central.review(order.form_id, decision.root_id, wanted, f"{decision.why} — {order.reference}")
    _review_state(central, order)


def _review_state(central: Central, order: Order) -> str | None:
    """Read the review state of the version that was decided upon; another version is for a person to look at."""
    known = central.submission(order.form_id, order.decision.root_id)
    if known.instance_id != order.decision.instance_id:
        raise CentralProblem("edited_since_decision", passes=False)
    return known.review_state


def _must_be_confirmed(central: Central, order: Order) -> None:
    """Refuse to approve where that creates entities of which nobody was asked: lists and forms may have changed."""
    lists = central.lists_requiring_approval()
    if not lists:
        return
    decision = order.decision
    try:
        created = lists_created_in(central.xml(order.form_id, decision.root_id, decision.instance_id))
    except UnreadableXml:  # it will not become readable by waiting
        raise CentralProblem("approval_unreadable", passes=False) from None
    confirmed = (decision.confirmed or {"lists": []})["lists"]
    if unasked := sorted(created.intersection(lists).difference(confirmed)):
        raise CentralProblem(WOULD_CREATE, passes=False, lists=", ".join(unasked))


def _comment(central: Central, order: Order, must_be_ours: Callable[[], None]) -> None:
    decision = order.decision
    written = central.comments(order.form_id, decision.root_id)
    if any(comment.body.rstrip().endswith(order.reference) for comment in written):
        return
    must_be_ours()
    central.comment(order.form_id, decision.root_id, f"{decision.text}\n\n— {order.reference}")


_EFFECTS: dict[str, Callable[[Central, Order, Callable[[], None]], None]] = {
    REVIEW: _review, COMMENT: _comment,
}  # fmt: skip


def note_approval_lists(engine: Engine, central: Central) -> None:
    """Note with each form which entity lists approving its submissions would write to, for the page that asks."""
    lists: dict[str, list[str]] = defaultdict(list)
    for name, forms in central.lists_requiring_approval().items():
        for form_id in forms:
            lists[form_id].append(name)
    with writing(engine) as session:
        for form in forms_of(session, central.project):
            form.approval_lists = {"lists": lists[form.form_id]}
