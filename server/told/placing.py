"""Where an interview or a programme belongs: by the place that was picked, else by the name of an area as it was typed.

Whatever two areas are called is neither's. Minutes belong to the district that was picked, in the round of their code:
a discussion is held before the days of visits. Without a code that we gave, in the round of their month. A draft of a
document's reading belongs to the newest round in which the district that was picked is open, whatever the day.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import codes_in, in_version
from server.areas.tables import Area
from server.db import among
from server.forum.tables import ForumCode
from server.register.tables import Facility
from server.rounds.planning import Window, windows
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.told.kinds import Told
from server.visits.placing import as_of
from verification.model import district_of, subdistrict_of
from verification.reading.document import DocumentDraft
from verification.reading.forum import ForumMinutes
from verification.reading.interview import Interview
from verification.reading.moment import CLOCKS_DIFFER, LONGEST_WITHOUT_LINE
from verification.reading.programme import Programme, ProgrammeLevel
from verification.reason import Reason

_KIND_OF_AREA = re.compile(r"\b(kecamatan|kec|distrik|kabupaten|kab|kota|provinsi|prov)\b\.?")


_MIDDLE = 15  # of a month


@dataclass(frozen=True)
class ToldOf:
    """Where something belongs that was told; `aside` says why it counts for nothing."""

    round_id: str | None = None
    area: str | None = None
    subdistrict: str | None = None
    aside: Reason | None = None


class ToldPlacer:
    """Knows what it takes to place a batch."""

    def __init__(self, session: Session, facilities: Sequence[str]) -> None:
        """Load it."""
        self._session, self._windows = session, windows(session)
        versions = {window.areas_id for window in self._windows}
        self._older = {areas_id: codes_in(session, areas_id) for areas_id in versions}
        query = select(Facility.id, Facility.village).where(among(session, Facility.id, facilities))
        self._villages: dict[str, str] = dict(session.execute(query).all())
        self._named: dict[tuple[str, str], dict[str, set[str]]] = {}

    def place(self, found: Told, received: date, project: int) -> ToldOf:
        """Say where it belongs; its day is the phone's, unless that clock cannot have been right."""
        if isinstance(found, DocumentDraft):
            return self._draft(found, project)
        if isinstance(found, ForumMinutes):
            if coded := self._of_code(found, project):
                return self._minutes(coded, found)
            day = _day_in(found.month, received)
        else:
            day = found.day
        if day is None or not received - LONGEST_WITHOUT_LINE <= day <= received + CLOCKS_DIFFER:
            day = received
        holding = [one for one in self._windows if one.holds(day, project)]
        if not holding:
            return ToldOf(aside=Reason("in_no_round", {"day": day.isoformat()}))
        if len(holding) > 1:
            names = ", ".join(one.round_id for one in holding)
            return ToldOf(aside=Reason("in_several_rounds", {"rounds": names}))
        if isinstance(found, ForumMinutes):
            return self._minutes(holding[0], found)
        return self._interview(holding[0], found) if isinstance(found, Interview) else self._programme(
            holding[0], found)  # fmt: skip

    def _of_code(self, one: ForumMinutes, project: int) -> Window | None:
        """Find the round of a code that we gave for the district that was picked."""
        code = self._session.get(ForumCode, one.code) if one.code else None
        for window in self._windows:
            if code is not None and window.round_id == code.round_id and window.project in (None, project):
                return window if self._district(window, one) == code.district else None
        return None

    def _draft(self, one: DocumentDraft, project: int) -> ToldOf:
        """Find the round in which documents of its district are read now; of several that of the later year."""
        parts = []
        for window in self._windows:
            district = self._district(window, one)
            part = self._session.get(RoundPart, (window.round_id, district)) if district else None
            if part is not None and window.project in (None, project):
                parts.append((part.state == OPEN, self._session.get_one(Round, window.round_id).data_year, part))
        if not parts:
            return ToldOf(aside=Reason("told_of_no_district"))
        *_, part = max(parts, key=lambda found: found[:2])
        return ToldOf(part.round_id, part.district)

    def _district(self, window: Window, one: ForumMinutes | DocumentDraft) -> str | None:
        return as_of(self._older[window.areas_id], one.district) if one.district else None

    def _minutes(self, window: Window, one: ForumMinutes) -> ToldOf:
        district = self._district(window, one)
        if district is None or self._session.get(RoundPart, (window.round_id, district)) is None:
            return ToldOf(window.round_id, aside=Reason("told_of_no_district"))
        return ToldOf(window.round_id, district, aside=Reason(f"forum_{one.ended}") if one.ended else None)

    def _interview(self, window: Window, one: Interview) -> ToldOf:
        if one.ended is not None:
            return ToldOf(window.round_id, aside=Reason("interview_ended"))
        village = self._villages.get(one.facility_id or "")
        if village:  # the register is by the newest codes, a round by those that it keeps
            subdistrict: str | None = subdistrict_of(as_of(self._older[window.areas_id], village))
        else:
            subdistrict = self._called(window, "subdistrict", one.subdistrict)
        if subdistrict is None:
            return ToldOf(window.round_id, aside=Reason("told_of_no_district"))
        return ToldOf(window.round_id, district_of(subdistrict), subdistrict)

    def _programme(self, window: Window, one: Programme) -> ToldOf:
        if one.level is None:
            return ToldOf(window.round_id, aside=Reason("told_of_no_district"))
        if one.level is ProgrammeLevel.NATION:
            return ToldOf(window.round_id)
        level = "district" if one.level is ProgrammeLevel.DISTRICT else "province"
        area = self._called(window, level, one.area)
        return ToldOf(window.round_id, area, aside=None if area else Reason("told_of_no_district"))

    def _called(self, window: Window, level: str, typed: str | None) -> str | None:
        """Find the one area of a level that is called so, where the round has districts."""
        names = self._names(window, level)
        for text in ((typed or "").casefold().strip(), _plain(typed or "")):
            if len(found := names.get(text, set())) == 1:
                return next(iter(found))
        return None

    def _names(self, window: Window, level: str) -> dict[str, set[str]]:
        key = (window.round_id, level)
        if key not in self._named:
            parts = self._session.scalars(select(RoundPart.district).filter_by(round_id=window.round_id)).all()
            within = {"subdistrict": Area.district.in_(parts), "district": Area.code.in_(parts),
                      "province": Area.code.in_({part.split(".")[0] for part in parts})}[level]  # fmt: skip
            query = select(Area.code, Area.name).where(in_version(window.areas_id), Area.level == level, within)
            names: dict[str, set[str]] = {}
            for code, name in self._session.execute(query):
                for text in {name.casefold().strip(), _plain(name)}:
                    names.setdefault(text, set()).add(code)
            self._named[key] = names
        return self._named[key]


def _day_in(month: str | None, received: date) -> date | None:
    """Give a day of a month that was written: that of its arrival where it came in that month, else the middle."""
    if month is None or received.isoformat().startswith(month):
        return received
    return date(int(month[:4]), int(month[5:]), _MIDDLE)


def _plain(name: str) -> str:
    """Give a name without what kind of area it is of, and without what people write differently."""
    return re.sub(r"[\W_]+", "", _KIND_OF_AREA.sub("", name.casefold()))
