"""What a place is called in a project's list at Central, and which place of the register was picked there.

Central takes an entity's id once over all its projects. So the first project that places are sent to has them by their
own ids, and each other by ids of that project's own: the same bits turned, always alike, so that turned once more they
are the place's again. Nobody needs to keep which is which; only that a project has ids of its own (`CentralProject`).
"""

import hashlib
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import among, insert_into
from server.register.tables import CentralProject, Facility

# the first eight digits are the code on teams' printed lists and in what a form is called; further on stand the
# version and variant, by which Central takes an id for one
_TURNED = 0x00000000_FFFF_0FFF_3FFF_FFFFFFFFFFFF
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
Picked = tuple[int, str]  # the project on whose phones it was picked, and the id that it has there


def turned(place_id: str, project: int) -> str:
    """Give a place's id of a project's own, and for such an id the place's. What Central takes for no id stays."""
    if not _ID.fullmatch(place_id):
        return place_id
    return str(uuid.UUID(int=uuid.UUID(place_id).int ^ _bits(project)))


@lru_cache
def _bits(project: int) -> int:
    return int.from_bytes(hashlib.sha256(f"places of project {project}".encode()).digest()[:16]) & _TURNED


@dataclass(frozen=True)
class IdsAt:
    """By which ids a project has the places: `own` ones, or the places'."""

    project: int
    own: bool

    def turned(self, an_id: str) -> str:
        """Give the id that a place has there; and the place that has an id there."""
        return turned(an_id, self.project) if self.own else an_id


def noted_ids(session: Session, project: int) -> IdsAt | None:
    """Tell by which ids a project has the places; None where none was ever sent there."""
    found = session.get(CentralProject, project)
    return None if found is None else IdsAt(project, found.own_ids)


def note_ids(session: Session, project: int, listed: Collection[str]) -> IdsAt:
    """Settle for good by which ids a project has the places; `listed` are those in its list at Central.

    A list that stands goes on as it is. Else another project that has the places' ids keeps them for itself; one of
    which no more than half stands, since the rest was refused, is taken for one that does not.
    """
    places, there = session.scalars(select(Facility.id)).all(), frozenset(listed)
    standing = sum(place in there for place in places)
    stands_by_own = sum(turned(place, project) in there for place in places) > standing
    taken = session.scalar(select(CentralProject.number).where(~CentralProject.own_ids).limit(1)) is not None
    own = stands_by_own or (taken and 2 * standing <= len(places))
    note = insert_into(session, CentralProject).values(number=project, own_ids=own).on_conflict_do_nothing()
    session.execute(note)  # another worker may just have
    return IdsAt(project, session.get_one(CentralProject, project).own_ids)


def may_be_turned(session: Session, projects: Collection[int]) -> frozenset[int]:
    """Say on phones of which of these projects places may go by other ids than their own."""
    by_the_places = select(CentralProject.number).where(~CentralProject.own_ids)
    return frozenset(projects).difference(session.scalars(by_the_places))


def places_picked(session: Session, picked: Collection[Picked]) -> dict[Picked, str]:
    """Give the places for what was picked on phones, where these are called otherwise in the register.

    What the register knows as it stands was picked on a phone whose list was older; what it knows in neither way, such
    as a row that somebody added at Central, stays as it came.
    """
    others = may_be_turned(session, {project for project, _ in picked})
    found = {one: turned(one[1], one[0]) for one in picked if one[0] in others and _ID.fullmatch(one[1])}
    if not found:
        return {}
    either = sorted({*found.values(), *(an_id for _, an_id in found)})
    known = frozenset(session.scalars(select(Facility.id).where(among(session, Facility.id, either))))
    return {one: place for one, place in found.items() if one[1] not in known and place in known}
