"""The place a submission is about, named as it may be."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_of, newest_number
from server.register.naming import Audience, Namer, is_home
from server.register.tables import Facility
from server.submissions.tables import Submission
from server.visits.tables import Visit
from server.words import Catalogue
from verification.model import subdistrict_of


@dataclass(frozen=True)
class VisitedPlace:
    """The place a version is about: what the register has of it, if anything, and its kind by the form."""

    facility: Facility | None
    kind: str | None

    @property
    def is_home(self) -> bool:
        """Tell whether children live there, by whichever is stricter; so it is taken where nothing can be read."""
        return is_home(self.kind, *([self.facility.kind] if self.facility else []))


def visited_place(session: Session, form_pk: int, instance_id: str) -> VisitedPlace:
    """Find the place a version is about."""
    query = (
        select(Visit.kind, Facility)
        .join(Submission, Submission.id == Visit.submission_id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(Submission.form_pk == form_pk, Submission.instance_id == instance_id)
    )
    row = session.execute(query.limit(1)).one_or_none()
    return VisitedPlace(row[1], row[0]) if row else VisitedPlace(None, None)


def place_name(session: Session, place: VisitedPlace, words: Catalogue, audience: Audience = Audience.EVERYONE) -> str:
    """Name a visited place: what it is called, and where."""
    if place.facility is None:
        return words.say("report.place_unknown")
    village = place.facility.village
    names = names_of(session, newest_number(session), [village, subdistrict_of(village)])
    named = Namer(names, words, audience).name(place.facility.name, village, place.facility.kind, place.kind)
    return f"{named.label}, {named.area}"
