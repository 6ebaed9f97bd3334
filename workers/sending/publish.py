"""Publish the forms, and keep the list of facilities at Central as the register has it.

What Central does not take stops nothing else: it is given back as an obstacle, with its reason.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, select

from server.db import snapshot
from server.register.tables import Facility
from verification.model import district_of, subdistrict_of
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.central.wire import FormInfo
from xlsforms.build import BuiltForm, is_of_a_build

LIST = "facilities"
# No coordinate goes to a phone: a verifier finds a place by its name and village, and the point a form brings back is
# then evidence of its own; and a lost phone shows nobody where children live.
PROPERTIES = ("kind", "registry_no", "village", "subdistrict", "district")


@dataclass(frozen=True)
class Obstacle:
    """What did not reach Central (a form by its id, a facility by its label and id), and why."""

    what: str
    why: Reason


@dataclass(frozen=True)
class PublishedForms:
    """What publishing did: the forms that are new at Central; what stood in the way; forms that take no submissions."""

    new: tuple[str, ...]
    obstacles: tuple[Obstacle, ...] = ()
    not_open: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListPlan:
    """What has to happen at Central for its list to be the register; once it was tried, also what stood in the way."""

    create: tuple[dict[str, Any], ...]
    update: tuple[dict[str, Any], ...]
    obstacles: tuple[Obstacle, ...] = ()


def publish_forms(central: Central, forms: list[BuiltForm]) -> PublishedForms:
    """Publish the forms whose version is not the published one.

    Raises CentralProblem where Central takes nothing, or has no list of facilities for them.
    """
    central.ensure_entity_list(LIST, PROPERTIES)
    known = {form.form_id: form for form in central.forms()}
    new, obstacles = [], []
    for form in forms:
        try:
            if _publish(central, form, known.get(form.form_id)):
                new.append(form.form_id)
        except CentralProblem as problem:
            if not (problem.is_about_this or problem.reason.code in _OF_OTHERS):
                raise
            obstacles.append(Obstacle(form.form_id, problem.reason))
    shut = [form.form_id for form in forms if (found := known.get(form.form_id)) and found.state != "open"]
    return PublishedForms(tuple(new), tuple(obstacles), tuple(shut))


_OF_OTHERS = ("form_id_taken", "form_has_a_draft")


def _publish(central: Central, form: BuiltForm, known: FormInfo | None) -> bool:
    """Publish a form, unless what stands under its id at Central is somebody else's."""
    if known and not is_of_a_build(known.version):
        raise CentralProblem("form_id_taken", passes=False, version=known.version)
    draft = central.draft_version(form.form_id) if known else None
    if draft is not None and not is_of_a_build(draft):
        raise CentralProblem("form_has_a_draft", passes=False, version=draft)
    return central.publish(form.form_id, form.xlsx, form.version)


def publish_facilities(engine: Engine, central: Central) -> ListPlan:
    """Bring Central's list of facilities up to the register. Entities that the register does not know stay.

    What was deleted at Central is named, never restored: whoever took a place off all phones may have had to.
    """
    central.ensure_entity_list(LIST, PROPERTIES)
    with snapshot(engine) as session:
        wanted = [as_entity(facility) for facility in session.scalars(select(Facility).order_by(Facility.id))]
    plan = plan_list(wanted, central.entities(LIST))
    refused = central.create_each(LIST, list(plan.create)) | _update_each(central, plan.update)
    obstacles = [Obstacle(f"{e['label']} ({e['uuid']})", refused[e["uuid"]]) for e in wanted if e["uuid"] in refused]
    create, update = (tuple(e for e in part if e["uuid"] not in refused) for part in (plan.create, plan.update))
    return replace(plan, create=create, update=update, obstacles=tuple(obstacles))


def _update_each(central: Central, entities: tuple[dict[str, Any], ...]) -> dict[str, Reason]:
    """Overwrite entities; gives those that Central refused by id, each with its reason."""
    refused = {}
    for entity in entities:
        try:
            central.update_entity(LIST, entity)
        except CentralProblem as problem:
            if problem.number == "404.1":
                refused[entity["uuid"]] = Reason("entity_deleted_at_central")
            elif problem.is_about_this:
                refused[entity["uuid"]] = problem.reason
            else:
                raise
    return refused


def as_entity(facility: Facility) -> dict[str, Any]:
    """Write a facility as an entity: every value text."""
    data = {
        "kind": facility.kind, "registry_no": facility.registry_no or "", "village": facility.village,
        "subdistrict": subdistrict_of(facility.village), "district": district_of(facility.village),
    }  # fmt: skip
    return {"uuid": facility.id, "label": facility.name, "data": data}


def plan_list(wanted: list[dict[str, Any]], at_central: dict[str, dict[str, Any]]) -> ListPlan:
    """Compare the register with Central's list."""
    create = [entity for entity in wanted if entity["uuid"] not in at_central]
    update = [
        entity
        for entity in wanted
        if entity["uuid"] in at_central and _shown(at_central[entity["uuid"]]) != (entity["label"], entity["data"])
    ]
    return ListPlan(tuple(create), tuple(update))


def _shown(entity: dict[str, Any]) -> tuple[str, dict[str, str]]:
    return entity["label"], {name: entity[name] or "" for name in PROPERTIES}
