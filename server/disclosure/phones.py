"""What a phone is told of a place: Central gives the list of facilities to every phone that has a form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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


def same_labels(entities: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the places of a district and kind that a phone would show by the very same words."""
    by_words: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for entity in entities:
        data = entity["data"]
        by_words[data["district"], data["kind"], " ".join(entity["label"].casefold().split())].append(entity)
    return [entity for alike in by_words.values() if len(alike) > 1 for entity in alike]


def told_apart(entity: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Say more of a place that is called as another is: its village and registry number, else the start of its code."""
    data = entity["data"]
    said = [word for word in (names.get(data["village"], ""), data["registry_no"]) if word] or [entity["uuid"][:8]]
    return entity | {"label": f"{entity['label']} · {' · '.join(said)}"}
