"""Publish the forms, and keep the list of facilities at Central as the register has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from server.db import snapshot
from server.decisions.deciding import FOLLOW_UP
from server.decisions.tables import Decision
from server.disclosure.phones import phone_entity
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import PHONE
from server.register.tables import Facility
from server.rulebook import load_kinds
from workers.central.api import Central
from workers.sending.write_back import LIST as FOLLOW_UPS
from xlsforms.build import BuiltForm

Entity = dict[str, Any]
LIST = "facilities"
# No coordinate goes to a phone: a verifier finds a place by its name and village, and the point a form brings back is
# then evidence of its own. A lost phone shows nobody where children live: a home is there by its kind and code, which
# the team finds on its printed list (`tilik homes`); a shelter is not there at all.
PROPERTIES = ("kind", "registry_no", "village", "subdistrict", "district")


@dataclass(frozen=True)
class ListPlan:
    """What has to happen at Central for its list to be the register."""

    create: tuple[Entity, ...]
    update: tuple[Entity, ...]
    delete: tuple[str, ...] = ()


def publish_forms(central: Central, forms: list[BuiltForm]) -> list[str]:
    """Publish the forms whose version is not the published one; returns their ids."""
    central.ensure_entity_list(LIST, PROPERTIES)
    return [form.form_id for form in forms if central.publish(form.form_id, form.xlsx, form.version)]


def publish_facilities(engine: Engine, central: Central) -> ListPlan:
    """Bring Central's list of facilities up to the register, and take back what no phone may have.

    Entities that the register does not know stay, those of homes by kind and code.
    """
    central.ensure_entity_list(LIST, PROPERTIES)
    with snapshot(engine) as session:
        register = {place.id: as_entity(place) for place in session.scalars(select(Facility).order_by(Facility.id))}
    plan = plan_list(register, central.entities(LIST))
    for entity_id in plan.delete:
        central.delete_entity(LIST, entity_id)
    take_back_follow_ups(engine, central)
    for entity in plan.update:
        central.update_entity(LIST, entity)
    central.create_entities(LIST, list(plan.create))
    return plan


def take_back_follow_ups(engine: Engine, central: Central) -> None:
    """Delete follow-ups about places that no phone may know of, which an older Tilik sent."""
    query = (
        select(Decision.uuid, Facility.kind)
        .join(Facility, Facility.id == Decision.facility_id)
        .where(Decision.kind == FOLLOW_UP, Decision.sent_at.is_not(None))
    )
    with snapshot(engine) as session:
        sent = [key for key, kind in session.execute(query) if UnclearedPlace((kind,)).shown not in PHONE.lists]
    there = central.entities(FOLLOW_UPS) if sent else {}
    for entity_id in there.keys() & set(sent):
        central.delete_entity(FOLLOW_UPS, entity_id)


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
        update=tuple(entity for key, entity in listed.items()
                     if key in at_central and _shown(at_central[key]) != (entity["label"], entity["data"])),
        delete=tuple(sorted(at_central.keys() - listed.keys())),
    )  # fmt: skip


def _by_its_own_kind(entity_id: str, row: Entity) -> Entity | None:
    """Clear an entity that the register does not know; one that is no place of ours stays as it is."""
    label, data = _shown(row)
    if data["kind"] not in load_kinds():
        return {"uuid": entity_id, "label": label, "data": data}
    place = UnclearedPlace((data["kind"],), label, data["village"] or data["subdistrict"], entity_id)
    return phone_entity(place, data["registry_no"])


def _shown(row: Entity) -> tuple[str, dict[str, str]]:
    return row["label"], {name: row.get(name) or "" for name in PROPERTIES}
