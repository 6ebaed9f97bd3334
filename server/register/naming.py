"""Name a place as it may leave: in a page, and in what goes to phones."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.tables import Area
from server.register.disclosure import by_subdistrict_only
from server.register.tables import Facility
from server.submissions.tables import Submission
from server.visits.queries import kind_of_submission
from server.visits.tables import Visit
from server.words import Catalogue
from verification.model import subdistrict_of


@dataclass(frozen=True)
class VisitedPlace:
    """The place a version is about: what the register has of it, if anything, and whether children live there."""

    facility: Facility | None
    is_home: bool


def visited_place(session: Session, form_pk: int, instance_id: str) -> VisitedPlace:
    """Find the place a version is about. One that cannot be read is taken for a home: nothing of it is shown."""
    query = (
        select(Facility)
        .join(Visit, Visit.facility_id == Facility.id)
        .join(Submission, Submission.id == Visit.submission_id)
        .where(Submission.form_pk == form_pk, Submission.instance_id == instance_id)
    )
    facility = session.scalar(query)
    kinds = {kind_of_submission(session, form_pk, instance_id)} | ({facility.kind} if facility else set())
    return VisitedPlace(facility, any(by_subdistrict_only(kind) for kind in kinds))


def public_name(session: Session, place: VisitedPlace, words: Catalogue) -> str:
    """Name a place: a home for children by kind and subdistrict alone."""
    if place.facility is None:
        return words.say("report.place_unknown")
    village = place.facility.village
    subdistrict = _area_name(session, subdistrict_of(village))
    if place.is_home:
        return f"{words.say(f'kind.{place.facility.kind}')}, {subdistrict}"
    return f"{place.facility.name}, {_area_name(session, village)}, {subdistrict}"


def _area_name(session: Session, code: str) -> str:
    area = session.get(Area, code)
    return area.name if area else code
