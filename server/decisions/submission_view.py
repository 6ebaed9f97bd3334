"""What a person is shown of one submission before deciding: what Central says of it, and what was decided so far.

No answer and no file is in it; a home for children is named by kind and subdistrict alone.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import newest_number, zone_of
from server.db import among
from server.decisions.deciding import decisions_on, lists_to_confirm, no_follow_up
from server.decisions.tables import Decision
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.moments import from_central
from server.rounds.states import PLANNED
from server.rounds.tables import Round
from server.submissions.changes import changes_of
from server.submissions.replaced_shown import ReplacedShown, shown_replaced
from server.submissions.tables import Form, Submission, SubmissionState
from server.visits.places import VisitedPlace, place_name, visited_place
from server.words import Catalogue
from server.work.kinds import WriteBack
from server.work.queue import RUNNING, WAITING
from server.work.tables import Job


@view
class VersionView:
    """A kept version, by its number from 1, and the questions it answers differently from the one before."""

    number: int
    instance_id: Cleared
    form_version: Cleared | None
    current: bool
    changed: tuple[Cleared, ...]


@view
class DecisionView:
    """A decision, and what became of it: sent, waits or failed, with a sentence where something is in its way."""

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


@view
class ChoosableRound:
    """A round that a person may choose."""

    id: Cleared
    name: Cleared


@view
class SubmissionView:
    """A submission as a page shows it; `rounds` are those a person may choose from, where that is asked."""

    form_pk: int
    form_id: Cleared
    root_id: Cleared
    version: Cleared
    place: Cleared
    no_follow_up: Cleared | None
    submitted_at: datetime
    deleted_at: datetime | None
    review_state: Cleared | None
    attachments_present: int
    attachments_expected: int
    problem: Cleared | None
    zone: Cleared
    day: date | None
    round: Cleared | None
    rounds: tuple[ChoosableRound, ...]
    versions: tuple[VersionView, ...]
    replaced: tuple[ReplacedShown, ...]
    decisions: tuple[DecisionView, ...]
    lists_to_confirm: tuple[Cleared, ...]


def view_submission(
    session: Session, project: int, form_id: str, root_id: str, words: Catalogue
) -> SubmissionView | None:
    """Look at a submission; None where nothing is known of it."""
    query = select(Form, SubmissionState).join(SubmissionState, SubmissionState.form_pk == Form.id)
    query = query.where(Form.project == project, Form.form_id == form_id, SubmissionState.root_id == root_id)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    form, state = row
    clear, visited = Clearance(words), visited_place(session, form.id, state.instance_id)
    problem = state.problem or state.aside
    begun = session.scalars(select(Round).where(Round.state != PLANNED).order_by(Round.id))
    choosable = [ChoosableRound(clear.id(found.id), clear.ours(found.name)) for found in begun]
    return SubmissionView(
        form_pk=form.id,
        form_id=clear.id(form.form_id),
        root_id=clear.id(root_id),
        version=clear.id(state.instance_id),
        place=place_name(session, visited, words),
        no_follow_up=clear.why(hindrance).sentence if (hindrance := no_follow_up(visited)) else None,
        submitted_at=from_central(state.submitted_at),
        deleted_at=_moment(state.deleted_at or state.gone_at),
        review_state=clear.code("review", state.review_state) if state.review_state else None,
        attachments_present=state.attachments_present,
        attachments_expected=state.attachments_expected,
        problem=clear.why(problem).sentence if problem else None,
        zone=clear.ours(zone_of(session, newest_number(session), state.district or "")),
        day=state.day,
        round=next((one.name for one in choosable if one.id == state.round_id), None),
        rounds=tuple(choosable) if state.chosen_round_id or state.round_id is None else (),
        versions=_versions(session, state, clear),
        replaced=shown_replaced(session, form.id, root_id, clear),
        decisions=_decisions(session, form.id, root_id, visited, clear),
        lists_to_confirm=tuple(map(clear.id, lists_to_confirm(session, form.id, root_id))),
    )


def _moment(text: str | None) -> datetime | None:
    return from_central(text) if text else None


def _versions(session: Session, state: SubmissionState, clear: Clearance) -> tuple[VersionView, ...]:
    query = select(Submission.number, Submission.instance_id, Submission.form_version)
    rows = session.execute(query.filter_by(form_pk=state.form_pk, root_id=state.root_id).order_by(Submission.number))
    changes = dict(changes_of(session, state.form_pk, state.root_id))
    return tuple(
        VersionView(row.number, clear.id(row.instance_id), clear.id(row.form_version) if row.form_version else None,
                    current=row.instance_id == state.instance_id,
                    changed=tuple(clear.question(path) for path, _, _ in changes.get(row.number, ())))
        for row in rows
    )  # fmt: skip


def _decisions(
    session: Session, form_pk: int, root_id: str, visited: VisitedPlace, clear: Clearance
) -> tuple[DecisionView, ...]:
    decisions = decisions_on(session, form_pk, root_id)
    keys = [WriteBack(decision.id).key for decision in decisions]
    jobs = select(Job).where(Job.kind == WriteBack.kind, among(session, Job.key, keys)).order_by(Job.id)
    newest = {job.key: job for job in session.scalars(jobs)}
    return tuple(_decision(one, newest.get(WriteBack(one.id).key), visited, clear) for one in decisions)


def _decision(decision: Decision, job: Job | None, visited: VisitedPlace, clear: Clearance) -> DecisionView:
    waits = job is not None and job.state in (WAITING, RUNNING)
    problem = decision.problem or (job.problem if job else None)
    text, why = (clear.typed(typed, visited.place, visited.village) for typed in (decision.text, decision.why))
    return DecisionView(
        kind=clear.code("decision", decision.kind),
        review_state=clear.code("review", decision.review_state) if decision.review_state else None, text=text, why=why,
        deadline=decision.deadline, version=clear.id(decision.instance_id), decided_by=clear.ours(decision.decided_by),
        decided_at=decision.decided_at, sent_at=decision.sent_at,
        outcome=clear.ours("sent" if decision.sent_at else "waits" if waits else "failed"),
        problem=clear.why(problem).sentence if problem else None,
    )  # fmt: skip
