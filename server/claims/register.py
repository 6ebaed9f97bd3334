"""The register's places of a district, as lists of a claim form name them: each line has its own, known or entered."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import codes_now
from server.register.tables import Facility
from verification.claim_form.form import LineEntry
from verification.matching.identity import full_place_key, place_key


class Register:
    """The register of a district's places, by the newest codes of its villages; notes which places moved."""

    def __init__(self, session: Session, areas_id: int, district: str) -> None:
        self._session, self._codes = session, codes_now(session, areas_id)
        inside = Facility.village.startswith(f"{self._codes.get(district, district)}.", autoescape=True)
        self._rows: dict[tuple[str, ...], Facility] = {}  # by all that a row of a list says
        self._places: dict[tuple[str, ...], list[Facility]] = defaultdict(list)  # whatever they were called before
        for facility in session.scalars(select(Facility).where(inside).order_by(Facility.id)):
            self._know(facility)
        self.moved: list[str] = []

    def enter(self, listed: Sequence[LineEntry]) -> list[Facility]:
        """Find the places of a list's lines, each another one, or enter them.

        A name or village written anew corrects the entry. What a place is said to have been called before tells two
        rows apart, and keeps no row from its place.
        """
        villages = [self._codes.get(line.village, line.village) for line in listed]
        taken, found = set[str](), list[Facility | None]()
        for line, village in zip(listed, villages, strict=True):
            known = self._rows.get(full_place_key(line.kind, line.name, line.registry_no, village))
            found.append(known if known and known.id not in taken else None)
            taken |= {known.id} if known else set()
        return [self._entered(line, village, facility or self._other_of_it(line, village, taken))
                for line, village, facility in zip(listed, villages, found, strict=True)]  # fmt: skip

    def _other_of_it(self, listed: LineEntry, village: str, taken: set[str]) -> Facility:
        """Give a place that is called so now and that no other line has taken; a new one where there is none."""
        key = place_key(listed.kind, listed.name, listed.registry_no, village)
        facility = next((one for one in self._places[key] if one.id not in taken), None)
        if facility is None:
            # Central takes only random (version 4) ids for its entities
            facility = Facility(id=str(uuid.uuid4()), kind=listed.kind)
            self._session.add(facility)
        taken.add(facility.id)
        return facility

    def _entered(self, listed: LineEntry, village: str, facility: Facility) -> Facility:
        if facility.village != village:
            self.moved.append(facility.id)
        if facility.name is not None:  # else it is new
            self._rows.pop(_row_of(facility), None)
        facility.name, facility.registry_no, facility.village = listed.name, listed.registry_no, village
        self._know(facility)
        return facility

    def _know(self, facility: Facility) -> None:
        self._rows[_row_of(facility)] = facility
        place = place_key(facility.kind, facility.name, facility.registry_no, facility.village)
        if facility not in (there := self._places[place]):
            there.append(facility)


def _row_of(facility: Facility) -> tuple[str, ...]:
    """Give what a row says of a place that has its name as the register has it now."""
    return full_place_key(facility.kind, facility.name, facility.registry_no, facility.village)
