"""Publish the forms, and keep the lists of phones at Central as they are here: facilities, districts, areas.

What Central does not take stops nothing else: it is given back as an obstacle, with its reason.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Engine, select

from server.areas.queries import names_of
from server.assignments.states import GIVEN
from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.disclosure.phones import phone_entity, same_labels, told_apart
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import PHONE
from server.phones.places import OF_PLACES, holders
from server.register.at_central import IdsAt
from server.register.tables import Facility
from server.rulebook import load_kinds
from server.work.kinds import Assign
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem, unless_gone
from workers.sending.assigning import LIST as FOLLOW_UPS
from workers.sending.assigning import PROPERTIES as OF_FOLLOW_UPS
from workers.sending.districts import AREAS, DISTRICTS, OF_AREAS, OF_DISTRICTS, wanted_districts
from workers.sending.form_plans import plan_forms, writes_to
from workers.sending.listing import Entity, ListPlan, Obstacle, WantedList, bring_list, delete_each, shown
from workers.sending.phone_lists import with_holders
from workers.sending.place_ids import PLACES, ids_at
from xlsforms.build import BuiltForm

# No coordinate goes to a phone: a verifier finds a place by its name and village, and the point a form brings back is
# then evidence of its own. A lost phone shows nobody where children live: a home is there by its kind and code, which
# the team finds on its printed list (`tilik homes`); a shelter is not there at all.
PROPERTIES = ("kind", "registry_no", "village", "subdistrict", "district")


@dataclass(frozen=True)
class PublishedForms:
    """What publishing did: the forms that are new at Central; what stood in the way; forms that take no submissions."""

    new: tuple[str, ...]
    obstacles: tuple[Obstacle, ...] = ()
    not_open: tuple[str, ...] = ()


PHONE_LISTS: Mapping[str, tuple[str, ...]] = {
    PLACES: PROPERTIES, FOLLOW_UPS: OF_FOLLOW_UPS, DISTRICTS: OF_DISTRICTS, AREAS: OF_AREAS,
}  # fmt: skip


def columns_on_phones() -> dict[str, frozenset[str]]:
    """Give the columns of the lists that phones are given, by the names of their files: what forms may look up."""
    own = {**PHONE_LISTS, PLACES: (*PROPERTIES, *OF_PLACES)}
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
            if not is_of_one_form(problem):
                raise
            obstacles.append(Obstacle(form.form_id, problem.reason))
    return PublishedForms(tuple(new), tuple(obstacles), tuple(plan.form_id for plan in plans.values() if plan.shut))


def is_of_one_form(problem: CentralProblem) -> bool:
    """Tell whether something stood in the way of one form alone, so that another may fare better."""
    return problem.is_about_this or problem.reason.code == "form_draft_differs"


def publish_lists(engine: Engine, central: Central) -> tuple[ListPlan, ...]:
    """Bring all lists of phones up to what is so here; gives what came of each."""
    return publish_facilities(engine, central), *publish_districts(engine, central)


def publish_list(engine: Engine, central: Central, name: str) -> ListPlan:
    """Bring one of these lists up to what is so here, by its name."""
    if name == PLACES:
        return publish_facilities(engine, central)
    with snapshot(engine) as session:
        (wanted,) = (one for one in wanted_districts(session, central.project) if one.name == name)
    return bring_list(central, wanted)


def publish_facilities(engine: Engine, central: Central) -> ListPlan:
    """Bring Central's list of facilities up to the register, and take back what no phone may have.

    Entities that the register does not know stay, those of homes by kind and code.
    """
    ids = ids_at(engine, central)
    wanted, against = wanted_facilities(engine, ids)
    done = bring_list(central, wanted)
    take_back_follow_ups(engine, central)
    ask_for_unsent(engine)
    labels = {key: f"{entity['label']} ({key})" for key, entity in wanted.rows.items() if entity}
    of_too_many = (Obstacle(labels.get(ids.turned(key), key), why) for key, why in against.items())
    return replace(done, obstacles=(*done.obstacles, *of_too_many))


def publish_districts(engine: Engine, central: Central) -> tuple[ListPlan, ...]:
    """Bring Central's lists of districts and areas up to what is so here."""
    with snapshot(engine) as session:
        lists = wanted_districts(session, central.project)
    return tuple(bring_list(central, wanted) for wanted in lists)


def wanted_lists(engine: Engine, central: Central) -> tuple[WantedList, ...]:
    """Give the lists that are kept as they are here; follow-ups go one by one, as they are given.

    Raises CentralProblem.
    """
    ids = ids_at(engine, central)
    with snapshot(engine) as session:
        return wanted_facilities(engine, ids)[0], *wanted_districts(session, ids.project)


def wanted_facilities(engine: Engine, ids: IdsAt) -> tuple[WantedList, Mapping[str, Reason]]:
    """Give each place of the register as phones may have it, with whose phones hold it where a round has phones.

    With it what could not be told of whose a place is, by its id here; rows go by those of the project.
    """
    with snapshot(engine) as session:
        places = session.scalars(select(Facility).order_by(Facility.id)).all()
        whose = holders(session, ids.project, places)
        found = {place.id: as_entity(place) for place in places}
        alike = same_labels(entity for entity in found.values() if entity is not None)
        names = names_of(session, None, {entity["data"]["village"] for entity in alike})
    found |= {entity["uuid"]: told_apart(entity, names) for entity in alike}
    rows = {ids.turned(key): called(with_holders(entity, key, whose), ids) for key, entity in found.items()}
    properties = (*PROPERTIES, *OF_PLACES) if whose else PROPERTIES
    stranger = partial(by_its_own_kind, twice=found.keys())
    return WantedList(PLACES, properties, rows, stranger), whose.against if whose else {}


def called(entity: Entity | None, ids: IdsAt) -> Entity | None:
    """Give a place's entity by the id that it has at the project."""
    return None if entity is None else entity | {"uuid": ids.turned(entity["uuid"])}


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
    delete_each(central, FOLLOW_UPS, sorted((there or {}).keys() & set(sent)))


def ask_for_unsent(engine: Engine) -> None:
    """Ask for what phones do not have as it stands: an older Tilik sent follow-ups that no form could show."""
    with writing(engine) as session:
        for number in session.scalars(select(Assignment.id).filter_by(state=GIVEN)):
            ask(session, Assign(number))


def as_entity(facility: Facility) -> Entity | None:
    """Write a facility as an entity; None where no phone may have it."""
    place = UnclearedPlace((facility.kind,), facility.name, facility.village, facility.id)
    return phone_entity(place, facility.registry_no)


def by_its_own_kind(entity_id: str, row: Entity, twice: Collection[str] = ()) -> Entity | None:
    """Clear an entity that the register does not know; one that is no place of ours stays as it is.

    Those that are in the list `twice`, by the place's id beside the project's, are taken away.
    """
    if entity_id in twice:
        return None
    label, data = shown(row, PROPERTIES)
    if data["kind"] not in load_kinds():
        return {"uuid": entity_id, "label": label, "data": data}
    place = UnclearedPlace((data["kind"],), label, data["village"] or data["subdistrict"], entity_id)
    return phone_entity(place, data["registry_no"])
