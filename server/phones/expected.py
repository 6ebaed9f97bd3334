"""What each team's phones are to hold, told from what is stored here: for the plan before, and the check after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.assignments.states import is_open
from server.assignments.tables import Assignment
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import PHONE
from server.phones.places import FOR_DISTRICTS, FOR_TEAMS, Goes, goes, holders, kits_of
from server.phones.tables import Phone, PhoneKit
from server.register.tables import Facility
from server.roles.tables import Team, TeamDistrict, TeamMember
from server.rounds.states import ARCHIVED, CLOSED, OPEN
from server.rounds.tables import Round
from verification.model import district_of
from verification.reason import Reason


@dataclass(frozen=True)
class TeamHolds:
    """What a team's phones hold: places and follow-ups by id; how many of its members have a phone that is ready."""

    team: Team
    goes: Goes
    places: frozenset[str]
    follow_ups: frozenset[str]
    members: int
    ready: int


@dataclass(frozen=True)
class Holding:
    """What all phones of a project hold; places that none does; what could not be told to the filter, by place."""

    teams: Sequence[TeamHolds]
    nobodys: frozenset[str]
    against: Mapping[str, Reason]
    homes: Mapping[str, str]  # that phones may have by kind and code alone, with the names that none may have
    shelters: frozenset[str]  # that none may have
    unprepared: Sequence[str]  # rounds of the project whose teams have no phones of their own yet, by name
    asked: frozenset[str]  # every follow-up that is open, of whatever round and team


def holding(session: Session, project: int, only: int | None = None) -> Holding | None:
    """Work out what the phones of a project's open rounds are to hold; None where no round has phones.

    `only` leaves out all teams but one.
    """
    register = session.scalars(select(Facility).order_by(Facility.id)).all()
    whose = holders(session, project, register)
    if whose is None:
        return None
    listed = [(place.id, whose.of(place.id), district_of(place.village or "")) for place in register
              if _cleared(place).shown in PHONE.lists]  # fmt: skip
    on_lists = frozenset(place_id for place_id, *_ in listed)
    teams = [_team_holds(session, team, districts, listed)
             for team, districts in teams_with_phones(session, project) if only in (None, team.id)]  # fmt: skip
    held = frozenset().union(*(one.places for one in teams))
    return Holding(
        teams, on_lists - held, whose.against,
        {place.id: place.name or "" for place in register if place.id in on_lists and _cleared(place).is_home},
        frozenset(place.id for place in register) - on_lists, _unprepared(session, project),
        frozenset(session.scalars(select(Assignment.uuid).where(is_open()))),
    )  # fmt: skip


def _unprepared(session: Session, project: int) -> Sequence[str]:
    kits, at = select(PhoneKit.round_id), (Round.project == project) | Round.project.is_(None)
    query = select(Round.name).where(Round.state == OPEN, at, Round.id.not_in(kits), Round.id.in_(
        select(Team.round_id).where(Team.ended_at.is_(None))))  # fmt: skip
    return session.scalars(query.order_by(Round.id)).all()


def _cleared(place: Facility) -> UnclearedPlace:
    return UnclearedPlace((place.kind,), place.name, place.village, place.id)


def teams_with_phones(session: Session, project: int) -> list[tuple[Team, list[str]]]:
    """List the teams of the open rounds whose teams have phones, with their districts."""
    rounds = [kit.round_id for kit in session.scalars(kits_of(project))]
    query = select(Team, TeamDistrict.district).outerjoin(TeamDistrict, TeamDistrict.team_id == Team.id)
    query = query.where(Team.round_id.in_(rounds), Team.ended_at.is_(None))
    found: dict[int, tuple[Team, list[str]]] = {}
    for team, district in session.execute(query.order_by(Team.id, TeamDistrict.district)):
        found.setdefault(team.id, (team, []))[1].extend([district] if district else [])
    return list(found.values())


def rounds_over(session: Session, project: int) -> list[str]:
    """Name the rounds of a project that have phones and are closed."""
    kits = kits_of(project, also_closed=True).where(Round.state.in_((CLOSED, ARCHIVED)))
    return [kit.round_id for kit in session.scalars(kits)]


def _team_holds(
    session: Session, team: Team, districts: Sequence[str], listed: Sequence[tuple[str, Mapping[str, str], str]]
) -> TeamHolds:
    where, mine = goes(session, team, districts), str(team.id)
    places = set()
    for place_id, told, district in listed:
        if (district in where.wholly or mine in (told[name] for name in FOR_TEAMS)
                or any(told[name] in where.nobodys for name in FOR_DISTRICTS)):  # fmt: skip
            places.add(place_id)
    members = select(func.count(TeamMember.person_id.distinct())).filter_by(team_id=team.id, ended_at=None)
    ready = select(func.count()).select_from(Phone).where(
        Phone.team_id == team.id, Phone.person_id.is_not(None), Phone.ended_at.is_(None), Phone.ready_at.is_not(None)
    )  # fmt: skip
    return TeamHolds(team, where, frozenset(places), _follow_ups(session, team, districts),
                     session.scalar(members) or 0, session.scalar(ready) or 0)  # fmt: skip


def _follow_ups(session: Session, team: Team, districts: Sequence[str]) -> frozenset[str]:
    one = Assignment
    of_it = (one.round_id == team.round_id) | one.round_id.is_(None)
    for_it = (one.team_id == team.id) | (one.team_id.is_(None) & one.district.in_(districts) & of_it)
    query = select(one.uuid).where(is_open(), for_it, one.sent_at.is_not(None))
    return frozenset(session.scalars(query))
