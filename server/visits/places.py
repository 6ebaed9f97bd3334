"""The place a submission is about, and how it is named to a viewer."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import CompoundSelect, null, select, union
from sqlalchemy.orm import Session

from server.areas.queries import in_version, named, names_of, newest
from server.areas.tables import Area
from server.claims.tables import ClaimLine
from server.db import among
from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import EVERYONE, Viewer
from server.register.tables import Facility
from server.submissions.tables import Submission
from server.visits.tables import Visit
from server.words import Catalogue
from verification.model import subdistrict_of


@dataclass(frozen=True)
class VisitedPlace:
    """The place a version is about: what the register has of it, if anything, and all of it to be cleared."""

    facility: Facility | None
    place: UnclearedPlace
    village: str | None = None  # its name
    claimed_as: tuple[str, ...] = ()  # what districts call it
    names: Mapping[str, str] = field(default_factory=dict)  # of its village and subdistrict, by code

    def is_given_away_by(self, *texts: str | None) -> bool:
        """Tell whether what was typed names a home, by whatever name, or its village."""
        called = (self.place, *(replace(self.place, name=name) for name in self.claimed_as))
        return any(one.is_given_away_by(text, self.village) for one in called for text in texts if text)


def said_of_a_visit(form_kind: str | None, register_kind: str | None) -> tuple[str | None, ...]:
    """Put together the kinds that are said of a visited place; nothing is, where a visit cannot be read."""
    return (form_kind,) if register_kind is None else (register_kind, form_kind)


def visited_place(session: Session, form_pk: int, root_id: str, instance_id: str) -> VisitedPlace:
    """Find the place a version is about."""
    query = (
        select(Visit.kind, Facility, Area.name)
        .join(Submission, Submission.id == Visit.submission_id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .outerjoin(Area, (Area.code == Facility.village) & in_version(newest()))
        .where(Submission.form_pk == form_pk, Submission.root_id == root_id, Submission.instance_id == instance_id)
    )
    kind, facility, village = session.execute(query.limit(1)).one_or_none() or (None, None, None)
    if facility is None:
        return VisitedPlace(None, UnclearedPlace((kind,)))
    place = UnclearedPlace(said_of_a_visit(kind, facility.kind), facility.name, facility.village, facility.id)
    return VisitedPlace(facility, place, village)


def known_place(session: Session, facility_id: str) -> VisitedPlace:
    """Find a place of the register, visited or not: with every kind and name that districts and visits gave it."""
    return known_places(session, [facility_id])[facility_id]


def known_places(session: Session, ids: Collection[str]) -> dict[str, VisitedPlace]:
    """Find places of the register by their numbers, each as `known_place` does."""
    found = {one.id: one for one in session.scalars(select(Facility).where(among(session, Facility.id, ids)))}
    said: dict[str, dict[str, None]] = defaultdict(dict)  # kinds, in the order in which they are told
    called: dict[str, set[str]] = defaultdict(set)
    rows: Iterable[Any] = session.execute(_said(session, ids))
    for number, kind, name in rows:
        if kind:
            said[number][kind] = None
        if name:
            called[number].add(name)
    villages = {one.village for one in found.values()}
    areas = named(session, None, villages | {subdistrict_of(code) for code in villages})
    names = {code: area.name for code, area in areas.items()}
    return {
        number: VisitedPlace(
            one, UnclearedPlace((one.kind, *(kind for kind in said[number] if kind != one.kind)), one.name, one.village,
                                number),
            names.get(one.village), tuple(sorted(called[number] - {one.name})), names,
        ) for number, one in found.items()
    }  # fmt: skip


def _said(session: Session, ids: Collection[str]) -> CompoundSelect[tuple[str, str | None, str | None]]:
    """Ask which kinds and names districts and visits gave to places."""
    claimed = select(ClaimLine.facility_id, ClaimLine.kind, ClaimLine.name)
    seen = select(Visit.facility_id, Visit.kind, null())
    return union(claimed.where(among(session, ClaimLine.facility_id, ids)),
                 seen.where(among(session, Visit.facility_id, ids)))  # fmt: skip


def place_name(session: Session, visited: VisitedPlace, words: Catalogue, viewer: Viewer = EVERYONE) -> Cleared:
    """Name a visited place: what it is called, and where."""
    clear = Clearance(words, viewer=viewer)
    if visited.facility is None:
        return clear.say("report.place_unknown")
    village = visited.facility.village
    names = visited.names or names_of(session, None, [village, subdistrict_of(village)])
    named = Clearance(words, names, viewer).place(visited.place)
    return clear.joined(named.label, named.area)
