"""Publishing for the page: the plan as it is kept, and what was agreed to carried out step by step.

Each step is noted as it goes, and looks again at Central before it acts: what it finds done it leaves, what is another
than was agreed to it does not touch. So whoever takes a job over after a death goes on where it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Engine

from server.assignments.again import Planned, parts_to_ask_again, to_ask_again
from server.audit.entries import digest_of
from server.db import Json, snapshot, writing
from server.disclosure.places import UnclearedPlace
from server.publishing import publishing
from server.publishing.kept import AgainHere, KeptPlan, PlannedForm, PlannedList
from server.publishing.publishing import CHANGES, DOING, DONE, FAILED, FORM, KEPT_BACK, LIST, ROWS, living, note_step
from server.publishing.tables import PublishingStep
from server.register.tables import Facility
from server.work.kinds import Phones
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.sending.child_form import keep_child_page
from workers.sending.form_plans import FormStep, plan_forms, writes_to
from workers.sending.listing import ListPlan
from workers.sending.plan import PublishPlan, is_in_a_round, note_what_changed, plan_publishing
from workers.sending.publish import PHONE_LISTS, is_of_one_form, publish_list, wanted_lists
from xlsforms.build import BuiltForm, build_with_childs

Outcome = tuple[str, Json | None, Reason | None]
_DONE: Outcome = (DONE, None, None)


def make_plan(engine: Engine, central: Central, number: int) -> None:
    """Plan for who asked. Raises CentralProblem where Central says nothing."""
    with snapshot(engine) as session:
        found = living(session, number)
    if found is not None and found.plan is None:
        _keep(engine, central, number, plan_publishing(engine, central, build_with_childs()))


def carry_out_plan(engine: Engine, central: Central, number: int, must_be_ours: Callable[[], None]) -> None:
    """Do what was agreed to, if it is still so; what stands in the way of one step stops no other.

    Raises CentralProblem where Central takes nothing: steps that were not gone through are, once it is asked again.
    """
    built = build_with_childs()
    with snapshot(engine) as session:
        found = living(session, number)
    if found is None or found.agreed_at is None or found.plan is None:
        return
    if found.begun_at is None:
        plan = plan_publishing(engine, central, built)
        if _digest(plan) != found.digest:
            _keep(engine, central, number, plan)
            return
        with writing(engine) as session:
            publishing.begin(session, number, _steps(plan))
    doer = _Doer(engine, central, {form.form_id: form for form in built}, KeptPlan.of(found.plan))
    with snapshot(engine) as session:
        left = [step for step in publishing.steps_of(session, number) if step.state not in (DONE, KEPT_BACK)]
    for step in left:
        must_be_ours()
        if not _is_living(engine, number):
            return
        doer.do(step)
    keep_child_page(engine, central, built)
    with writing(engine) as session:
        publishing.end(session, number)
        ask(session, Phones())


def _is_living(engine: Engine, number: int) -> bool:
    with snapshot(engine) as session:
        return living(session, number) is not None


def _steps(plan: PublishPlan) -> list[tuple[str, str]]:
    lists = [(LIST, gap.name) for gap in plan.lists if gap]
    forms = [(FORM, form.form_id) for form in plan.forms if form.acts]
    return [*lists, *forms, (CHANGES, ""), *((ROWS, rows.name) for rows in plan.rows)]


class _Doer:
    def __init__(self, engine: Engine, central: Central, built: Mapping[str, BuiltForm], agreed: KeptPlan) -> None:
        self._engine, self._central, self._built = engine, central, built
        self._agreed: Mapping[str, PlannedForm] = {form.form_id: form for form in agreed.forms}

    def do(self, step: PublishingStep) -> None:
        """Do a step and note how it went. Raises CentralProblem where Central takes nothing at all."""
        self._note(step, DOING)
        try:
            state, result, problem = self._do(step)
        except CentralProblem as refused:
            is_its_own = is_of_one_form(refused)
            self._note(step, KEPT_BACK if is_its_own else FAILED, problem=refused.reason)
            if not is_its_own:
                raise
            return
        self._note(step, state, result=result, problem=problem)

    def _do(self, step: PublishingStep) -> Outcome:
        if step.kind == LIST:
            return self._list(step.name)
        if step.kind == FORM:
            return self._form(step)
        if step.kind == CHANGES:
            note_what_changed(self._engine, self._central)
            return _DONE
        return _of_rows(publish_list(self._engine, self._central, step.name))

    def _list(self, name: str) -> Outcome:
        wanted = {one.name: one.properties for one in wanted_lists(self._engine, self._central)}
        self._central.ensure_entity_list(name, wanted.get(name, PHONE_LISTS[name]))
        return _DONE

    def _form(self, step: PublishingStep) -> Outcome:
        agreed, form = self._agreed[step.name], self._built.get(step.name)
        if form is None or form.version != agreed.version:
            return KEPT_BACK, None, Reason("publishing_form_not_true")
        in_a_round = is_in_a_round(self._engine, self._central)
        (now,) = plan_forms(self._central, [form], in_a_round=in_a_round)
        if now.step is FormStep.UNCHANGED:
            return _DONE
        if now.why is not None:
            return KEPT_BACK, None, now.why
        if (now.step.value, now.published) != (agreed.step, agreed.published):
            return KEPT_BACK, None, Reason("publishing_form_not_true")
        self._central.publish(form.form_id, form.xlsx, form.version, writes_to(form),
                              lambda stage: self._note(step, DOING, stage))  # fmt: skip
        return _DONE

    def _note(
        self, step: PublishingStep, state: str, stage: str | None = None, *, result: Json | None = None,
        problem: Reason | None = None,
    ) -> None:  # fmt: skip
        with writing(self._engine) as session:
            note_step(session, step.id, state, stage, result, problem)


def _of_rows(done: ListPlan) -> Outcome:
    """Tell what came of a list; of what Central did not take the first reason."""
    result = _numbers(done) | {"kept_back": len(done.obstacles)}
    first = done.obstacles[0].why if done.obstacles else None
    return (KEPT_BACK if first else DONE), result, first


def _numbers(rows: ListPlan) -> Json:
    return {"created": len(rows.create), "updated": len(rows.update), "deleted": len(rows.delete)}


# ── the plan as it is kept ───────────────────────────────────────────────────────────────────────────────────────────


def _keep(engine: Engine, central: Central, number: int, plan: PublishPlan) -> None:
    kept = _kept(plan, _again(engine, central.project, plan))
    with writing(engine) as session:
        publishing.keep_plan(session, number, kept, _digest(plan))


def _digest(plan: PublishPlan) -> str:
    """Write the digest of all that would be done: each row of each list too."""
    return digest_of(asdict(plan))


def _kept(plan: PublishPlan, again: Sequence[AgainHere]) -> KeptPlan:
    forms = tuple(
        PlannedForm(one.form_id, one.version, one.step.value, one.published, one.changes, one.back, one.shut, one.why)
        for one in plan.forms
    )
    rows = {one.name: _numbers(one) for one in plan.rows}
    lists = tuple(
        PlannedList(gap.name, gap.is_new, tuple(gap.properties), **rows.get(gap.name, {})) for gap in plan.lists
    )
    encrypted = any(form.is_encrypted for form in plan.forms)
    return KeptPlan(plan.acts, encrypted, forms, lists, plan.shown_by, tuple(again))


def _again(engine: Engine, project: int, plan: PublishPlan) -> list[AgainHere]:
    """Count the places that are to be asked again by what is published, district by district."""
    planned: Planned = {
        (project, form.form_id): form.changes.added for form in plan.forms if form.acts and form.changes
    }
    if not any(planned.values()):
        return []
    forms, found = {form_id for _, form_id in planned}, []
    with snapshot(engine) as session:
        for here in parts_to_ask_again(session):
            places = [one for one in to_ask_again(session, here, planned=planned) if one.form_id in forms]
            kinds = [place.kind for one in places if (place := session.get(Facility, one.facility_id))]
            homes = sum(UnclearedPlace((kind,)).is_home for kind in kinds)
            if kinds:
                found.append(AgainHere(here.round.id, here.part.district, len(kinds) - homes, homes))
    return found
