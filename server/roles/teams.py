"""Verification teams of a round: made, filled, given districts; and ties, which refuse a place in one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from server.areas.queries import area_of, newest_number
from server.audit.entries import Act, digest_of, write_down
from server.db import now
from server.people.tables import Person
from server.phones.keeping import settle
from server.register.tables import Facility
from server.roles.account import Account, NotGiven, must
from server.roles.queries import label_of
from server.roles.table import Permission
from server.roles.tables import Team, TeamDistrict, TeamMember, Tie
from server.rounds.tables import Round
from verification.model import district_of

LONGEST_NAME, LONGEST_WHY = 100, 500


def make_team(session: Session, by: Account, round_id: str, name: str, districts: Iterable[str]) -> Team:
    """Make a team of a round for districts. Raises NotGiven, Forbidden."""
    found, name = session.get(Round, round_id), " ".join(name.split())
    if found is None:
        raise NotGiven("role_round_unknown", round=round_id[:20])
    if not name or len(name) > LONGEST_NAME:
        raise NotGiven("team_name_wrong", longest=LONGEST_NAME)
    team = Team(round_id=round_id, name=name, made_by=by.label, made_at=now())
    session.add(team)
    session.flush()
    set_districts(session, by, team.id, districts)
    return team


def set_districts(session: Session, by: Account, team_id: int, districts: Iterable[str]) -> None:
    """Say which districts a team verifies. Raises NotGiven, Forbidden."""
    team, wanted = team_of(session, team_id), sorted(set(districts))
    areas = session.get_one(Round, team.round_id).areas_id
    if not wanted:
        raise NotGiven("team_without_districts")
    for district in {*wanted, *districts_of(session, team_id)}:
        must(by, Permission.MANAGE_TEAMS, district, team.round_id)
    for district in wanted:
        area = area_of(session, areas, district)
        if area is None or area.level != "district":
            raise NotGiven("role_area_unknown", area=district[:13])
    for person_id in members_of(session, team_id):
        _refuse_tied(session, person_id, wanted)
    session.execute(delete(TeamDistrict).filter_by(team_id=team_id))
    session.add_all(TeamDistrict(team_id=team_id, district=district) for district in wanted)
    session.flush()
    about = " ".join((f"team:{team_id}", *(f"district:{district}" for district in wanted)))
    write_down(session, Act(by.label, "team_districts", about, round_id=team.round_id, after=digest_of(wanted)))
    settle(session, team_id, by.label)


def join(session: Session, by: Account, team_id: int, person_id: int, *, leads: bool) -> None:
    """Make a person a member of a team, or its lead; one who is in it already changes over. Raises as `make_team`."""
    team, districts = team_of(session, team_id), districts_of(session, team_id)
    _must_manage(by, team, districts)
    person = session.get(Person, person_id)
    if person is None or person.ended_at is not None:
        raise NotGiven("person_not_known")
    _refuse_tied(session, person_id, districts)
    _leave(session, by, person_id, team_id)
    session.add(TeamMember(team_id=team_id, person_id=person_id, leads=leads, given_by=by.label, given_at=now()))
    session.flush()
    act = "team_lead" if leads else "team_member"
    write_down(session, Act(by.label, act, f"team:{team_id} {label_of(person_id)}", round_id=team.round_id))
    settle(session, team_id, by.label)


def leave(session: Session, by: Account, team_id: int, person_id: int) -> None:
    """Take a person out of a team. Raises NotGiven, Forbidden."""
    team = team_of(session, team_id)
    _must_manage(by, team, districts_of(session, team_id))
    if _leave(session, by, person_id, team_id):
        write_down(session, Act(by.label, "team_left", f"team:{team_id} {label_of(person_id)}", round_id=team.round_id))
        settle(session, team_id, by.label)


def leave_all(session: Session, by: Account, person_id: int) -> None:
    """Take a person whose account ends out of every team."""
    for team_id in session.scalars(select(TeamMember.team_id).filter_by(person_id=person_id, ended_at=None)).all():
        team = session.get_one(Team, team_id)
        _leave(session, by, person_id, team_id)
        write_down(session, Act(by.label, "team_left", f"team:{team_id} {label_of(person_id)}", round_id=team.round_id))
        settle(session, team_id, by.label)


def end_team(session: Session, by: Account, team_id: int) -> None:
    """Dissolve a team; its members see and judge nothing by it any more. Raises NotGiven, Forbidden."""
    team = team_of(session, team_id)
    _must_manage(by, team, districts_of(session, team_id))
    team.ended_at = now()
    session.flush()
    write_down(session, Act(by.label, "team_ended", f"team:{team_id}", round_id=team.round_id))
    settle(session, team_id, by.label)


def declare_tie(
    session: Session, by: Account, person_id: int, district: str, why: str, facility_id: str | None = None
) -> None:
    """Write down that a person has a tie to a district, or to a place in one; from now on they do not judge there.

    Who has it says so, or who manages people there. Raises NotGiven, Forbidden.
    """
    area = area_of(session, newest_number(session), district)
    if area is None or area.level != "district":
        raise NotGiven("role_area_unknown", area=district[:13])
    if by.person_id != person_id:
        must(by, Permission.MANAGE_PEOPLE, district)
    facility = session.get(Facility, facility_id) if facility_id else None
    if facility_id and (facility is None or district_of(facility.village) != district):
        raise NotGiven("tie_place_unknown")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise NotGiven("tie_why_missing", longest=LONGEST_WHY)
    session.add(Tie(person_id=person_id, district=district, facility_id=facility_id, why=why.strip(),
                    declared_by=by.label, declared_at=now()))  # fmt: skip
    about = label_of(person_id) + (f" place:{facility_id}" if facility_id else "")
    write_down(session, Act(by.label, "tie_declared", about, district))


def end_tie(session: Session, by: Account, tie_id: int, person_id: int) -> None:
    """Write down that a person's tie is no more: never by who has it. Raises NotGiven, Forbidden."""
    tie = session.get(Tie, tie_id)
    if tie is None or tie.ended_at is not None or tie.person_id != person_id:
        raise NotGiven("tie_not_known")
    must(by, Permission.MANAGE_PEOPLE, tie.district)
    if by.person_id == tie.person_id:
        raise NotGiven("tie_own")
    tie.ended_at, tie.ended_by = now(), by.label
    write_down(session, Act(by.label, "tie_ended", f"{label_of(tie.person_id)} tie:{tie_id}", tie.district))


def team_of(session: Session, team_id: int) -> Team:
    """Find a team that has not ended. Raises NotGiven."""
    team = session.get(Team, team_id)
    if team is None or team.ended_at is not None:
        raise NotGiven("team_not_known")
    return team


def districts_of(session: Session, team_id: int) -> list[str]:
    """List a team's districts by code."""
    return list(session.scalars(select(TeamDistrict.district).filter_by(team_id=team_id).order_by("district")))


def members_of(session: Session, team_id: int) -> dict[int, bool]:
    """Give a team's members, and whether each leads."""
    query = select(TeamMember.person_id, TeamMember.leads).filter_by(team_id=team_id, ended_at=None)
    return dict(session.execute(query.order_by(TeamMember.id)).all())


def _must_manage(by: Account, team: Team, districts: Iterable[str]) -> None:
    for district in districts:
        must(by, Permission.MANAGE_TEAMS, district, team.round_id)


def _refuse_tied(session: Session, person_id: int, districts: Iterable[str]) -> None:
    query = select(Tie.district).filter_by(person_id=person_id, ended_at=None).where(Tie.district.in_(list(districts)))
    if (tied := session.scalars(query.limit(1)).first()) is not None:
        raise NotGiven("role_where_tied", district=tied)


def _leave(session: Session, by: Account, person_id: int, team_id: int) -> bool:
    query = select(TeamMember).filter_by(person_id=person_id, team_id=team_id, ended_at=None)
    found = session.scalars(query).all()
    for member in found:
        member.ended_at, member.ended_by = now(), by.label
    session.flush()
    return bool(found)


@dataclass(frozen=True)
class Going:
    """A team that verifies a district: its standing members by number and name.

    `tied` are those of them who may not go, `leads` those who lead.
    """

    id: int
    name: str
    members: Mapping[int, str]
    tied: frozenset[int]
    leads: frozenset[int] = frozenset()


def teams_going(session: Session, round_id: str, district: str) -> list[Going]:
    """List the teams that verify a district in a round, by name."""
    query = (
        select(Team.id, Team.name, Person.id, Person.name, _tie_of(Person.id, district), TeamMember.leads)
        .join(TeamDistrict, TeamDistrict.team_id == Team.id)
        .outerjoin(TeamMember, (TeamMember.team_id == Team.id) & TeamMember.ended_at.is_(None))
        .outerjoin(Person, Person.id == TeamMember.person_id)
        .where(Team.round_id == round_id, Team.ended_at.is_(None), TeamDistrict.district == district)
        .order_by(Team.name, Team.id, Person.name, Person.id)
    )
    found: dict[int, Going] = {}
    for team_id, name, person_id, called, tied, leads in session.execute(query):
        before = found.get(team_id) or Going(team_id, name, {}, frozenset())
        if person_id is not None:
            before = Going(team_id, name, {**before.members, person_id: called},
                           before.tied | ({person_id} if tied else set()),
                           before.leads | ({person_id} if leads else set()))  # fmt: skip
        found[team_id] = before
    return list(found.values())


def _tie_of(person_id: SQLCoreOperations[Any], district: str) -> ColumnElement[bool]:
    """Tell whether a person has a tie that stands to a district, or to a place in it, as SQL."""
    return exists().where(Tie.person_id == person_id, Tie.district == district, Tie.ended_at.is_(None))
