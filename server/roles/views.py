"""Roles, teams and ties as they are shown to who manages them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.people.tables import Person
from server.roles.account import EVERYWHERE, Account
from server.roles.table import Permission
from server.roles.tables import HeldRole, Team, TeamDistrict, TeamMember, Tie
from server.rounds.tables import Round


@view
class ShownRole:
    """A role as it is held; `id` of the row by which it is taken away, none for one by a team."""

    id: int | None
    role: Cleared
    area: Cleared
    round_name: Cleared
    team_id: int | None


@view
class ShownTie:
    """A tie that stands."""

    id: int
    district: Cleared
    place: Cleared | None
    why: Cleared
    since: Cleared


@view
class ShownMember:
    """A member of a team."""

    person_id: int
    name: Cleared
    leads: bool


@view
class ShownTeam:
    """A team with what it verifies and who is in it."""

    id: int
    name: Cleared
    round_name: Cleared
    districts: tuple[Cleared, ...]
    codes: tuple[Cleared, ...]
    members: tuple[ShownMember, ...]


@view
class Choice:
    """Something to choose from: its code and its name."""

    code: Cleared
    name: Cleared


def rounds_to_choose(session: Session, clear: Clearance) -> list[Choice]:
    """List the rounds, the newest first."""
    query = select(Round.id, Round.name).order_by(Round.id.desc())
    return [Choice(clear.id(number), clear.ours(name)) for number, name in session.execute(query)]


def shown_roles(session: Session, ids: Collection[int], clear: Clearance) -> Mapping[int, Sequence[ShownRole]]:
    """Give what each of these people holds, given or by a team."""
    given = select(HeldRole.person_id, HeldRole.id, HeldRole.role, HeldRole.area, HeldRole.round_id).where(
        HeldRole.person_id.in_(ids), HeldRole.ended_at.is_(None)
    )
    by_team = (
        select(TeamMember.person_id, TeamMember.leads, Team.id, Team.round_id, TeamDistrict.district)
        .join(Team, Team.id == TeamMember.team_id)
        .join(TeamDistrict, TeamDistrict.team_id == Team.id)
        .where(TeamMember.person_id.in_(ids), TeamMember.ended_at.is_(None), Team.ended_at.is_(None))
    )
    rows = [(person, number, role, area, round_id, None)
            for person, number, role, area, round_id in session.execute(given.order_by(HeldRole.id))]  # fmt: skip
    teams = [(person, None, "lead" if leads else "verifier", district, round_id, team)
             for person, leads, team, round_id, district in session.execute(by_team.order_by(Team.id))]  # fmt: skip
    names, rounds = _names(session, {row[3] for row in (*rows, *teams)}), _round_names(session)
    found: dict[int, list[ShownRole]] = defaultdict(list)
    for person, number, role, area, round_id, team in (*rows, *teams):
        found[person].append(ShownRole(
            number, clear.say(f"role.{role}"), _area(clear, names, area), _round(clear, rounds, round_id), team,
        ))  # fmt: skip
    return found


def shown_ties(session: Session, person_id: int, clear: Clearance) -> list[ShownTie]:
    """List the ties of a person that stand."""
    ties = session.scalars(select(Tie).filter_by(person_id=person_id, ended_at=None).order_by(Tie.id)).all()
    names = _names(session, {tie.district for tie in ties})
    return [ShownTie(tie.id, _area(clear, names, tie.district), clear.id(tie.facility_id[:8]) if tie.facility_id
                     else None, clear.own(tie.why), clear.ago(tie.declared_at)) for tie in ties]  # fmt: skip


def teams_managed(
    session: Session, by: Account, clear: Clearance, only: int | None = None,
    permission: Permission = Permission.MANAGE_TEAMS,
) -> list[ShownTeam]:  # fmt: skip
    """List the teams all of whose districts `by` manages, or may do something else to; or only one of them."""
    has = TeamDistrict.team_id == Team.id
    within = by.reach(permission, TeamDistrict.district, Team.round_id)
    query = select(Team).where(Team.ended_at.is_(None), exists().where(has), ~exists().where(has, ~within))
    if only is not None:
        query = query.where(Team.id == only)
    teams = session.scalars(query.order_by(Team.round_id.desc(), func.lower(Team.name), Team.id)).all()
    districts = _districts(session, {team.id for team in teams})
    names, rounds = _names(session, {code for codes in districts.values() for code in codes}), _round_names(session)
    members = _members(session, {team.id for team in teams}, clear)
    return [ShownTeam(
        team.id, clear.ours(team.name), _round(clear, rounds, team.round_id),
        tuple(_area(clear, names, code) for code in districts[team.id]), tuple(map(clear.id, districts[team.id])),
        tuple(members[team.id]),
    ) for team in teams]  # fmt: skip


def _districts(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    query = select(TeamDistrict).where(TeamDistrict.team_id.in_(ids)).order_by(TeamDistrict.district)
    for row in session.scalars(query):
        found[row.team_id].append(row.district)
    return found


def _members(session: Session, ids: Collection[int], clear: Clearance) -> Mapping[int, Sequence[ShownMember]]:
    found: dict[int, list[ShownMember]] = defaultdict(list)
    query = select(TeamMember, Person.name).join(Person, Person.id == TeamMember.person_id)
    query = query.where(TeamMember.team_id.in_(ids), TeamMember.ended_at.is_(None)).order_by(TeamMember.id)
    for member, name in session.execute(query):
        found[member.team_id].append(ShownMember(member.person_id, clear.ours(name), member.leads))
    return found


def _names(session: Session, codes: Collection[str]) -> Mapping[str, str]:
    return names_of(session, None, codes)


def _round_names(session: Session) -> Mapping[str, str]:
    return dict(session.execute(select(Round.id, Round.name)).all())


def _area(clear: Clearance, names: Mapping[str, str], code: str) -> Cleared:
    if code == EVERYWHERE:
        return clear.say("people.everywhere")
    return clear.ours(f"{code} {names[code]}" if code in names else code)


def _round(clear: Clearance, rounds: Mapping[str, str], round_id: str | None) -> Cleared:
    return clear.ours(rounds.get(round_id, round_id)) if round_id else clear.say("people.every_round")
