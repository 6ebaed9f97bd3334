"""Let phones know which districts are open, whom to call there, and their subdistricts and villages by name.

Central has a list for each: `districts` and `areas`. Only districts that take part in an open round of the project are
there; one that is closed stays, and says so: a phone that still has it would else take it for open.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import in_version, names_of
from server.areas.tables import Area
from server.opening.conditions import standing_contacts, visits_are_open
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
    open_in: dict[str, bool] = {}
    for found, part in parts:
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


def _areas(session: Session, project: int, parts: Parts) -> list[Entity]:
    found = []
    for areas_id, district in sorted({(of.areas_id, part.district) for of, part in parts}):
        mine = in_version(areas_id) & (Area.district == district) & Area.level.in_(_SHOWN_LEVELS)
        for code, name, level in session.execute(select(Area.code, Area.name, Area.level).where(mine)):
            parent = code.rpartition(".")[0]
            found.append(_entity(project, f"area {code}", name,
                                 {"code": code, "level": level, "parent": parent, "district": district}))  # fmt: skip
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
