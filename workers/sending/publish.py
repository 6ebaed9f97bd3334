"""Publish the forms, and keep the list of facilities at Central as the register has it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from server.db import snapshot
from server.register.tables import Facility
from verification.model import district_of, subdistrict_of
from workers.central.api import Central
from xlsforms.build import BuiltForm

LIST = "facilities"
# No coordinate goes to a phone: a verifier finds a place by its name and village, and the point a form brings back is
# then evidence of its own; and a lost phone shows nobody where children live.
PROPERTIES = ("kind", "registry_no", "village", "subdistrict", "district")


@dataclass(frozen=True)
class ListPlan:
    """What has to happen at Central for its list to be the register."""

    create: tuple[dict[str, Any], ...]
    update: tuple[dict[str, Any], ...]


def publish_forms(central: Central, forms: list[BuiltForm]) -> list[str]:
    """Publish the forms whose version is not the published one; returns their ids."""
    central.ensure_entity_list(LIST, PROPERTIES)
    return [form.form_id for form in forms if central.publish(form.form_id, form.xlsx, form.version)]


def publish_facilities(engine: Engine, central: Central) -> ListPlan:
    """Bring Central's list of facilities up to the register. Entities that the register does not know stay."""
    central.ensure_entity_list(LIST, PROPERTIES)
    with snapshot(engine) as session:
        wanted = [as_entity(facility) for facility in session.scalars(select(Facility).order_by(Facility.id))]
    plan = plan_list(wanted, central.entities(LIST))
    central.create_entities(LIST, list(plan.create))
    for entity in plan.update:
        central.update_entity(LIST, entity)
    return plan


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
