"""The lists that phones hold: rows say whose they are, and Central gives each phone its own alone once that is on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from server.assignments.states import is_open
from server.assignments.tables import Assignment
from server.db import now, snapshot, writing
from server.phones.expected import Holding, holding
from server.phones.keeping import NotKept
from server.phones.places import (
    OF_PHONES,
    OF_PLACES,
    RULES_OF_DISTRICTS,
    RULES_OF_FOLLOW_UPS,
    RULES_OF_PLACES,
    Holders,
    kits_of,
    of_assignment,
)
from verification.reason import Reason
from workers.central.api import Central
from workers.central.app_users import Rule
from workers.sending.assigning import LIST as FOLLOW_UPS
from workers.sending.districts import AREAS, DISTRICTS, OF_AREAS, OF_DISTRICTS

PLACES = "facilities"
_RULES = {PLACES: RULES_OF_PLACES, FOLLOW_UPS: RULES_OF_FOLLOW_UPS,
          DISTRICTS: RULES_OF_DISTRICTS, AREAS: RULES_OF_DISTRICTS}  # fmt: skip


def with_holders(entity: dict[str, Any] | None, place_id: str, whose: Holders | None) -> dict[str, Any] | None:
    """Give a place's entity with whose phones hold it, where a round has phones."""
    if entity is None or whose is None:
        return entity
    return entity | {"data": entity["data"] | whose.of(place_id)}


def against_filter(found: Holding | None) -> list[Reason]:
    """Say what keeps the lists from being shared out by team: a phone that is not ready would go blank."""
    if found is None or not found.teams:
        return [Reason("phones_not_begun")]
    lacking = [one for one in found.teams if one.ready < one.members]
    wide = [one for one in found.teams if not one.goes.fits]
    said = [Reason("phones_not_ready", {"team": one.team.id, "count": one.members - one.ready}) for one in lacking]
    said += [Reason("phones_of_round_not_begun", {"round": name}) for name in found.unprepared]
    return said + [Reason("phone_team_too_wide", {"count": len(one.goes.districts)}) for one in wide]


def share_out(engine: Engine, central: Central) -> None:
    """Let Central give each phone its own places, follow-ups, districts and areas alone.

    Their rows have to say whose they are by now. Raises NotKept where a phone would go blank, CentralProblem.
    """
    with snapshot(engine) as session:
        against = against_filter(holding(session, central.project))
    if against:
        raise NotKept(against[0].code, **against[0].values)
    central.ensure_properties(OF_PHONES)
    central.ensure_entity_list(PLACES, OF_PLACES)
    central.ensure_entity_list(DISTRICTS, OF_DISTRICTS)
    central.ensure_entity_list(AREAS, OF_AREAS)
    _mark_follow_ups(engine, central)
    for name, rules in _RULES.items():
        _set(central, name, rules)
    _note(engine, central.project, now())


def give_all_again(engine: Engine, central: Central) -> None:
    """Let Central give every phone all rows again. Raises CentralProblem."""
    for name in _RULES:
        _set(central, name, ())
    _note(engine, central.project, None)


def _set(central: Central, name: str, rules: Sequence[tuple[str, str]]) -> None:
    wanted = tuple(Rule(*pair) for pair in rules)
    if set(central.access_rules(name) or ()) != set(wanted):
        central.set_access_rules(name, wanted or None)


def _note(engine: Engine, project: int, since: datetime | None) -> None:
    """Note it with every open round of the project: they have one list between them."""
    with writing(engine) as session:
        for kit in session.scalars(kits_of(project)):
            kit.filtered, kit.filtered_at = since is not None, since


def _mark_follow_ups(engine: Engine, central: Central) -> None:
    """Let follow-ups that phones have had since before say whose they are."""
    central.ensure_entity_list(FOLLOW_UPS, (OF_PLACES[0], OF_PLACES[-1]))
    there = central.entities(FOLLOW_UPS)
    with snapshot(engine) as session:
        wanted: Mapping[str, dict[str, str]] = {
            found.uuid: of_assignment(found) for found in session.scalars(select(Assignment).where(is_open()))
        }
    for uuid, data in wanted.items():
        row = there.get(uuid)
        if row is not None and {name: row.get(name) or "" for name in data} != data:
            central.update_entity(FOLLOW_UPS, {"uuid": uuid, "label": row["label"], "data": data})
