"""Let phones know which districts are open, whom to call there, and their subdistricts and villages by name.

Central has a list for each: `districts` and `areas`. Only districts that take part in an open round of the project are
there; one that is closed stays, and says so: a phone that still has it would else take it for open.
"""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import in_version, names_of
from server.areas.tables import Area
from server.db import among
from server.opening.conditions import open_for_visits, standing_contacts
from server.opening.tables import Contact
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.words import catalogue
from workers.sending.listing import Entity, WantedList, as_it_is, taken_away

DISTRICTS, OF_DISTRICTS = "districts", ("district", "open", "contacts")
AREAS, OF_AREAS = "areas", ("code", "level", "parent", "district")
_SHOWN_LEVELS = ("subdistrict", "village")
Parts = Sequence[tuple[Round, RoundPart]]


def wanted_districts(session: Session, project: int) -> tuple[WantedList, WantedList]:
    """Give both lists as they are to be."""
    parts = _parts(session, project)
    districts, areas = _districts(session, project, parts), _areas(session, project, parts)
    return (WantedList(DISTRICTS, OF_DISTRICTS, {one["uuid"]: one for one in districts}, as_it_is),
            WantedList(AREAS, OF_AREAS, {one["uuid"]: one for one in areas}, taken_away))  # fmt: skip


def _districts(session: Session, project: int, parts: Parts) -> list[Entity]:
    in_round: dict[str, tuple[Round, list[str]]] = {}  # the districts whose parts are open
    for found, part in parts:
        if found.state == OPEN and part.state == OPEN:
            in_round.setdefault(found.id, (found, []))[1].append(part.district)
    are_open = {one for found, its in in_round.values() for one in open_for_visits(session, found, its)}
    codes = sorted({part.district for _, part in parts})
    names, known = names_of(session, None, codes), defaultdict[str, list[Contact]](list)
    for contact in standing_contacts(session, codes):
        known[contact.district].append(contact)
    return [
        _entity(project, f"district {code}", names.get(code, code), {
            "district": code, "open": "1" if code in are_open else "0", "contacts": contacts_in_words(known[code]),
        })
        for code in codes
    ]  # fmt: skip


def contacts_in_words(contacts: Sequence[Contact]) -> str:
    """Say whom to call, on one line: the district's own offices, then those of the whole country."""
    words = catalogue("id")
    own = [f"{one.office}: {one.number}" for one in contacts]
    return " · ".join([*own, words.say("contact.of_all")]) if own else ""


def _areas(session: Session, project: int, parts: Parts) -> list[Entity]:
    found = []
    for areas_id in sorted({of.areas_id for of, _ in parts}):
        districts = sorted({part.district for of, part in parts if of.areas_id == areas_id})
        mine = in_version(areas_id) & among(session, Area.district, districts) & Area.level.in_(_SHOWN_LEVELS)
        query = select(Area.code, Area.name, Area.level, Area.district).where(mine).order_by(Area.code)
        for code, name, level, district in session.execute(query):
            data = {"code": code, "level": level, "parent": code.rpartition(".")[0], "district": str(district)}
            found.append(_entity(project, f"area {code}", name, data))
    return found


def _parts(session: Session, project: int) -> Parts:
    """Give the districts' parts of all rounds of a project that are not over, with their rounds."""
    both = select(Round, RoundPart).join(RoundPart, RoundPart.round_id == Round.id)
    query = both.where(Round.project == project, Round.state == OPEN).order_by(Round.id, RoundPart.district)
    return [(of, part) for of, part in session.execute(query)]


def _entity(project: int, what: str, label: str, data: Mapping[str, str]) -> Entity:
    """Write an entity; its number is always the same one, which at Central is to be unique over all projects."""
    digest = hashlib.sha256(f"{project} {what}".encode()).digest()
    return {"uuid": str(uuid.UUID(bytes=digest[:16], version=4)), "label": label, "data": dict(data)}
