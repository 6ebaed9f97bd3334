"""Carry decisions to Central, each with its effect once: whatever may have happened already is read before it is done.

A review is what Central shows already, or is set; a comment ends in a reference that is looked for first; a follow-up
is an entity whose id was chosen with the decision. Any of them may be tried again after an answer was lost.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from server.db import Json, now, snapshot, writing
from server.decisions.deciding import APPROVED, COMMENT, FOLLOW_UP, REVIEW, WOULD_CREATE, later_review, no_follow_up
from server.decisions.tables import Decision
from server.disclosure.viewer import PHONE
from server.removals.tombstones import removed_roots
from server.submissions.forms import forms_of
from server.submissions.looking import look_again
from server.submissions.tables import Form
from server.visits.places import place_name, visited_place
from server.words import catalogue
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.central.xml import UnreadableXml, lists_created_in

LIST = "follow_ups"
# what a phone is given: the place by its id in the list of facilities, never a point
PROPERTIES = ("facility", "question", "reason", "deadline", "decision")


@dataclass(frozen=True)
class Order:
    """A decision on its way: what it says, read once, so that no transaction stays open while Central is asked."""

    decision: Decision
    form_id: str
    label: str
    hindrance: Reason | None  # why there is nothing to do any more

    @property
    def reference(self) -> str:
        """The mark a decision leaves at Central."""
        return f"Tilik {self.decision.uuid[:6]}"


def carry_out(engine: Engine, central: Central, decision_id: int, must_be_ours: Callable[[], None]) -> None:
    """Carry out a decision, unless it has been. `must_be_ours` is called right before the effect.

    Raises CentralProblem, whose reason is also noted with the decision.
    """
    with snapshot(engine) as session:
        order = _order(session, central.project, decision_id)
    if order.decision.sent_at is not None:
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


def _order(session: Session, project: int, decision_id: int) -> Order:
    decision = session.get_one(Decision, decision_id)
    form = session.get_one(Form, decision.form_pk)
    if form.project != project:
        raise CentralProblem("decision_of_another_project", passes=False, project=str(form.project))
    visited = visited_place(session, form.id, decision.instance_id)
    label = place_name(session, visited, catalogue("id"), PHONE)
    hindrance = None
    if removed_roots(session, form.id, [decision.root_id]):
        hindrance = Reason("decision_submission_removed")
    elif decision.kind == REVIEW and later_review(session, decision):
        hindrance = Reason("decision_superseded")
    elif visited.is_given_away_by(decision.text, decision.why):
        hindrance = Reason("decision_names_a_home")
    elif decision.kind == FOLLOW_UP:
        hindrance = no_follow_up(visited)
    session.expunge(decision)
    return Order(decision, form.form_id, label, hindrance)


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


def _follow_up(central: Central, order: Order, must_be_ours: Callable[[], None]) -> None:
    central.ensure_entity_list(LIST, PROPERTIES)
    must_be_ours()
    try:
        central.create_entities(LIST, [as_entity(order)])
    except CentralProblem as problem:
        if not problem.is_conflict:
            raise
        _must_be_there(central, order)


def as_entity(order: Order) -> Json:
    """Write a follow-up as an entity: every value text."""
    decision = order.decision
    data = {
        "facility": decision.facility_id or "", "question": decision.text or "", "reason": decision.why or "",
        "deadline": decision.deadline.isoformat() if decision.deadline else "", "decision": order.reference,
    }  # fmt: skip
    return {"uuid": decision.uuid, "label": order.label, "data": data}


def _must_be_there(central: Central, order: Order) -> None:
    """The id is taken: by this very follow-up, whose answer was lost; or it was deleted at Central since."""
    try:
        found = central.entity(LIST, order.decision.uuid)
    except CentralProblem as problem:
        if problem.reason.code == "central_not_found":
            raise CentralProblem("follow_up_deleted", passes=False) from None
        raise
    if found["currentVersion"]["data"].get("decision") != order.reference:
        raise CentralProblem("follow_up_id_taken", passes=False)


_EFFECTS: dict[str, Callable[[Central, Order, Callable[[], None]], None]] = {
    REVIEW: _review, COMMENT: _comment, FOLLOW_UP: _follow_up,
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
