"""The places that a district's plan may name: of its claims and of the register, never a shelter.

A shelter is answered as a place that is not there: the plan tells nobody which places are shelters.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from server.assignments.giving import unfit_for_phones
from server.claims.tables import Claim, ClaimLine
from server.db import among
from server.plan.wishes import PlanWish
from server.register.tables import Facility
from server.visits.places import VisitedPlace, known_places
from verification.matching.names import normalise
from verification.places.kinds import Shown
from verification.reason import Reason

SHORT = 8  # as many signs of its number call a place on phones and on paper


def plannable_ids(round_id: str, district: str) -> Select[Any]:
    """Select the numbers of the register's places in a district, and of those that it claims in a round."""
    claimed = select(ClaimLine.facility_id).join(Claim, Claim.id == ClaimLine.claim_id)
    claimed = claimed.where(Claim.round_id == round_id, Claim.district == district)
    found = union(claimed, select(Facility.id).where(Facility.village.startswith(f"{district}.", autoescape=True)))
    return select(found.subquery().c[0])


@dataclass(frozen=True)
class PlanPlaces:
    """Places by their numbers in the register, and how files may call them."""

    places: Mapping[str, VisitedPlace]
    by_code: Mapping[str, Sequence[str]]
    by_registry: Mapping[str, Sequence[str]]
    by_name: Mapping[str, Sequence[str]]  # of places whose name may be said

    def find(self, wish: PlanWish) -> str | Reason:
        """Find the place of a row: by its code, else its registry number, else its name and village."""
        if wish.place:
            return self.by_its_code(wish.place)
        if wish.registry_no:
            return _the_only(self.by_registry.get(_registry(wish.registry_no), ()))
        if not wish.name:
            return Reason("plan_place_missing")
        named = self.by_name.get(normalise(wish.name), ())
        return _the_only([one for one in named if not wish.village or self._is_in(one, wish.village)])

    def by_its_code(self, text: str) -> str | Reason:
        """Find a place by its number in the register, or what that begins with."""
        code = text.strip().lstrip("#").casefold()
        if code in self.places:
            return code
        return _the_only(self.by_code.get(code[:SHORT], ()) if len(code) == SHORT else ())

    def code_of(self, facility_id: str) -> str:
        """Write a place's code: short, unless another begins alike. The mark says to Excel that it is no number."""
        short = facility_id[:SHORT]
        return f"#{short if len(self.by_code.get(short, ())) == 1 else facility_id}"

    def _is_in(self, facility_id: str, village: str) -> bool:
        one = self.places[facility_id]
        code = one.facility.village if one.facility else ""
        written = normalise(village)
        return village.strip() == code or (one.village is not None and normalise(one.village) in (
            written, written.removeprefix("desa ").removeprefix("kelurahan ")))  # fmt: skip


def plan_places(session: Session, round_id: str, district: str, ids: Collection[str] | None = None) -> PlanPlaces:
    """Read the places of a district that may be planned: all, or those of these numbers that are there."""
    query = plannable_ids(round_id, district)
    if ids is not None:
        query = query.where(among(session, query.selected_columns[0], sorted(ids)))
    found = known_places(session, list(session.scalars(query)))
    places = {number: one for number, one in found.items() if unfit_for_phones(one) is None}
    by_code, by_registry, by_name = (defaultdict[str, list[str]](list) for _ in range(3))
    for number, one in places.items():
        by_code[number[:SHORT]].append(number)
        if one.facility and one.facility.registry_no:
            by_registry[_registry(one.facility.registry_no)].append(number)
        if one.place.shown is Shown.OPENLY and one.facility:
            for name in {normalise(name) for name in (one.facility.name, *one.claimed_as)}:
                by_name[name].append(number)
    return PlanPlaces(places, by_code, by_registry, by_name)


def _registry(text: str) -> str:
    return "".join(text.split()).casefold()


def _the_only(found: Sequence[str]) -> str | Reason:
    if len(found) > 1:
        return Reason("plan_place_several", {"count": len(found)})
    return found[0] if found else Reason("plan_place_unknown")
