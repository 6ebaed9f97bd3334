"""Places to choose from for a plan: by a part of their name or their subdistrict's, or those planned already."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from server.areas.queries import in_version, newest
from server.areas.tables import Area
from server.assignments.giving import unfit_for_phones
from server.claims.tables import ClaimLine
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.plan.places import plannable_ids
from server.plan.states import PLANNED, of_part
from server.plan.tables import PlannedVisit
from server.register.called import is_called, kinds_named_to
from server.register.tables import Facility
from server.visits.places import VisitedPlace, known_places
from server.words import Catalogue

MOST = 60  # as many as somebody looks through before they look for something else
_SHORTEST_CODE = 4  # signs


@view
class PlaceFound:
    """A place that may be planned; `times` says in how many rows of the plan it is."""

    id: Cleared
    label: Cleared
    area: Cleared
    kind: Cleared
    times: int
    is_home: bool


def found_places(
    session: Session, part: tuple[str, str], search: str, ticked: Collection[str], viewer: Viewer, words: Catalogue,
    *, planned: bool = False,
) -> Sequence[PlaceFound]:  # fmt: skip
    """Find places of a part, at most `MOST`: what was ticked first; those nobody planned before those in the plan.

    With `planned` only what was ticked, and places of the plan that stand in for no other. Homes are found by their
    subdistrict or code, and by name by whom they are named to.
    """
    rows = _rows(session, part, search, ticked, viewer, planned=planned)
    return _shown(rows, known_places(session, [row.id for row in rows]) if rows else {}, viewer, words)


def found_and_planned(
    session: Session, part: tuple[str, str], search: str, ticked: Collection[str], viewer: Viewer, words: Catalogue
) -> tuple[Sequence[PlaceFound], Sequence[PlaceFound]]:
    """Find places to plan, and those of the plan that such a place could stand in for: each looked up once."""
    found = _rows(session, part, search, ticked, viewer)
    planned = _rows(session, part, "", [], viewer, planned=True)
    ids = {row.id for row in (*found, *planned)}
    places = known_places(session, ids) if ids else {}
    return _shown(found, places, viewer, words), _shown(planned, places, viewer, words)


def _rows(
    session: Session, part: tuple[str, str], search: str, ticked: Collection[str], viewer: Viewer, *,
    planned: bool = False,
) -> Sequence[Any]:  # fmt: skip
    one = PlannedVisit
    planned_there = select(one.facility_id).where(of_part(*part), one.state == PLANNED)
    counted = planned_there.add_columns(func.count().label("times")).group_by(one.facility_id).subquery()
    times = func.coalesce(counted.c.times, 0)
    query = select(Facility.id, times.label("times")).outerjoin(counted, counted.c.facility_id == Facility.id)
    query = query.where(Facility.id.in_(plannable_ids(*part)))
    if planned:
        in_it = Facility.id.in_(planned_there.where(one.substitute_for.is_(None)))
        query = query.where(or_(in_it, Facility.id.in_(ticked)))
    elif search:
        query = query.where(or_(_is_called(session, part[1], search, viewer), Facility.id.in_(ticked)))
    query = query.order_by(Facility.id.not_in(ticked), times, Facility.kind, Facility.name, Facility.id)
    return session.execute(query.limit(MOST + len(ticked))).all()


def _shown(
    rows: Sequence[Any], places: Mapping[str, VisitedPlace], viewer: Viewer, words: Catalogue
) -> Sequence[PlaceFound]:
    found = []
    for row in rows:
        place = places[row.id]
        if unfit_for_phones(place) is None:
            clear = Clearance(words, place.names, viewer)
            named = clear.place(place.place)
            label = named.label if place.place.shown in viewer.names else clear.home(place.place, place.place.code)
            kind = clear.say(f"kind.{place.place.kinds[0]}")
            found.append(PlaceFound(clear.id(row.id), label, named.area, kind, row.times, place.place.is_home))
    return found


def _is_called(session: Session, district: str, search: str, viewer: Viewer) -> ColumnElement[bool]:
    """Write as SQL: a name that may be said has it, a code begins with it, or its subdistrict is called so."""
    hidden = exists(select(ClaimLine.id).where(ClaimLine.facility_id == Facility.id,
                                               ClaimLine.kind.not_in(kinds_named_to(viewer))))  # fmt: skip
    named = and_(is_called(search, Facility.name, (Facility.kind,), viewer), not_(hidden))
    here = Area.code.startswith(f"{district}.", autoescape=True) & (Area.level == "subdistrict")
    query = select(Area.code).where(here, func.lower(Area.name).contains(search.lower(), autoescape=True))
    areas = session.scalars(query.where(in_version(newest()))).all()
    begins = search.lower().lstrip("#")
    codes = [func.lower(Facility.id).startswith(begins, autoescape=True)] if len(begins) >= _SHORTEST_CODE else []
    return or_(named, *codes, *(Facility.village.startswith(f"{area}.", autoescape=True) for area in areas))
