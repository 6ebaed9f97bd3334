"""What publishing would do at Central with all that it brings there: forms, lists, and what stands in these."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from server.db import snapshot, writing
from server.forms.changes import FormChanges
from server.forms.noting import note_form_change, open_round_at, versions_noted
from workers.central.api import Central
from workers.central.entities import ListGap
from workers.sending.form_plans import FormPlan, changes_between, plan_forms
from workers.sending.listing import ListPlan, plan_list
from workers.sending.place_ids import PLACES
from workers.sending.publish import PHONE_LISTS, wanted_lists
from xlsforms.build import BuiltForm, is_of_a_build


@dataclass(frozen=True)
class PublishPlan:
    """What is to be done with each form and list, and with what stands in these.

    `shown_by` are the properties by which phones get part of a list.
    """

    forms: tuple[FormPlan, ...]
    lists: tuple[ListGap, ...]
    rows: tuple[ListPlan, ...]
    shown_by: tuple[str, ...] = ()

    @property
    def acts(self) -> bool:
        """Tell whether anything is to be done."""
        return any(form.acts for form in self.forms) or any(self.lists) or any(rows.acts for rows in self.rows)


def plan_publishing(engine: Engine, central: Central, forms: Sequence[BuiltForm]) -> PublishPlan:
    """Say what is to be done. Raises CentralProblem where Central says nothing, or names of lists stand in the way."""
    lists = wanted_lists(engine, central)
    properties = {**PHONE_LISTS, **{wanted.name: wanted.properties for wanted in lists}}
    gaps = {name: central.lacking(name, wanted) for name, wanted in properties.items()}
    at_central = {name: {} if gaps[name].is_new else central.entities(name) for name in (one.name for one in lists)}
    return PublishPlan(
        tuple(plan_forms(central, forms, in_a_round=is_in_a_round(engine, central))),
        tuple(gaps.values()),
        tuple(plan_list(wanted, at_central[wanted.name]) for wanted in lists),
        () if gaps[PLACES].is_new else central.access_filter(PLACES),
    )


def is_in_a_round(engine: Engine, central: Central) -> bool:
    """Tell whether visits come in by what is published."""
    with snapshot(engine) as session:
        return open_round_at(session, central.project) is not None


def note_what_changed(engine: Engine, central: Central) -> None:
    """Note of each version of ours that is published what it changed, where that is not noted yet.

    It is worked out from what Central has, so that whoever was stopped after publishing is made up for.
    """
    with snapshot(engine) as session:
        noted = versions_noted(session, central.project)
    ours = [form for form in central.forms() if form.is_published and is_of_a_build(form.version)]
    for form in ours:
        if form.version and (form.form_id, form.version) not in noted:
            newer, *older = central.published_versions(form.form_id)
            before = older[0] if older else None
            changes = FormChanges() if before is None else changes_between(
                central.definition(form.form_id, before), central.definition(form.form_id, newer)
            )  # fmt: skip
            with writing(engine) as session:
                note_form_change(session, central.project, form.form_id, newer, before, changes)
