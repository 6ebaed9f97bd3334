"""What a person is shown of one submission before deciding: what Central says of it, and what was decided so far.

No answer and no file is in it; a home for children is named by kind and subdistrict alone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.decisions.deciding import WRITE_BACK, decisions_on, lists_to_confirm
from server.decisions.tables import Decision
from server.register.naming import public_name, visited_place
from server.submissions.changes import changes_of
from server.submissions.tables import Form, Submission, SubmissionState
from server.words import Catalogue
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
    """A submission as a page shows it."""

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
    versions: tuple[VersionView, ...]
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
    return SubmissionView(
        form_pk=form.id,
        form_id=form.form_id,
        root_id=root_id,
        version=state.instance_id,
        place=public_name(session, place, words),
        can_follow_up=place.facility is not None,
        submitted_at=datetime.fromisoformat(state.submitted_at),
        deleted_at=_moment(state.deleted_at or state.gone_at),
        review_state=state.review_state,
        attachments_present=state.attachments_present,
        attachments_expected=state.attachments_expected,
        problem=words.problem(state.problem) if state.problem else None,
        versions=_versions(session, state),
        decisions=tuple(_decision(session, d, words) for d in decisions_on(session, form.id, root_id)),
        lists_to_confirm=tuple(lists_to_confirm(session, form.id, root_id)),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _versions(session: Session, state: SubmissionState) -> tuple[VersionView, ...]:
    query = select(Submission.number, Submission.instance_id, Submission.form_version)
    rows = session.execute(query.filter_by(form_pk=state.form_pk, root_id=state.root_id).order_by(Submission.number))
    changes = dict(changes_of(session, state.form_pk, state.root_id))
    return tuple(
        VersionView(*row, current=row.instance_id == state.instance_id,
                    changed=tuple(path for path, _, _ in changes.get(row.number, ())))
        for row in rows
    )  # fmt: skip


def _decision(session: Session, decision: Decision, words: Catalogue) -> DecisionView:
    newest = select(Job).filter_by(kind=WRITE_BACK, key=str(decision.id)).order_by(Job.id.desc()).limit(1)
    job = session.scalar(newest)
    waits = job is not None and job.state in (WAITING, RUNNING)
    problem = decision.problem or (job.problem if job else None)
    return DecisionView(
        kind=decision.kind, review_state=decision.review_state, text=decision.text, why=decision.why,
        deadline=decision.deadline, version=decision.instance_id, decided_by=decision.decided_by,
        decided_at=decision.decided_at, sent_at=decision.sent_at,
        outcome="sent" if decision.sent_at else "waits" if waits else "failed",
        problem=words.problem(problem) if problem else None,
    )  # fmt: skip
