"""What a person is shown of one submission before deciding: what Central says of it, and what was decided so far.

Its evidence is beside it (`server.decisions.evidence_view`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.assignments.states import state_at
from server.assignments.tables import Assignment
from server.db import among, now
from server.decisions.deciding import lists_of, no_follow_up
from server.decisions.evidence_view import EvidenceView, load_known, view_evidence
from server.decisions.tables import Decision
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.moments import from_central
from server.people.tables import Person
from server.roles.account import Account
from server.roles.queries import number_of
from server.rounds.states import PLANNED
from server.rounds.tables import Round
from server.submissions.replaced_shown import ReplacedShown, shown_replaced
from server.submissions.standing import Standing
from server.submissions.tables import Form, SubmissionState
from server.visits.history import VisitedVersion
from server.visits.places import VisitedPlace
from server.visits.reading import VISIT
from server.words import Catalogue
from server.work.kinds import Assign, Work, WriteBack
from server.work.queue import RUNNING, WAITING
from server.work.tables import Job


@view
class DecisionView:
    """A decision, and what became of it: sent, waits or failed, with a sentence where something is in its way.

    `assignment` is the state of the one that a follow-up is; its last day is the one that stands.
    """

    kind: Cleared
    review_state: Cleared | None
    text: Cleared | None
    why: Cleared | None
    deadline: date | None
    version: Cleared
    decided_by: Cleared
    decided_at: datetime
    sent_at: datetime | None
    outcome: Cleared
    problem: Cleared | None
    assignment: Cleared | None


@view
class ChoosableRound:
    """A round that a person may choose."""

    id: Cleared
    name: Cleared


@view
class SubmissionView:
    """A submission as a page shows it; `rounds` are those a person may choose from, where that is asked."""

    state_id: int
    form_pk: int
    form_id: Cleared
    root_id: Cleared
    version: Cleared
    no_follow_up: Cleared | None
    submitted_at: datetime
    deleted_at: datetime | None
    review_state: Cleared | None
    attachments_present: int
    attachments_expected: int
    problem: Cleared | None
    zone: Cleared
    day: date | None
    district: Cleared | None
    round_id: Cleared | None
    round: Cleared | None
    rounds: tuple[ChoosableRound, ...]
    replaced: tuple[ReplacedShown, ...]
    decisions: tuple[DecisionView, ...]
    lists_to_confirm: tuple[Cleared, ...]
    evidence: EvidenceView


@view
class Decidable:
    """A submission about which somebody may decide on another page than its own."""

    form_id: Cleared
    root_id: Cleared
    version: Cleared
    lists_to_confirm: tuple[Cleared, ...]


def decidable(visit: VisitedVersion, lists: Iterable[str], clear: Clearance) -> Decidable | None:
    """Give what a form needs to decide about a visit's current version; None where nothing is left to decide about.

    `lists` are what approving it would write to, as `lists_of` names them.
    """
    if visit.standing in (Standing.DELETED, Standing.GONE):
        return None
    return Decidable(clear.id(visit.form_id), clear.id(visit.root_id), clear.id(visit.instance_id),
                     tuple(map(clear.id, lists)))  # fmt: skip


def state_of(session: Session, project: int, form_id: str, root_id: str) -> SubmissionState | None:
    """Find what Central last said of a submission; None where nothing is known of it."""
    query = select(SubmissionState).join(Form, Form.id == SubmissionState.form_pk)
    query = query.where(Form.project == project, Form.form_id == form_id, SubmissionState.root_id == root_id)
    return session.scalars(query).one_or_none()


def view_submission(session: Session, state_id: int, words: Catalogue, viewer: Viewer, by: Account) -> SubmissionView:
    """Look at a submission."""
    state, form, round_name = session.execute(_state(state_id)).one()
    known, root_id = load_known(session, state), state.root_id
    words, viewer = words.at(known.zone), viewer.of_form(form.read_as)
    clear, visited = Clearance(words, viewer=viewer), known.visited
    problem, decisions = state.problem or state.aside, _decided(session, form.id, root_id)
    return SubmissionView(
        state_id=state.id,
        form_pk=form.id,
        form_id=clear.id(form.form_id),
        root_id=clear.id(root_id),
        version=clear.id(state.instance_id),
        no_follow_up=clear.why(hindrance).sentence if (hindrance := no_follow_up(visited)) else None,
        submitted_at=from_central(state.submitted_at),
        deleted_at=_moment(state.deleted_at or state.gone_at),
        review_state=clear.code("review", state.review_state) if state.review_state else None,
        attachments_present=state.attachments_present,
        attachments_expected=state.attachments_expected,
        problem=clear.why(problem).sentence if problem else None,
        zone=clear.ours(known.zone),
        day=state.day,
        district=clear.id(state.district) if state.district else None,
        round_id=clear.id(state.round_id) if state.round_id else None,
        round=clear.ours(round_name) if round_name else None,
        rounds=_choosable(session, clear) if _asks_for_a_round(state, form) else (),
        replaced=shown_replaced(session, form.id, root_id, clear),
        decisions=_decisions(session, decisions, visited, clear),
        lists_to_confirm=tuple(map(clear.id, lists_of(form.approval_lists, (one.problem for one, _, _ in decisions)))),
        evidence=view_evidence(session, state, known, form.project, words, viewer, by),
    )


def _state(state_id: int) -> Select[SubmissionState, Form, str]:
    query = select(SubmissionState, Form, Round.name).join(Form, Form.id == SubmissionState.form_pk)
    return query.outerjoin(Round, Round.id == SubmissionState.round_id).where(SubmissionState.id == state_id)


def _asks_for_a_round(state: SubmissionState, form: Form) -> bool:
    """Tell whether somebody may choose a round: what is no visit is in none."""
    return form.read_as in (None, VISIT) and (state.chosen_round_id is not None or state.round_id is None)


def _choosable(session: Session, clear: Clearance) -> tuple[ChoosableRound, ...]:
    begun = session.scalars(select(Round).where(Round.state != PLANNED).order_by(Round.id))
    return tuple(ChoosableRound(clear.id(found.id), clear.ours(found.name)) for found in begun)


def _moment(text: str | None) -> datetime | None:
    return from_central(text) if text else None


_Decided = Sequence[tuple[Decision, Assignment | None, str | None]]


def _decided(session: Session, form_pk: int, root_id: str) -> _Decided:
    """Give the decisions about a submission, newest first: the assignment that each is, and who took it, by name."""
    query = (
        select(Decision, Assignment, Person.name)
        .outerjoin(Assignment, Assignment.decision_id == Decision.id)
        .outerjoin(Person, Person.id == number_of(Decision.decided_by))
        .where(Decision.form_pk == form_pk, Decision.root_id == root_id)
        .order_by(Decision.id.desc())
    )
    return [(decision, given, name) for decision, given, name in session.execute(query)]


def _decisions(
    session: Session, decisions: _Decided, visited: VisitedPlace, clear: Clearance
) -> tuple[DecisionView, ...]:
    if not decisions:
        return ()
    work: dict[int, Work] = {one.id: Assign(given.id) if given else WriteBack(one.id) for one, given, _ in decisions}
    newest = _newest_jobs(session, work.values())
    return tuple(
        _decision(one, given, newest.get((work[one.id].kind, work[one.id].key)),
                  DecidedBy(visited, clear, name or one.decided_by))
        for one, given, name in decisions
    )  # fmt: skip


def _newest_jobs(session: Session, work: Iterable[Work]) -> dict[tuple[str, str], Job]:
    kinds, keys = (WriteBack.kind, Assign.kind), {one.key for one in work}
    jobs = select(Job).where(Job.kind.in_(kinds), among(session, Job.key, keys)).order_by(Job.id)
    return {(job.kind, job.key): job for job in session.scalars(jobs)}


@dataclass(frozen=True)
class DecidedBy:
    """What a decision is shown with: the place it is about, for whom it is cleared, who took it."""

    visited: VisitedPlace
    clear: Clearance
    name: str


def _decision(decision: Decision, given: Assignment | None, job: Job | None, beside: DecidedBy) -> DecisionView:
    visited, clear = beside.visited, beside.clear
    waits = job is not None and job.state in (WAITING, RUNNING)
    problem = (given.problem if given else None) or decision.problem or (job.problem if job else None)
    text, why = (clear.typed(typed, visited.place, visited.village) for typed in (decision.text, decision.why))
    return DecisionView(
        kind=clear.code("decision", decision.kind),
        review_state=clear.code("review", decision.review_state) if decision.review_state else None, text=text, why=why,
        deadline=given.deadline if given else decision.deadline, version=clear.id(decision.instance_id),
        decided_by=clear.ours(beside.name), decided_at=decision.decided_at, sent_at=decision.sent_at,
        outcome=clear.ours("sent" if decision.sent_at else "waits" if waits else "failed"),
        problem=clear.why(problem).sentence if problem else None,
        assignment=clear.code("assignment_state", state_at(given, now())) if given else None,
    )  # fmt: skip
