"""The lists that phones hold: rows say whose they are, and Central gives each phone its own alone once that is on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from server.assignments.states import is_open
from server.assignments.tables import Assignment
from server.db import now, snapshot, writing
from server.phones.expected import holding
from server.phones.keeping import NotKept
from server.phones.places import (
    FOR_DISTRICTS,
    FOR_TEAMS,
    OF_PHONES,
    OF_PLACES,
    RULES_OF_DISTRICTS,
    RULES_OF_FOLLOW_UPS,
    RULES_OF_PLACES,
    Holders,
    kits_of,
    of_assignment,
)
from server.phones.sharing import against_filter, is_shared_out
from workers.central.api import Central
from workers.central.app_users import Rule
from workers.sending.assigning import LIST as FOLLOW_UPS
from workers.sending.districts import AREAS, DISTRICTS, OF_AREAS, OF_DISTRICTS
from workers.sending.place_ids import PLACES

_RULES = {PLACES: RULES_OF_PLACES, FOLLOW_UPS: RULES_OF_FOLLOW_UPS,
          DISTRICTS: RULES_OF_DISTRICTS, AREAS: RULES_OF_DISTRICTS}  # fmt: skip


def with_holders(entity: dict[str, Any] | None, place_id: str, whose: Holders | None) -> dict[str, Any] | None:
    """Give a place's entity with whose phones hold it, where a round has phones."""
    if entity is None or whose is None:
        return entity
    return entity | {"data": entity["data"] | whose.of(place_id)}


def share_out(engine: Engine, central: Central) -> None:
    """Let Central give each phone its own places, follow-ups, districts and areas alone.

    Their rows have to say whose they are by now. Raises NotKept where a phone would go blank, CentralProblem.
    """
    with snapshot(engine) as session:
        against = against_filter(holding(session, central.project))
    if against:
        raise NotKept(against[0].code, **against[0].values)
    central.ensure_properties(OF_PHONES)
    _share(engine, central)
    _note(engine, central.project, now())


def keep_shared_out(engine: Engine, central: Central) -> None:
    """Bring the rules of lists that are shared out up to those of this version. Raises CentralProblem.

    After phones have the properties of this version, and not before: for a moment they would hold nothing.
    """
    with snapshot(engine) as session:
        is_out = is_shared_out(session, central.project)
    if is_out and not all(_is_set(central, name, rules) for name, rules in _RULES.items()):
        _share(engine, central)


def _share(engine: Engine, central: Central) -> None:
    for name, properties in ((PLACES, OF_PLACES), (DISTRICTS, OF_DISTRICTS), (AREAS, OF_AREAS)):
        central.ensure_entity_list(name, properties)
    _mark_follow_ups(engine, central)
    for name, rules in _RULES.items():
        _set(central, name, rules)


def give_all_again(engine: Engine, central: Central) -> None:
    """Let Central give every phone all rows again. Raises CentralProblem."""
    for name in _RULES:
        _set(central, name, ())
    _note(engine, central.project, None)


def _set(central: Central, name: str, rules: Sequence[tuple[str, str]]) -> None:
    if not _is_set(central, name, rules):
        central.set_access_rules(name, tuple(Rule(*pair) for pair in rules) or None)


def _is_set(central: Central, name: str, rules: Sequence[tuple[str, str]]) -> bool:
    return set(central.access_rules(name) or ()) == {Rule(*pair) for pair in rules}


def _note(engine: Engine, project: int, since: datetime | None) -> None:
    """Note it with every round of the project, closed ones too: they have one list between them."""
    with writing(engine) as session:
        for kit in session.scalars(kits_of(project, also_closed=True)):
            kit.filtered, kit.filtered_at = since is not None, since


def _mark_follow_ups(engine: Engine, central: Central) -> None:
    """Let follow-ups that phones have had since before say whose they are."""
    central.ensure_entity_list(FOLLOW_UPS, (FOR_TEAMS[0], FOR_DISTRICTS[0]))
    there = central.entities(FOLLOW_UPS)
    with snapshot(engine) as session:
        wanted: Mapping[str, dict[str, str]] = {
            found.uuid: of_assignment(found) for found in session.scalars(select(Assignment).where(is_open()))
        }
    for uuid, data in wanted.items():
        row = there.get(uuid)
        if row is not None and {name: row.get(name) or "" for name in data} != data:
            central.update_entity(FOLLOW_UPS, {"uuid": uuid, "label": row["label"], "data": data})
