"""An entity list at Central, brought to what is so here: compared first, and only what differs is written.

What Central does not take stops nothing else: it is given back as an obstacle, with its reason.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem

Entity = dict[str, Any]
_NOT_THERE = "404.1"


@dataclass(frozen=True)
class Obstacle:
    """What did not reach Central (a form by its id, a row by its label and id), and why."""

    what: str
    why: Reason


def as_it_is(key: str, row: Entity) -> Entity | None:
    """Leave a row that nobody here knows."""
    return {"uuid": key, "label": row["label"], "data": {}}


def taken_away(_key: str, _row: Entity) -> Entity | None:
    """Take away a row that nobody here knows."""
    return None


@dataclass(frozen=True)
class WantedList:
    """A list as it is to be: its rows by id (none where no phone may have it), and what becomes of a stranger there."""

    name: str
    properties: tuple[str, ...]
    rows: Mapping[str, Entity | None]
    stranger: Callable[[str, Entity], Entity | None] = as_it_is


@dataclass(frozen=True)
class ListPlan:
    """What has to happen at Central for a list to be as it is here; once it was tried, also what stood in the way."""

    name: str
    create: tuple[Entity, ...]
    update: tuple[Entity, ...]
    delete: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def acts(self) -> bool:
        """Tell whether anything is to be done."""
        return bool(self.create or self.update or self.delete)


def plan_list(wanted: WantedList, at_central: Mapping[str, Entity]) -> ListPlan:
    """Compare what is so here with Central's list."""
    strangers = {key: wanted.stranger(key, row) for key, row in at_central.items() if key not in wanted.rows}
    listed = {key: entity for key, entity in {**wanted.rows, **strangers}.items() if entity is not None}
    return ListPlan(
        wanted.name,
        create=tuple(entity for key, entity in listed.items() if key not in at_central),
        update=tuple(entity for key, entity in listed.items() if key in at_central
                     and shown(at_central[key], entity["data"]) != (entity["label"], entity["data"])),
        delete=tuple(sorted(at_central.keys() - listed.keys())),
    )  # fmt: skip


def bring_list(central: Central, wanted: WantedList) -> ListPlan:
    """Bring a list up to what is so here: first what no phone may have is taken back; gives what came of it.

    What was deleted at Central is named, never restored: whoever took a row off all phones may have had to. Raises
    CentralProblem where Central takes nothing.
    """
    central.ensure_entity_list(wanted.name, wanted.properties)
    plan = plan_list(wanted, central.entities(wanted.name))
    refused = delete_each(central, wanted.name, plan.delete)
    for entity in plan.update:
        refused |= _refused(entity["uuid"], partial(central.update_entity, wanted.name, entity))
    refused |= central.create_each(wanted.name, list(plan.create))
    labels = {entity["uuid"]: f"{entity['label']} ({entity['uuid']})" for entity in (*plan.update, *plan.create)}
    return replace(
        plan,
        create=tuple(entity for entity in plan.create if entity["uuid"] not in refused),
        update=tuple(entity for entity in plan.update if entity["uuid"] not in refused),
        delete=tuple(key for key in plan.delete if key not in refused),
        obstacles=tuple(Obstacle(labels.get(key, key), why) for key, why in refused.items()),
    )


def delete_each(central: Central, name: str, keys: Iterable[str]) -> dict[str, Reason]:
    """Delete rows of a list; gives those that Central refused. One that is not there is as it was to be."""
    refused: dict[str, Reason] = {}
    for key in keys:
        refused |= _refused(key, partial(central.delete_entity, name, key), gone=None)
    return refused


_DELETED = Reason("entity_deleted_at_central")


def _refused(key: str, change: Callable[[], object], gone: Reason | None = _DELETED) -> dict[str, Reason]:
    """Change a row; gives why Central refused it, or `gone` where the row is not there any more."""
    try:
        change()
    except CentralProblem as problem:
        if problem.number == _NOT_THERE:
            return {key: gone} if gone else {}
        if not problem.is_about_this:
            raise
        return {key: problem.reason}
    return {}


def shown(row: Entity, names: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Give the label and these properties of a row as Central lists it."""
    return row["label"], {name: row.get(name) or "" for name in names}
