"""Which places each team's phones hold, written so that Central's access filter can tell it.

The filter compares one exact value: a row goes to a phone where a property of the row is that of the phone's account,
and an empty one is nobody's. So a place has three properties for teams, and a phone has its team's number, the
districts where it also goes for what is nobody's in particular (`in_…`), and those all of whose places it holds
(`all_…`). These follow the team and not each place: ten thousand places need not be written anew when a team comes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assignments.states import WITHDRAWN, is_open
from server.assignments.tables import Assignment
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import PHONE
from server.phones.tables import PhoneKit
from server.register.tables import Facility
from server.roles.tables import Team
from server.rounds.states import OPEN
from server.rounds.tables import Round
from verification.reason import Reason

FOR_TEAMS = ("for_team", "for_team_2", "for_team_3")
FOR_DISTRICT = "for_district"  # of what a visit was asked for of nobody in particular: for every team that goes there
OF_PLACES = (*FOR_TEAMS, FOR_DISTRICT)
MOST_DISTRICTS = 8  # of one team
TEAM = "team"
IN = tuple(f"in_{number}" for number in range(1, MOST_DISTRICTS + 1))
ALL = tuple(f"all_{number}" for number in range(1, MOST_DISTRICTS + 1))
OF_PHONES = (TEAM, *IN, *ALL)
# the pairs of a list's property and a phone's: any of them gives the row to the phone
_NOBODYS = tuple((FOR_DISTRICT, name) for name in IN)
RULES_OF_PLACES = (*((name, TEAM) for name in FOR_TEAMS), *_NOBODYS, *(("district", name) for name in ALL))
RULES_OF_FOLLOW_UPS = ((FOR_TEAMS[0], TEAM), *_NOBODYS)
RULES_OF_DISTRICTS = tuple(("district", name) for name in IN)  # and of their areas


@dataclass(frozen=True)
class Holders:
    """Whose phones hold which place: the properties of each, and what could not be told, by the place's id."""

    properties: Mapping[str, Mapping[str, str]]
    against: Mapping[str, Reason]

    def of(self, place_id: str) -> dict[str, str]:
        """Give the properties of a place, blank where it is nobody's in particular."""
        return dict.fromkeys(OF_PLACES, "") | dict(self.properties.get(place_id, {}))


def kits_of(project: int) -> Any:
    """Select the kits of the open rounds of a project."""
    at = (Round.project == project) | Round.project.is_(None)
    return select(PhoneKit).join(Round, Round.id == PhoneKit.round_id).where(Round.state == OPEN, at)


def holders(session: Session, project: int, register: Iterable[Facility]) -> Holders | None:
    """Work out whose phones hold which place; None where no round of the project has phones.

    A team has the places of its open assignments, and with an open place those of its kind in the same village: one of
    them may be visited in its stead. A home is had by whom it was assigned to.
    """
    kits = [kit.round_id for kit in session.scalars(kits_of(project))]
    if not kits:
        return None
    places = {place.id: place for place in register}
    assigned, nobodys = _assigned(session, kits)
    near: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place_id, teams in assigned.items():
        if (beside := _beside(places.get(place_id))) is not None:
            near[beside].extend(team for team in teams if team not in near[beside])
    properties, against = {}, {}
    for place_id, place in places.items():
        own = sorted(assigned.get(place_id, ()))
        if len(own) > len(FOR_TEAMS):
            against[place_id] = Reason("place_of_too_many_teams", {"count": len(own), "most": len(FOR_TEAMS)})
        beside = _beside(place)
        others = [team for team in sorted(near.get(beside, ())) if team not in own] if beside else []
        found = dict(zip(FOR_TEAMS, map(str, [*own, *others]), strict=False))
        if place_id in nobodys:
            found[FOR_DISTRICT] = nobodys[place_id]
        if found:
            properties[place_id] = found
    return Holders(properties, against)


def _assigned(session: Session, round_ids: Sequence[str]) -> tuple[Mapping[str, set[int]], Mapping[str, str]]:
    one = Assignment
    query = select(one.facility_id, one.team_id, one.district).where(one.round_id.in_(round_ids), is_open())
    teams: dict[str, set[int]] = defaultdict(set)
    nobodys: dict[str, str] = {}
    for place_id, team_id, district in session.execute(query):
        if team_id is None:
            nobodys[place_id] = district
        else:
            teams[place_id].add(team_id)
    return teams, nobodys


def _beside(place: Facility | None) -> tuple[str, str] | None:
    """Give the kind and village of an open place, where others may stand in for it."""
    if place is None or not place.kind or not place.village:
        return None
    is_open_to_all = UnclearedPlace((place.kind,), place.name, place.village, place.id).shown in PHONE.names
    return (place.kind, place.village) if is_open_to_all else None


def of_assignment(found: Assignment) -> dict[str, str]:
    """Give the properties of a follow-up: of its team, or of its district where it is nobody's in particular."""
    team = str(found.team_id) if found.team_id else ""
    return {FOR_TEAMS[0]: team, FOR_DISTRICT: "" if team else found.district}


@dataclass(frozen=True)
class Goes:
    """Where a team's phones go: its districts, and those of whose places they hold every one."""

    team_id: int
    districts: tuple[str, ...]
    wholly: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Tell whether Central's filter can say it."""
        return len(self.districts) <= MOST_DISTRICTS

    @property
    def properties(self) -> dict[str, str]:
        """Write it as the properties of an account, blank where there are fewer districts."""
        told = dict.fromkeys(OF_PHONES, "") | {TEAM: str(self.team_id)}
        return told | dict(zip(IN, self.districts, strict=False)) | dict(zip(ALL, self.wholly, strict=False))


def goes(session: Session, team: Team, districts: Sequence[str]) -> Goes:
    """Tell where a team's phones go: all of a district where no visit was assigned to any team of the round."""
    kit, one = session.get(PhoneKit, team.round_id), Assignment
    planned = select(one.district).where(one.round_id == team.round_id, one.district.in_(districts),
                                         one.team_id.is_not(None), one.state != WITHDRAWN)  # fmt: skip
    by_plan = set() if kit is None or kit.holds_all else set(session.scalars(planned.distinct()))
    return Goes(team.id, tuple(districts), tuple(code for code in districts if code not in by_plan))
