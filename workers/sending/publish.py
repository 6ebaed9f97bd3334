"""Publish the forms, and keep the list of facilities at Central as the register has it.

What Central does not take stops nothing else: it is given back as an obstacle, with its reason.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, select

from server.areas.queries import names_of
from server.assignments.states import GIVEN
from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.disclosure.phones import phone_entity, same_labels, told_apart
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import PHONE
from server.phones.places import OF_PLACES, Holders, holders
from server.register.tables import Facility
from server.rulebook import load_kinds
from server.work.kinds import Assign
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem, unless_gone
from workers.sending.assigning import LIST as FOLLOW_UPS
from workers.sending.assigning import PROPERTIES as OF_FOLLOW_UPS
from workers.sending.districts import AREAS, DISTRICTS, OF_AREAS, OF_DISTRICTS, publish_districts
from workers.sending.form_plans import plan_forms, writes_to
from workers.sending.phone_lists import with_holders
from xlsforms.build import BuiltForm

Entity = dict[str, Any]
LIST = "facilities"
# No coordinate goes to a phone: a verifier finds a place by its name and village, and the point a form brings back is
# then evidence of its own. A lost phone shows nobody where children live: a home is there by its kind and code, which
# the team finds on its printed list (`tilik homes`); a shelter is not there at all.
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

    create: tuple[Entity, ...]
    update: tuple[Entity, ...]
    delete: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


PHONE_LISTS: Mapping[str, tuple[str, ...]] = {
    LIST: PROPERTIES, FOLLOW_UPS: OF_FOLLOW_UPS, DISTRICTS: OF_DISTRICTS, AREAS: OF_AREAS,
}  # fmt: skip


def columns_on_phones() -> dict[str, frozenset[str]]:
    """Give the columns of the lists that phones are given, by the names of their files: what forms may look up."""
    own = {**PHONE_LISTS, LIST: (*PROPERTIES, *OF_PLACES)}
    return {f"{name}.csv": frozenset({"name", "label", "__version", *columns}) for name, columns in own.items()}


def publish_forms(central: Central, forms: list[BuiltForm], *, in_a_round: bool = False) -> PublishedForms:
    """Publish the forms whose version is not the published one, but for those that are blocked (`plan_forms`).

    Raises CentralProblem where Central takes nothing, or has no lists for them.
    """
    for name, properties in PHONE_LISTS.items():
        central.ensure_entity_list(name, properties)
    plans = {plan.form_id: plan for plan in plan_forms(central, forms, in_a_round=in_a_round)}
    new, obstacles = [], [Obstacle(plan.form_id, plan.why) for plan in plans.values() if plan.why]
    for form in forms:
        try:
            if plans[form.form_id].acts and central.publish(form.form_id, form.xlsx, form.version, writes_to(form)):
                new.append(form.form_id)
        except CentralProblem as problem:
            if not (problem.is_about_this or problem.reason.code == "form_draft_differs"):
                raise
            obstacles.append(Obstacle(form.form_id, problem.reason))
    return PublishedForms(tuple(new), tuple(obstacles), tuple(plan.form_id for plan in plans.values() if plan.shut))


def publish_facilities(engine: Engine, central: Central) -> ListPlan:
    """Bring Central's list of facilities up to the register, and take back what no phone may have.

    Entities that the register does not know stay, those of homes by kind and code. What was deleted at Central is
    named, never restored: whoever took a place off all phones may have had to.
    """
    central.ensure_entity_list(LIST, PROPERTIES)
    register, whose = register_of(engine, central.project)
    if whose is not None:
        central.ensure_entity_list(LIST, OF_PLACES)
    plan = plan_list(register, central.entities(LIST))
    refused = _each(plan.delete, lambda key: central.delete_entity(LIST, key))
    take_back_follow_ups(engine, central)
    ask_for_unsent(engine)
    updates = {entity["uuid"]: entity for entity in plan.update}
    refused |= _each(updates, lambda key: central.update_entity(LIST, updates[key]))
    refused |= central.create_each(LIST, list(plan.create))
    around = publish_districts(engine, central)
    labels = {entity["uuid"]: f"{entity['label']} ({entity['uuid']})" for entity in (*plan.update, *plan.create)}
    return replace(
        plan,
        create=tuple(entity for entity in plan.create if entity["uuid"] not in refused),
        update=tuple(entity for entity in plan.update if entity["uuid"] not in refused),
        delete=tuple(key for key in plan.delete if key not in refused),
        obstacles=(
            *(Obstacle(labels.get(key, key), why) for key, why in refused.items()),
            *(Obstacle(what, why) for what, why in around.items()),
            *(Obstacle(labels.get(key, key), why) for key, why in (whose.against if whose else {}).items()),
        ),
    )


def plan_facilities(engine: Engine, central: Central) -> ListPlan:
    """Say what has to happen at Central for its list of facilities, which is there, to be the register."""
    register, _ = register_of(engine, central.project)
    return plan_list(register, central.entities(LIST))


def register_of(engine: Engine, project: int) -> tuple[dict[str, Entity | None], Holders | None]:
    """Give each place of the register as phones may have it, and whose phones hold which, where a round has phones."""
    with snapshot(engine) as session:
        places = session.scalars(select(Facility).order_by(Facility.id)).all()
        whose = holders(session, project, places)
        found = {place.id: as_entity(place) for place in places}
        alike = same_labels(entity for entity in found.values() if entity is not None)
        names = names_of(session, None, {entity["data"]["village"] for entity in alike})
    found |= {entity["uuid"]: told_apart(entity, names) for entity in alike}
    return {key: with_holders(entity, key, whose) for key, entity in found.items()}, whose


def _each(keys: Iterable[str], change: Callable[[str], object]) -> dict[str, Reason]:
    """Change entities one by one; gives those that Central refused, by id, each with its reason."""
    refused = {}
    for key in keys:
        try:
            change(key)
        except CentralProblem as problem:
            if problem.number == "404.1":
                refused[key] = Reason("entity_deleted_at_central")
            elif problem.is_about_this:
                refused[key] = problem.reason
            else:
                raise
    return refused


def take_back_follow_ups(engine: Engine, central: Central) -> None:
    """Delete follow-ups about places that no phone may know of, which an older Tilik sent."""
    query = (
        select(Assignment.uuid, Facility.kind, Facility.name)
        .join(Facility, Facility.id == Assignment.facility_id)
        .where(Assignment.sent_at.is_not(None))
    )
    with snapshot(engine) as session:
        rows = session.execute(query).all()
    sent = [key for key, kind, name in rows if UnclearedPlace((kind,), name).shown not in PHONE.lists]
    there = unless_gone(lambda: central.entities(FOLLOW_UPS)) if sent else None  # the whole list may have been deleted
    _each(sorted((there or {}).keys() & set(sent)), lambda key: central.delete_entity(FOLLOW_UPS, key))


def ask_for_unsent(engine: Engine) -> None:
    """Ask for what phones do not have as it stands: an older Tilik sent follow-ups that no form could show."""
    with writing(engine) as session:
        for number in session.scalars(select(Assignment.id).filter_by(state=GIVEN)):
            ask(session, Assign(number))


def as_entity(facility: Facility) -> Entity | None:
    """Write a facility as an entity; None where no phone may have it."""
    place = UnclearedPlace((facility.kind,), facility.name, facility.village, facility.id)
    return phone_entity(place, facility.registry_no)


def plan_list(register: Mapping[str, Entity | None], at_central: Mapping[str, Entity]) -> ListPlan:
    """Compare the register, by place, with Central's list."""
    strangers = {key: _by_its_own_kind(key, row) for key, row in at_central.items() if key not in register}
    listed = {key: entity for key, entity in {**register, **strangers}.items() if entity is not None}
    return ListPlan(
        create=tuple(entity for key, entity in listed.items() if key not in at_central),
        update=tuple(entity for key, entity in listed.items() if key in at_central
                     and _shown(at_central[key], entity["data"]) != (entity["label"], entity["data"])),
        delete=tuple(sorted(at_central.keys() - listed.keys())),
    )  # fmt: skip


def _by_its_own_kind(entity_id: str, row: Entity) -> Entity | None:
    """Clear an entity that the register does not know; one that is no place of ours stays as it is."""
    label, data = _shown(row)
    if data["kind"] not in load_kinds():
        return {"uuid": entity_id, "label": label, "data": data}
    place = UnclearedPlace((data["kind"],), label, data["village"] or data["subdistrict"], entity_id)
    return phone_entity(place, data["registry_no"])


def _shown(row: Entity, names: Iterable[str] = PROPERTIES) -> tuple[str, dict[str, str]]:
    return row["label"], {name: row.get(name) or "" for name in names}
