"""What a person is shown of one submission before deciding: what Central says of it, and what was decided so far.

No answer and no file is in it; a home for children is named by kind and subdistrict alone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import newest_number, zone_of
from server.db import among
from server.decisions.deciding import decisions_on, lists_to_confirm
from server.decisions.tables import Decision
from server.moments import from_central
from server.rounds.states import PLANNED
from server.rounds.tables import Round
from server.submissions.changes import changes_of
from server.submissions.replacing import replaced_versions
from server.submissions.tables import Form, Submission, SubmissionState
from server.visits.places import place_name, visited_place
from server.words import Catalogue
from server.work.kinds import WriteBack
from server.work.queue import RUNNING, WAITING
from server.work.tables import Job


@dataclass(frozen=True)
class VersionView:
    """A kept version, by its number from 1, and the questions it answers differently from the one before."""

    number: int
    instance_id: str
    form_version: str | None
    current: bool
    changed: tuple[str, ...]


@dataclass(frozen=True)
class ReplacedView:
    """That something else was kept of a version before, until when, and why no longer."""

    number: int
    replaced_at: datetime
    cause: str


@dataclass(frozen=True)
class DecisionView:
    """A decision, and what became of it: sent, waits or failed, with a sentence where something is in its way."""

    kind: str
    review_state: str | None
    text: str | None
    why: str | None
    deadline: date | None
    version: str
    decided_by: str
    decided_at: datetime
    sent_at: datetime | None
    outcome: str
    problem: str | None


@dataclass(frozen=True)
class SubmissionView:
    """A submission as a page shows it; `rounds` (id, name) are those a person may choose from, where that is asked."""

    form_pk: int
    form_id: str
    root_id: str
    version: str
    place: str
    can_follow_up: bool
    submitted_at: datetime
    deleted_at: datetime | None
    review_state: str | None
    attachments_present: int
    attachments_expected: int
    problem: str | None
    zone: str
    day: date | None
    round: str | None
    rounds: tuple[tuple[str, str], ...]
    versions: tuple[VersionView, ...]
    replaced: tuple[ReplacedView, ...]
    decisions: tuple[DecisionView, ...]
    lists_to_confirm: tuple[str, ...]


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
    place = visited_place(session, form.id, state.instance_id)
    problem = state.problem or state.aside
    rounds = {found.id: found.name for found in session.scalars(select(Round).where(Round.state != PLANNED))}
    return SubmissionView(
        form_pk=form.id,
        form_id=form.form_id,
        root_id=root_id,
        version=state.instance_id,
        place=place_name(session, place, words),
        can_follow_up=place.facility is not None,
        submitted_at=from_central(state.submitted_at),
        deleted_at=_moment(state.deleted_at or state.gone_at),
        review_state=state.review_state,
        attachments_present=state.attachments_present,
        attachments_expected=state.attachments_expected,
        problem=words.reason(problem) if problem else None,
        zone=zone_of(session, newest_number(session), state.district or ""),
        day=state.day,
        round=rounds.get(state.round_id or ""),
        rounds=tuple(sorted(rounds.items())) if state.chosen_round_id or state.round_id is None else (),
        versions=_versions(session, state),
        replaced=tuple(
            ReplacedView(one.number, one.replaced_at, one.cause) for one in replaced_versions(session, form.id, root_id)
        ),
        decisions=_decisions(session, form.id, root_id, words),
        lists_to_confirm=tuple(lists_to_confirm(session, form.id, root_id)),
    )


def _moment(text: str | None) -> datetime | None:
    return from_central(text) if text else None


def _versions(session: Session, state: SubmissionState) -> tuple[VersionView, ...]:
    query = select(Submission.number, Submission.instance_id, Submission.form_version)
    rows = session.execute(query.filter_by(form_pk=state.form_pk, root_id=state.root_id).order_by(Submission.number))
    changes = dict(changes_of(session, state.form_pk, state.root_id))
    return tuple(
        VersionView(*row, current=row.instance_id == state.instance_id,
                    changed=tuple(path for path, _, _ in changes.get(row.number, ())))
        for row in rows
    )  # fmt: skip


def _decisions(session: Session, form_pk: int, root_id: str, words: Catalogue) -> tuple[DecisionView, ...]:
    decisions = decisions_on(session, form_pk, root_id)
    keys = [WriteBack(decision.id).key for decision in decisions]
    jobs = select(Job).where(Job.kind == WriteBack.kind, among(session, Job.key, keys)).order_by(Job.id)
    newest = {job.key: job for job in session.scalars(jobs)}
    return tuple(_decision(one, newest.get(WriteBack(one.id).key), words) for one in decisions)


def _decision(decision: Decision, job: Job | None, words: Catalogue) -> DecisionView:
    waits = job is not None and job.state in (WAITING, RUNNING)
    problem = decision.problem or (job.problem if job else None)
    return DecisionView(
        kind=decision.kind, review_state=decision.review_state, text=decision.text, why=decision.why,
        deadline=decision.deadline, version=decision.instance_id, decided_by=decision.decided_by,
        decided_at=decision.decided_at, sent_at=decision.sent_at,
        outcome="sent" if decision.sent_at else "waits" if waits else "failed",
        problem=words.reason(problem) if problem else None,
    )  # fmt: skip
