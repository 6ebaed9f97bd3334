"""The printed list by which a team finds the homes that its phones have by code only. Shelters are not on it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import TEAM
from server.register.tables import Facility
from server.words import Catalogue
from verification.model import subdistrict_of


@view
class ListedHome:
    """A home as the team carries it on paper: its code on phones, its kind, name and village."""

    code: Cleared
    kind: Cleared
    name: Cleared
    area: Cleared


def homes_of(session: Session, district: str, words: Catalogue) -> list[ListedHome]:
    """List a district's homes by village and name; nothing here may be put on a phone, a map or a page."""
    inside = Facility.village.startswith(f"{district}.", autoescape=True)
    found = session.scalars(select(Facility).where(inside).order_by(Facility.village, Facility.name)).all()
    villages = {facility.village for facility in found}
    names = names_of(session, None, villages | {subdistrict_of(village) for village in villages})
    clear = Clearance(words, names, TEAM)
    places = [UnclearedPlace((facility.kind,), facility.name, facility.village, facility.id) for facility in found]
    return [_listed(place, clear) for place in places if place.shown in TEAM.lists]


def _listed(place: UnclearedPlace, clear: Clearance) -> ListedHome:
    named = clear.place(place)
    return ListedHome(clear.id(place.code), clear.home(place), named.label, named.area)
