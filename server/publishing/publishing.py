"""Publishing by a page: a plan is asked for, shown, agreed to as it is, and carried out step by step by a job.

The job says here how far it is. What it began is not asked about again: who takes it over after a death goes on.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import Json, now
from server.publishing.kept import KeptPlan
from server.publishing.tables import Publishing, PublishingStep
from server.roles.account import Account, must
from server.roles.table import Permission
from server.work.kinds import CarryOut, PlanPublishing
from server.work.queue import ask, give_up, is_to_go_on
from verification.reason import Reason, WithReason

STEP_KINDS = LIST, FORM, CHANGES, ROWS = "list", "form", "changes", "rows"
STEP_STATES = WAITING, DOING, DONE, KEPT_BACK, FAILED = "waiting", "doing", "done", "kept_back", "failed"


class NotPublished(WithReason):
    """Something about publishing that cannot be so, with the reason."""


def newest_publishing(session: Session, project: int) -> Publishing | None:
    """Find what was asked for last."""
    query = select(Publishing).filter_by(project=project).order_by(Publishing.id.desc())
    return session.scalar(query.limit(1))


def steps_of(session: Session, number: int) -> Sequence[PublishingStep]:
    """List the steps of what was agreed to, in their order."""
    query = select(PublishingStep).filter_by(publishing_id=number)
    return session.scalars(query.order_by(PublishingStep.number)).all()


def ask_for_plan(session: Session, project: int, by: Account) -> Publishing:
    """Ask for a plan, in place of any before. Raises NotPublished while one is carried out, Forbidden."""
    must(by, Permission.PUBLISH_FORMS)
    last = newest_publishing(session, project)
    if last is not None and last.ended_at is None:
        if last.agreed_at is not None and is_to_go_on(session, CarryOut(last.id)):
            raise NotPublished("publishing_goes_on")
        last.ended_at = now()
        for work in (PlanPublishing(last.id), CarryOut(last.id)):
            give_up(session, work)
    made = Publishing(project=project, asked_by=by.label, asked_at=now())
    session.add(made)
    session.flush()
    write_down(session, Act(by.label, "publishing_planned", f"publishing:{made.id}"))
    ask(session, PlanPublishing(made.id))
    return made


def agree(session: Session, project: int, number: int, digest: str, by: Account) -> None:
    """Agree to a plan, just as it was shown. Raises NotPublished where it is another by now, Forbidden."""
    must(by, Permission.PUBLISH_FORMS)
    last = newest_publishing(session, project)
    if last is None or last.id != number:
        raise NotPublished("publishing_plan_not_true")
    session.refresh(last, with_for_update=True)  # of two who agree at once one does
    if last.plan is None or last.digest != digest or last.ended_at is not None:
        raise NotPublished("publishing_plan_not_true")
    if last.agreed_at is not None:
        return
    if not KeptPlan.of(last.plan).acts:
        raise NotPublished("publishing_nothing_to_do")
    last.agreed_by, last.agreed_at, last.changed = by.label, now(), False
    write_down(session, Act(by.label, "forms_published", f"publishing:{last.id}", after=digest))
    ask(session, CarryOut(last.id))


# ── what the job says ────────────────────────────────────────────────────────────────────────────────────────────────


def living(session: Session, number: int) -> Publishing | None:
    """Find what is to be planned or carried out; none where it has ended."""
    found = session.get(Publishing, number)
    return found if found is not None and found.ended_at is None else None


def keep_plan(session: Session, number: int, plan: KeptPlan, digest: str) -> None:
    """Keep a plan for the page; one in place of another that was agreed to has to be agreed to itself."""
    found = living(session, number)
    if found is not None and found.begun_at is None:
        found.changed = found.agreed_at is not None
        found.plan, found.digest, found.planned_at = plan.kept(), digest, now()
        found.agreed_by = found.agreed_at = None


def begin(session: Session, number: int, steps: Sequence[tuple[str, str]]) -> None:
    """Note that what was agreed to is carried out from now on, and its steps: of which kind, and with what."""
    found = living(session, number)
    if found is not None and found.begun_at is None:
        found.begun_at = now()
        session.add_all(PublishingStep(publishing_id=number, number=at, kind=kind, name=name, state=WAITING)
                        for at, (kind, name) in enumerate(steps, start=1))  # fmt: skip


def note_step(
    session: Session, step_id: int, state: str, stage: str | None = None, result: Json | None = None,
    problem: Reason | None = None,
) -> None:  # fmt: skip
    """Note how a step goes."""
    step = session.get_one(PublishingStep, step_id)
    step.state, step.result, step.problem = state, result, problem
    step.stage = stage or (step.stage if state in (FAILED, KEPT_BACK) else None)
    step.ended_at = now() if state in (DONE, KEPT_BACK, FAILED) else None


def end(session: Session, number: int) -> None:
    """Note that all steps were gone through."""
    found = living(session, number)
    if found is not None:
        found.ended_at = now()
