"""Let phones know which districts are open, whom to call there, and their subdistricts and villages by name.

Central has a list for each: `districts` and `areas`. Only districts that take part in an open round of the project are
there; one that is closed stays, and says so: a phone that still has it would else take it for open.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.areas.queries import in_version, names_of
from server.areas.tables import Area
from server.db import snapshot
from server.opening.conditions import standing_contacts, visits_are_open
from server.opening.tables import Contact
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.words import catalogue
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem

Entity = dict[str, Any]
DISTRICTS, OF_DISTRICTS = "districts", ("district", "open", "contacts")
AREAS, OF_AREAS = "areas", ("code", "level", "parent", "district")
_SHOWN_LEVELS = ("subdistrict", "village")
_NOT_THERE = "404.1"


def publish_districts(engine: Engine, central: Central) -> dict[str, Reason]:
    """Bring both lists up to what is so here; gives what Central refused, by what it is called, each with its reason.

    Raises CentralProblem where Central takes nothing.
    """
    with snapshot(engine) as session:
        districts, areas = _districts(session, central.project), _areas(session, central.project)
    refused = _keep(central, DISTRICTS, OF_DISTRICTS, districts, delete=False)
    return refused | _keep(central, AREAS, OF_AREAS, areas, delete=True)


def _districts(session: Session, project: int) -> list[Entity]:
    open_in: dict[str, bool] = {}
    for found, part in session.execute(_parts(project)):
        is_open = found.state == OPEN and part.state == OPEN and visits_are_open(session, found, part.district)
        open_in[part.district] = open_in.get(part.district, False) or is_open
    names, known = names_of(session, None, open_in), standing_contacts(session, list(open_in))
    return [
        _entity(project, f"district {code}", names.get(code, code), {
            "district": code, "open": "1" if is_open else "0",
            "contacts": contacts_in_words([one for one in known if one.district == code]),
        })
        for code, is_open in sorted(open_in.items())
    ]  # fmt: skip


def contacts_in_words(contacts: Sequence[Contact]) -> str:
    """Say whom to call, on one line: the district's own offices, then those of the whole country."""
    words = catalogue("id")
    own = [f"{one.office}: {one.number}" for one in contacts]
    return " · ".join([*own, words.say("contact.of_all")]) if own else ""


def _areas(session: Session, project: int) -> list[Entity]:
    found = []
    for areas_id, district in sorted({(of.areas_id, part.district) for of, part in session.execute(_parts(project))}):
        mine = in_version(areas_id) & (Area.district == district) & Area.level.in_(_SHOWN_LEVELS)
        for code, name, level in session.execute(select(Area.code, Area.name, Area.level).where(mine)):
            parent = code.rpartition(".")[0]
            found.append(_entity(project, f"area {code}", name,
                                 {"code": code, "level": level, "parent": parent, "district": district}))  # fmt: skip
    return list({entity["uuid"]: entity for entity in found}.values())


def _parts(project: int) -> Any:
    """Select the districts' parts of all rounds of a project that are not over, with their rounds."""
    both = select(Round, RoundPart).join(RoundPart, RoundPart.round_id == Round.id)
    return both.where(Round.project == project, Round.state == OPEN).order_by(Round.id, RoundPart.district)


def _entity(project: int, what: str, label: str, data: Mapping[str, str]) -> Entity:
    """Write an entity; its number is always the same one, which at Central is to be unique over all projects."""
    digest = hashlib.sha256(f"{project} {what}".encode()).digest()
    return {"uuid": str(uuid.UUID(bytes=digest[:16], version=4)), "label": label, "data": dict(data)}


def _keep(
    central: Central, name: str, properties: Sequence[str], wanted: Sequence[Entity], *, delete: bool
) -> dict[str, Reason]:
    """Bring a list up to what is wanted, changing only what differs."""
    central.ensure_entity_list(name, properties)
    there, refused = central.entities(name), {}
    ours = {entity["uuid"]: entity for entity in wanted}
    changed = [entity for key, entity in ours.items() if key in there and _differs(there[key], entity, properties)]
    gone = [key for key in there if key not in ours] if delete else []
    for key, change in [*((entity["uuid"], entity) for entity in changed), *((key, None) for key in gone)]:
        try:
            central.update_entity(name, change) if change else central.delete_entity(name, key)
        except CentralProblem as problem:
            if problem.number == _NOT_THERE and change is None:  # it is as it was to be
                continue
            if problem.number != _NOT_THERE and not problem.is_about_this:
                raise
            refused[key] = Reason("entity_deleted_at_central") if problem.number == _NOT_THERE else problem.reason
    refused |= central.create_each(name, [entity for key, entity in ours.items() if key not in there])
    return {ours[key]["label"] if key in ours else key: why for key, why in refused.items()}


def _differs(row: Entity, entity: Entity, properties: Sequence[str]) -> bool:
    return (row["label"], [row.get(name) or "" for name in properties]) != (
        entity["label"], [entity["data"][name] for name in properties]
    )  # fmt: skip
