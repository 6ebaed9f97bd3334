"""Where a submission belongs: which round it was made in, and which district it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import codes_in, newest_number, villages_around, zones
from server.db import among
from server.moments import CAPITAL, day_in, from_central
from server.register.tables import Facility
from server.rounds.planning import Window, windows
from server.rulebook import load_rules
from server.visits.tables import ReadVersion, Visit
from verification.model import Fix, district_of, province_of
from verification.places.areas import Villages
from verification.reading.moment import believable
from verification.reason import Reason


class Arrived(NamedTuple):
    """A submission that has changed since it was last read: as it stands, and where it belonged until now."""

    id: int
    form_pk: int
    root_id: str
    submitted_at: str
    changes: int
    district: str | None
    round_id: str | None
    chosen_round_id: str | None
    project: int
    version_id: int | None
    without_traces: bool = False  # its point was deleted when its district was closed


@dataclass(frozen=True)
class Belongs:
    """Where a submission belongs, by which of its versions; `aside` says why it counts for nothing."""

    version_id: int | None = None
    kind: str | None = None
    facility_id: str | None = None
    district: str | None = None
    day: date | None = None
    round_id: str | None = None
    aside: Reason | None = None


class Placer:
    """Knows what it takes to place a batch of submissions."""

    def __init__(self, session: Session, visits: Mapping[int, Visit | ReadVersion]) -> None:
        """Load it; `visits` are the submissions' current versions, by their number."""
        self._areas_id = newest_number(session)
        self._zones = zones(session, self._areas_id)
        self._windows = {window.round_id: window for window in windows(session)}
        versions = {window.areas_id for window in self._windows.values()}
        self._older = {areas_id: codes_in(session, areas_id) for areas_id in versions}
        self._registered = _villages_of(session, [v.facility_id for v in visits.values() if v.facility_id])
        unlisted = {number: v for number, v in visits.items() if v.facility_id not in self._registered}
        fixes = {number: fix for number, v in unlisted.items() if (fix := _fix(v))}
        near = villages_around(session, self._areas_id, [(fix.lon, fix.lat) for fix in fixes.values()])
        placements = Villages(near).locate_all([*fixes.values()], load_rules().location)
        self._lies_in = {number: next(iter(found.villages), None)
                         for number, found in zip(fixes, placements, strict=True)}  # fmt: skip

    def place(self, one: Arrived, visit: Visit | ReadVersion | None) -> Belongs:
        """Say where a submission belongs, by its current version's visit; that has none where it is not here."""
        if visit is None:
            return Belongs(one.version_id)
        village = self._village(visit)
        day = self._day(one, visit, village or (one.district if one.without_traces else None))
        window, aside = self._round(one, day)
        if window and village:
            village = as_of(self._older[window.areas_id], village)
        if village is None and one.without_traces:
            village = one.district  # where it was found to lie while its point was there
        elif visit.facility_id is None and visit.lon is None:
            aside = Reason("visit_without_place")
        elif village is None:
            aside = Reason("place_in_no_district")
        return Belongs(one.version_id, visit.kind, visit.facility_id, district_of(village) if village else None, day,
                       window.round_id if window else None, visit.problem or aside)  # fmt: skip

    def _village(self, visit: Visit | ReadVersion) -> str | None:
        """Give the village of the place that was picked, or else of the point; by the newest areas."""
        return self._registered.get(visit.facility_id or "") or self._lies_in.get(visit.submission_id)

    def _day(self, one: Arrived, visit: Visit | ReadVersion, village: str | None) -> date:
        zone = self._zones.get(province_of(village or ""), CAPITAL)
        return day_in(zone, believable(visit.began_at, from_central(one.submitted_at)))

    def _round(self, one: Arrived, day: date) -> tuple[Window | None, Reason | None]:
        """Find the one round whose window holds it; or the one that a person chose."""
        if one.chosen_round_id in self._windows:
            return self._windows[one.chosen_round_id], None
        holding = [window for window in self._windows.values() if window.holds(day, one.project)]
        if len(holding) == 1:
            return holding[0], None
        if not holding:
            return None, Reason("in_no_round", {"day": day.isoformat()})
        return None, Reason("in_several_rounds", {"rounds": ", ".join(window.round_id for window in holding)})


def _fix(visit: Visit | ReadVersion) -> Fix | None:
    return None if visit.lon is None or visit.lat is None else Fix(visit.lon, visit.lat, visit.accuracy_m)


def as_of(codes: Mapping[str, str], village: str) -> str:
    """Give an older version's code of a village, or of the smallest area around it that had another; see `codes_in`."""
    if not codes:
        return village
    parts = village.split(".")
    for length in range(len(parts), 0, -1):
        area = ".".join(parts[:length])
        if area in codes:
            return ".".join([codes[area], *parts[length:]])
    return village


def _villages_of(session: Session, facilities: Sequence[str]) -> dict[str, str]:
    query = select(Facility.id, Facility.village).where(among(session, Facility.id, facilities))
    return dict(session.execute(query).all())
