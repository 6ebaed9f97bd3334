"""Bring assignments to phones as they stand, and take them back: each is an entity whose id was chosen with it.

Whatever may have happened already bears to be done again: an entity that is there is compared and brought up to date,
one that is to be gone may be gone. So an answer that was lost, or a worker that died, costs nothing but another look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.assignments.giving import unfit_for_phones
from server.assignments.states import GIVEN, OPEN, SENT
from server.assignments.tables import Assignment
from server.db import Json, now, snapshot, writing
from server.decisions.tables import Decision
from server.disclosure.viewer import PHONE
from server.phones.places import of_assignment
from server.register.at_central import IdsAt
from server.roles.tables import Team
from server.rounds.tables import Round
from server.submissions.tables import Form
from server.visits.places import known_place, place_name
from server.words import catalogue
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.sending.place_ids import ids_at

LIST = "follow_ups"
# what a phone is given: the place by its id in the list of facilities, never a point; `task` is what the forms show
PROPERTIES = ("facility", "kind", "question", "reason", "deadline", "decision", "team", "task", "day",
              "mode", "modules", "substitute_for", "for_team", "for_district")  # fmt: skip


@dataclass(frozen=True)
class Bringing:
    """An assignment on its way: what it says, read once, so that no transaction stays open while Central is asked."""

    assignment: Assignment
    entity: Json | None  # as phones are to have it; none where they are to have nothing
    against: Reason | None  # why they are to have nothing, though it is open

    @property
    def reference(self) -> str:
        """The mark an assignment leaves at Central."""
        return reference_of(self.assignment.uuid)


def reference_of(uuid: str) -> str:
    """Give the mark that what has this number leaves at Central."""
    return f"Tilik {uuid[:6]}"


def bring(engine: Engine, central: Central, assignment_id: int, must_be_ours: Callable[[], None]) -> None:
    """Let Central have an assignment as it stands here. `must_be_ours` is called right before the effect.

    Raises CentralProblem, whose reason is also noted with the assignment.
    """
    ids = ids_at(engine, central)
    with snapshot(engine) as session:
        order = _order(session, ids, assignment_id)
    if order.entity is not None and order.assignment.state == SENT:
        return
    try:
        if order.entity is None:
            _take_back(central, order, must_be_ours)
        else:
            _send(central, order, order.entity, must_be_ours)
    except CentralProblem as problem:
        _note(engine, order, problem=problem.reason)
        raise
    if order.entity is None:
        _note(engine, order, sent_at=None, problem=order.against)
    else:
        _note(engine, order, sent_at=now(), problem=None, state=SENT)


def _order(session: Session, ids: IdsAt, assignment_id: int) -> Bringing:
    found = session.get_one(Assignment, assignment_id)
    _must_be_of(session, ids.project, found)
    place = known_place(session, found.facility_id)
    team = session.get_one(Team, found.team_id).name if found.team_id else ""
    against = None
    if found.state in OPEN:
        against = unfit_for_phones(place)
        if place.is_given_away_by(found.question, found.why, team):
            against = Reason("decision_names_a_home")
    entity = None
    if found.state in OPEN and against is None:
        label = place_name(session, place, catalogue("id"), PHONE)
        entity = as_entity(found, ids, f"{team}: {label}" if team else label, place.place.kinds[0] or "", team)
    session.expunge(found)
    return Bringing(found, entity, against)


def _must_be_of(session: Session, project: int, found: Assignment) -> None:
    """Refuse what belongs to another project at Central."""
    query = select(Round.project).filter_by(id=found.round_id)
    if found.decision_id is not None:
        query = select(Form.project).join(Decision, Decision.form_pk == Form.id)
        query = query.where(Decision.id == found.decision_id)
    other = session.scalar(query)
    if other not in (None, project):
        raise CentralProblem("decision_of_another_project", passes=False, project=str(other))


def as_entity(found: Assignment, ids: IdsAt, label: str, kind: str, team: str) -> Json:
    """Write an assignment as an entity: every value text, places by the ids that the project has for them."""
    words, question = catalogue("id"), found.question or ""
    data = {
        "facility": ids.turned(found.facility_id), "kind": kind, "question": question, "reason": found.why or "",
        "deadline": found.deadline.isoformat(), "decision": reference_of(found.uuid), "team": team,
        "task": words.say("assignment.on_phone", question=question, deadline=words.show(found.deadline)),
        "day": found.deadline.isoformat() if found.mode else "", "mode": found.mode or "",
        "modules": found.modules or "", "substitute_for": ids.turned(found.substitute_for or ""),
    }  # fmt: skip
    return {"uuid": found.uuid, "label": label, "data": data | of_assignment(found)}


def _send(central: Central, order: Bringing, entity: Json, must_be_ours: Callable[[], None]) -> None:
    central.ensure_entity_list(LIST, PROPERTIES)
    must_be_ours()
    if order.assignment.sent_at is None:
        try:
            central.create_entities(LIST, [entity])
            return
        except CentralProblem as problem:
            if not problem.is_conflict:
                raise
    if _there(central, order) != entity["data"]:
        central.update_entity(LIST, entity)


def _there(central: Central, order: Bringing) -> dict[str, Any]:
    """Give what Central has under this number: this very assignment; or it was deleted there since, by a person."""
    try:
        found = central.entity(LIST, order.assignment.uuid)
    except CentralProblem as problem:
        if problem.reason.code == "central_not_found":
            raise CentralProblem("follow_up_deleted", passes=False) from None
        raise
    data: dict[str, Any] = found["currentVersion"]["data"]
    if data.get("decision") != order.reference:
        raise CentralProblem("follow_up_id_taken", passes=False)
    return data


def _take_back(central: Central, order: Bringing, must_be_ours: Callable[[], None]) -> None:
    """Delete it, also where it is not known to be there: the answer to its sending may have been lost."""
    must_be_ours()
    try:
        central.delete_entity(LIST, order.assignment.uuid)
    except CentralProblem as problem:
        if problem.reason.code != "central_not_found":
            raise


def _note(engine: Engine, order: Bringing, **values: Any) -> None:
    """Note what became of it; what was changed here meanwhile has its own job, and stays to be sent."""
    one, seen = Assignment, order.assignment
    as_it_was = (one.id == seen.id) & (one.state == seen.state) & (one.deadline == seen.deadline) & (
        one.changed_at.is_not_distinct_from(seen.changed_at))  # fmt: skip
    of_both = {name: value for name, value in values.items() if name != "state"}
    with writing(engine) as session:
        session.execute(update(one).where(as_it_was).values(**values))
        if seen.decision_id is not None and seen.state == GIVEN:
            session.execute(update(Decision).where(Decision.id == seen.decision_id).values(**of_both))
