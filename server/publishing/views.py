"""The page of publishing as it is shown: the plan in sentences, how each step went, what may be done now."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.db import now
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.publishing.kept import BLOCKED, CHANGED, UNCHANGED, AgainHere, KeptPlan, PlannedForm, PlannedList
from server.publishing.publishing import FAILED, FORM, KEPT_BACK, ROWS, newest_publishing, steps_of
from server.publishing.tables import Publishing, PublishingStep
from server.work.kinds import CarryOut, PlanPublishing
from server.work.queue import FAILED as JOB_FAILED
from server.work.queue import RUNNING, is_to_go_on, newest_job
from server.work.tables import Job
from verification.disclosing.counts import Count, CountOf

_NAMED = 12  # of what a form changes, of each kind


class PublishingStands(StrEnum):
    """How what was asked for last stands."""

    PLANNING = "planning"
    PLANNED = "planned"
    AGREED = "agreed"
    ACTING = "acting"
    DEAD = "dead"  # its worker died; another takes it up
    STOPPED = "stopped"
    DONE = "done"
    KEPT_BACK = "kept_back"


@view
class PlanLine:
    """What is to be done with something, and what belongs to it; `wrong` where it is refused."""

    said: Cleared
    more: tuple[Cleared, ...] = ()
    wrong: bool = False


@view
class AgainLine:
    """A district with places to ask again, by what the forms newly ask."""

    round_id: Cleared
    district: Cleared
    name: Cleared
    places: Cleared
    homes: Cleared | None


@view
class PublishingPlan:
    """A plan; `lines` say what is made, `refused` what is not and why."""

    number: int
    digest: Cleared
    planned_ago: Cleared
    acts: bool
    lines: tuple[PlanLine, ...]
    refused: tuple[PlanLine, ...]
    notes: tuple[Cleared, ...]
    again: tuple[AgainLine, ...]


@view
class StepShown:
    """A step and how it went; `live` tells what phones have where it failed."""

    said: Cleared
    state: Cleared
    code: Cleared
    why: Cleared | None
    live: Cleared | None


@view
class PublishingShown:
    """What was asked for last; `state` says how it stands, `problem` what stopped it."""

    state: Cleared
    plan: PublishingPlan | None
    steps: tuple[StepShown, ...]
    problem: Cleared | None
    may_agree: bool
    may_plan: bool
    goes_on: bool
    changed: bool
    ended: bool


def publishing_shown(session: Session, project: int, clear: Clearance) -> PublishingShown | None:
    """Give what was asked for last, as it stands; None where nobody has asked yet."""
    found = newest_publishing(session, project)
    if found is None:
        return None
    work = PlanPublishing(found.id) if found.agreed_at is None else CarryOut(found.id)
    job = None if found.ended_at else newest_job(session, work)
    goes_on = found.ended_at is None and (found.plan is None or found.agreed_at is not None)
    steps = steps_of(session, found.id)
    plan = KeptPlan.of(found.plan) if found.plan else None
    live = {form.form_id: form.published for form in plan.forms} if plan else {}
    return PublishingShown(
        clear.say(f"publishing.is_{_state(found, job, steps)}"),
        _plan(session, found, plan, clear) if plan and found.digest else None,
        tuple(_step(step, live.get(step.name), clear) for step in steps),
        _problem(job, clear) if goes_on else None,
        may_agree=bool(plan and plan.acts and found.agreed_at is None and found.ended_at is None),
        may_plan=not (found.agreed_at and found.ended_at is None and is_to_go_on(session, work)),
        goes_on=goes_on, changed=found.changed, ended=found.ended_at is not None,
    )  # fmt: skip


def _state(found: Publishing, job: Job | None, steps: Sequence[PublishingStep]) -> PublishingStands:
    if found.ended_at is not None:
        return (
            PublishingStands.KEPT_BACK
            if any(step.state in (KEPT_BACK, FAILED) for step in steps)
            else PublishingStands.DONE
        )
    if job is not None and job.state == JOB_FAILED:
        return PublishingStands.STOPPED
    if found.plan is None:
        return PublishingStands.PLANNING
    if found.agreed_at is None:
        return PublishingStands.PLANNED
    if job is not None and job.state == RUNNING and job.lease_until is not None and job.lease_until < now():
        return PublishingStands.DEAD
    return PublishingStands.ACTING if found.begun_at else PublishingStands.AGREED


def _problem(job: Job | None, clear: Clearance) -> Cleared | None:
    """Say what went wrong with the job itself, and that it is tried again where it is."""
    if job is None or job.problem is None:
        return None
    why = clear.why(job.problem).sentence
    return why if job.state == JOB_FAILED else clear.say("publishing.tried_again", why=why, moment=job.run_at)


def _plan(session: Session, found: Publishing, plan: KeptPlan, clear: Clearance) -> PublishingPlan:
    names = names_of(session, None, [one.district for one in plan.again])
    stays = [form.form_id for form in plan.forms if form.step == UNCHANGED]
    notes = [clear.say("plan.unchanged", count=len(stays), forms=_some(stays, clear))] if stays else []
    if plan.encrypted:
        notes.append(clear.say("plan.encrypted"))
    if plan.shown_by:
        notes.append(clear.say("plan.shown_by", name=clear.id("facilities"), properties=_some(plan.shown_by, clear)))
    shut = [form.form_id for form in plan.forms if form.shut]
    if shut:
        notes.append(clear.say("forms.not_open", forms=_some(shut, clear)))
    return PublishingPlan(
        found.id, clear.id(found.digest or ""), clear.ago(found.planned_at or found.asked_at), plan.acts,
        lines=(*(line for one in plan.lists for line in _list(one, clear)),
               *(_form(form, clear) for form in plan.forms if form.acts),
               *(line for one in plan.lists for line in _rows(one, clear))),
        refused=tuple(_refused(form, clear) for form in plan.forms if form.step == BLOCKED),
        notes=tuple(notes), again=tuple(_again(one, names.get(one.district, one.district), clear)
                                        for one in plan.again),
    )  # fmt: skip


def _form(form: PlannedForm, clear: Clearance) -> PlanLine:
    said = clear.say(f"plan.{form.step}", form=clear.id(form.form_id), version=clear.id(form.version),
                     published=clear.id(form.published or ""))  # fmt: skip
    back = (clear.say("plan.back", version=clear.id(form.version)),) if form.back else ()
    return PlanLine(said, (*back, *(_changes(form, clear) if form.step == CHANGED else ())))


def _changes(form: PlannedForm, clear: Clearance) -> Iterable[Cleared]:
    if form.changes is None:
        return [clear.say("plan.not_known")]
    if not form.changes:
        return [clear.say("plan.rules_only")]
    return [clear.say(f"plan.{kind}", names=_some(names, clear)) for kind, names in form.changes.kept().items()]


def _refused(form: PlannedForm, clear: Clearance) -> PlanLine:
    why = clear.why(form.why).sentence if form.why else clear.say("report.place_unknown")
    live = (clear.say("publishing.stays_live", version=clear.id(form.published)),) if form.published else ()
    return PlanLine(clear.say("plan.blocked", form=clear.id(form.form_id), why=why), live, wrong=True)


def _list(one: PlannedList, clear: Clearance) -> Iterable[PlanLine]:
    if one.is_new or one.properties:
        key = "plan.list_new" if one.is_new else "plan.list_lacks"
        yield PlanLine(clear.say(key, name=clear.id(one.name), properties=_some(one.properties, clear)))


def _rows(one: PlannedList, clear: Clearance) -> Iterable[PlanLine]:
    if one.created or one.updated or one.deleted:
        counts = {"created": one.created, "updated": one.updated, "deleted": one.deleted}
        yield PlanLine(clear.say("plan.rows", name=clear.id(one.name), **counts))


def _again(one: AgainHere, name: str, clear: Clearance) -> AgainLine:
    homes = clear.count(Count(one.homes, CountOf.PROTECTED)) if one.homes else None
    return AgainLine(clear.id(one.round_id), clear.id(one.district), clear.ours(name),
                     clear.count(Count(one.places, CountOf.THINGS)), homes)  # fmt: skip


def _step(step: PublishingStep, live: str | None, clear: Clearance) -> StepShown:
    name, result = clear.id(step.name), step.result or {}
    if step.kind == ROWS and result:
        counts = {key: result[key] for key in ("created", "updated", "deleted")}
        said = clear.say("plan.rows", name=name, **counts)
    else:
        said = clear.say(f"publishing.step_{step.kind}", name=name)
    state = clear.say(f"publishing.state_{step.state}")
    if step.stage and step.state != "done":
        state = clear.joined(state, clear.say(f"publishing.stage_{step.stage}"))
    failed = step.kind == FORM and step.state in (KEPT_BACK, FAILED)
    why = clear.why(step.problem).sentence if step.problem else None
    if why is not None and result.get("kept_back"):
        why = clear.say("publishing.rows_kept_back", count=result["kept_back"], why=why)
    stays = clear.say("publishing.stays_live", version=clear.id(live)) if live else clear.say("publishing.none_live")
    return StepShown(said, state, clear.id(step.state), why, stays if failed else None)


def _some(names: Sequence[str], clear: Clearance) -> Cleared:
    named = clear.joined(*map(clear.id, names[:_NAMED]))
    more = len(names) - _NAMED
    return clear.joined(named, clear.say("publishing.more", count=more)) if more > 0 else named
