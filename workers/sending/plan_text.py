"""A plan for publishing, in the terminal: forms, what changes in each, lists, what stands in these."""

from collections.abc import Sequence

from server.forms.changes import FormChanges
from server.terminal import tell, words
from workers.sending.form_plans import FormPlan, FormStep
from workers.sending.place_ids import PLACES
from workers.sending.plan import PublishPlan

_NAMED = 8  # of what a form changes, of each kind


def tell_plan(plan: PublishPlan) -> None:
    """Say what would be done; what stays as it is in one line."""
    stays = [form.form_id for form in plan.forms if form.step is FormStep.UNCHANGED]
    for form in plan.forms:
        if form.step is not FormStep.UNCHANGED:
            _tell_form(form)
    if stays:
        tell("plan.unchanged", count=len(stays), forms=_some(stays))
    if any(form.is_encrypted for form in plan.forms):
        tell("plan.encrypted")
    for gap in filter(None, plan.lists):
        tell("plan.list_new" if gap.is_new else "plan.list_lacks", name=gap.name, properties=", ".join(gap.properties))
    for rows in plan.rows:
        counts = {"created": len(rows.create), "updated": len(rows.update), "deleted": len(rows.delete)}
        tell("plan.rows", name=rows.name, **counts)
    if plan.shown_by:
        tell("plan.shown_by", name=PLACES, properties=", ".join(plan.shown_by))


def _tell_form(form: FormPlan) -> None:
    if form.why:
        tell("plan.blocked", form=form.form_id, why=words.reason(form.why))
        return
    tell(f"plan.{form.step}", form=form.form_id, version=form.version, published=form.published or "")
    if form.back:
        tell("plan.back", version=form.version)
    if form.step is FormStep.CHANGED:
        tell_changes(form.changes)


def tell_changes(changes: FormChanges | None) -> None:
    """Say what a version changes."""
    if changes is None:
        tell("plan.not_known")
    elif not changes:
        tell("plan.rules_only")
    else:
        for kind, names in changes.kept().items():
            tell(f"plan.{kind}", names=_some(names))


def _some(names: Sequence[str]) -> str:
    more = words.say("plan.more", count=len(names) - _NAMED) if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
