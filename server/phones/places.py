"""Which places each team's phones hold, written so that Central's access filter can tell it.

The filter compares one exact value: a row goes to a phone where a property of the row is that of the phone's account,
and an empty one is nobody's. So a place has properties for teams, and a phone has its team's number, the districts
where it also goes for what is nobody's in particular (`in_…`, each with its round; `at_…`, for what is of no round),
and those all of whose places it holds (`all_…`). These follow the team and not each place: ten thousand places need not
be written anew when a team comes.

A project at Central has one list for all its rounds: where one ends while the next begins, a district alone would give
each team what the other round asks of nobody in particular.
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

FOR_TEAMS = ("for_team", *(f"for_team_{number}" for number in range(2, 7)))  # three of each of two rounds
# of what a visit was asked for of nobody in particular: for every team of the round that goes there; of two rounds
FOR_DISTRICTS = ("for_district", "for_district_2")
OF_PLACES = (*FOR_TEAMS, *FOR_DISTRICTS)
MOST_DISTRICTS = 8  # of one team
TEAM = "team"
IN = tuple(f"in_{number}" for number in range(1, MOST_DISTRICTS + 1))
AT = tuple(f"at_{number}" for number in range(1, MOST_DISTRICTS + 1))
ALL = tuple(f"all_{number}" for number in range(1, MOST_DISTRICTS + 1))
OF_PHONES = (TEAM, *IN, *AT, *ALL)
# the pairs of a list's property and a phone's: any of them gives the row to the phone
RULES_OF_PLACES = (
    *((name, TEAM) for name in FOR_TEAMS),
    *((row, name) for row in FOR_DISTRICTS for name in IN),
    *(("district", name) for name in ALL),
)
RULES_OF_FOLLOW_UPS = ((FOR_TEAMS[0], TEAM), *((FOR_DISTRICTS[0], name) for name in (*IN, *AT)))
RULES_OF_DISTRICTS = tuple(("district", name) for name in AT)  # and of their areas


@dataclass(frozen=True)
class Holders:
    """Whose phones hold which place: the properties of each, and what could not be told, by the place's id."""

    properties: Mapping[str, Mapping[str, str]]
    against: Mapping[str, Reason]

    def of(self, place_id: str) -> dict[str, str]:
        """Give the properties of a place, blank where it is nobody's in particular."""
        return dict.fromkeys(OF_PLACES, "") | dict(self.properties.get(place_id, {}))


def in_round(round_id: str | None, district: str) -> str:
    """Write a district as the filter compares it: that of a round, since a project may have two at once."""
    return f"{round_id}:{district}" if round_id else district


def kits_of(project: int | None, *, also_closed: bool = False) -> Any:
    """Select the kits of the open rounds of a project, or of all that share its lists; None stands for any project."""
    query = select(PhoneKit).join(Round, Round.id == PhoneKit.round_id).order_by(Round.id)
    if project is not None:
        query = query.where((Round.project == project) | Round.project.is_(None))
    return query if also_closed else query.where(Round.state == OPEN)


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
        asked_in = sorted(nobodys.get(place_id, ()))
        if len(asked_in) > len(FOR_DISTRICTS):
            against[place_id] = Reason("place_of_too_many_rounds", {"count": len(asked_in), "most": len(FOR_DISTRICTS)})
        found |= dict(zip(FOR_DISTRICTS, asked_in, strict=False))
        if found:
            properties[place_id] = found
    return Holders(properties, against)


def _assigned(session: Session, round_ids: Sequence[str]) -> tuple[Mapping[str, set[int]], Mapping[str, set[str]]]:
    one = Assignment
    query = select(one.facility_id, one.team_id, one.round_id, one.district)
    teams: dict[str, set[int]] = defaultdict(set)
    nobodys: dict[str, set[str]] = defaultdict(set)
    for place_id, team_id, round_id, district in session.execute(query.where(one.round_id.in_(round_ids), is_open())):
        if team_id is None:
            nobodys[place_id].add(in_round(round_id, district))
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
    """Give the properties of a follow-up: of its team, or of its round's district where it is nobody's in particular.

    What is of no round, where a visit was in none or could be in two, goes to every team of the district.
    """
    team = str(found.team_id) if found.team_id else ""
    return {FOR_TEAMS[0]: team, FOR_DISTRICTS[0]: "" if team else in_round(found.round_id, found.district)}


@dataclass(frozen=True)
class Goes:
    """Where a team's phones go: its districts, and those of whose places they hold every one.

    Without a team they go nowhere: their round is over, and lists are empty; what they have yet to send is still taken.
    """

    team_id: int | None
    round_id: str
    districts: tuple[str, ...]
    wholly: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Tell whether Central's filter can say it."""
        return len(self.districts) <= MOST_DISTRICTS

    @property
    def properties(self) -> dict[str, str]:
        """Write it as the properties of an account, blank where there are fewer districts."""
        told = dict.fromkeys(OF_PHONES, "") | {TEAM: str(self.team_id or "")}
        for names, values in ((IN, self.nobodys), (AT, self.districts), (ALL, self.wholly)):
            told |= dict(zip(names, values, strict=False))
        return told

    @property
    def nobodys(self) -> tuple[str, ...]:
        """Write its districts as those of its round."""
        return tuple(in_round(self.round_id, district) for district in self.districts)


def nowhere(team: Team) -> Goes:
    """Tell where the phones of a team go whose round is over."""
    return Goes(None, team.round_id, (), ())


def goes(session: Session, team: Team, districts: Sequence[str]) -> Goes:
    """Tell where a team's phones go: all of a district where no visit was assigned to any team of the round."""
    kit, one = session.get(PhoneKit, team.round_id), Assignment
    planned = select(one.district).where(one.round_id == team.round_id, one.district.in_(districts),
                                         one.team_id.is_not(None), one.state != WITHDRAWN)  # fmt: skip
    by_plan = set() if kit is None or kit.holds_all else set(session.scalars(planned.distinct()))
    return Goes(team.id, team.round_id, tuple(districts), tuple(code for code in districts if code not in by_plan))
