"""What a phone is told of a place: Central gives the list of facilities to every phone that has a form."""

from typing import Any

from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import PHONE
from server.words import catalogue
from verification.model import district_of, subdistrict_of


def phone_entity(place: UnclearedPlace, registry_no: str | None) -> dict[str, Any] | None:
    """Write a place as an entity of the list, every value text; None where no phone may have it.

    A home goes by its kind and code: its name, registry number and village stay here.
    """
    if place.shown not in PHONE.lists:
        return None
    village, named = place.village or "", place.shown in PHONE.names
    data = {
        "kind": place.kinds[0] or "", "registry_no": (registry_no or "") if named else "",
        "village": village if named else "", "subdistrict": subdistrict_of(village), "district": district_of(village),
    }  # fmt: skip
    label = Clearance(catalogue("id"), viewer=PHONE).place(place).label
    return {"uuid": place.facility_id, "label": str(label), "data": data}
