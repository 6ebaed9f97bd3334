"""The place a submission is about, and how it is named to a viewer."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_of, newest_number
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

    def is_given_away_by(self, *texts: str | None) -> bool:
        """Tell whether what was typed names a home, or its village."""
        return any(self.place.is_given_away_by(text, self.village) for text in texts if text)


def said_of_a_visit(form_kind: str | None, register_kind: str | None) -> tuple[str | None, ...]:
    """Put together the kinds that are said of a visited place; nothing is, where a visit cannot be read."""
    return (form_kind,) if register_kind is None else (register_kind, form_kind)


def visited_place(session: Session, form_pk: int, instance_id: str) -> VisitedPlace:
    """Find the place a version is about."""
    query = (
        select(Visit.kind, Facility)
        .join(Submission, Submission.id == Visit.submission_id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(Submission.form_pk == form_pk, Submission.instance_id == instance_id)
    )
    kind, facility = session.execute(query.limit(1)).one_or_none() or (None, None)
    if facility is None:
        return VisitedPlace(None, UnclearedPlace((kind,)))
    place = UnclearedPlace(said_of_a_visit(kind, facility.kind), facility.name, facility.village, facility.id)
    return VisitedPlace(
        facility, place, names_of(session, newest_number(session), [facility.village]).get(facility.village)
    )


def place_name(session: Session, visited: VisitedPlace, words: Catalogue, viewer: Viewer = EVERYONE) -> Cleared:
    """Name a visited place: what it is called, and where."""
    clear = Clearance(words, viewer=viewer)
    if visited.facility is None:
        return clear.say("report.place_unknown")
    village = visited.facility.village
    names = names_of(session, newest_number(session), [village, subdistrict_of(village)])
    named = Clearance(words, names, viewer).place(visited.place)
    return clear.joined(named.label, named.area)
