"""What somebody is shown of their own account."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.login.sessions import sessions_of
from server.login.tables import LoginSession
from server.people.factors import FEW_CODES, codes_left, codes_made_at
from server.people.tables import Passkey, Person
from server.roles.account import Account, Held
from server.roles.queries import held_by
from server.roles.tables import Team, TeamDistrict, TeamMember, Tie
from server.words import Catalogue


@view
class HeldView:
    """A role that is held: where, and in which round."""

    role: Cleared
    area: Cleared | None
    round: Cleared | None


@view
class TeamView:
    """A team that one is in."""

    name: Cleared
    round: Cleared
    leads: bool
    districts: tuple[Cleared, ...]


@view
class TieView:
    """A tie that was declared."""

    district: Cleared
    why: Cleared
    declared_at: datetime


@view
class SessionView:
    """A browser in which one is logged in."""

    id: int
    device: Cleared
    way: Cleared
    begun_at: datetime
    seen_at: datetime
    this: bool


@view
class PasskeyView:
    """A passkey of one's own."""

    id: int
    name: Cleared
    made_at: datetime
    used_at: datetime | None


@view
class FactorsView:
    """One's second factors; `few` where so few printed codes are left that new ones are due."""

    app: bool
    passkeys: tuple[PasskeyView, ...]
    codes_left: int
    codes_made_at: datetime | None
    few: bool
    asked: bool


@view
class OwnView:
    """One's own account."""

    name: Cleared
    email: Cleared | None
    language: Cleared
    has_password: bool
    password_set_at: datetime | None
    by_provider: bool
    roles: tuple[HeldView, ...]
    teams: tuple[TeamView, ...]
    ties: tuple[TieView, ...]
    sessions: tuple[SessionView, ...]
    factors: FactorsView


def own_view(session: Session, account: Account, session_id: int, words: Catalogue) -> OwnView:
    """Show somebody their own account."""
    person = session.get_one(Person, account.person_id)
    held, teams, ties = held_by(session, person.id), _teams(session, person.id), _ties(session, person.id)
    clear = Clearance(words, _names(session, held, teams, ties))
    return OwnView(
        name=clear.own(person.name), email=clear.own(person.email) if person.email else None,
        language=clear.id(person.language), has_password=person.password is not None,
        password_set_at=person.password_set_at, by_provider=person.oidc_subject is not None,
        roles=tuple(_held(clear, one) for one in held), teams=tuple(_team(clear, *one) for one in teams),
        ties=tuple(TieView(clear.area(tie.district), clear.own(tie.why), tie.declared_at) for tie in ties),
        sessions=tuple(_session(clear, one, session_id) for one in sessions_of(session, person.id)),
        factors=_factors(session, clear, person, account),
    )  # fmt: skip


def _held(clear: Clearance, held: Held) -> HeldView:
    return HeldView(clear.say(f"role.{held.role.value}"), clear.area(held.area) if held.area else None,
                    clear.id(held.round_id) if held.round_id else None)  # fmt: skip


def _team(clear: Clearance, team: Team, leads: bool, districts: list[str]) -> TeamView:
    return TeamView(clear.ours(team.name), clear.id(team.round_id), leads, tuple(map(clear.area, districts)))


def _session(clear: Clearance, found: LoginSession, session_id: int) -> SessionView:
    return SessionView(found.id, clear.ours(found.device), clear.say(f"way.{found.way}"), found.begun_at, found.seen_at,
                       found.id == session_id)  # fmt: skip


def _factors(session: Session, clear: Clearance, person: Person, account: Account) -> FactorsView:
    query = select(Passkey).filter_by(person_id=person.id).order_by(Passkey.id)
    left = len(codes_left(session, person.id))
    return FactorsView(
        app=person.totp_secret is not None,
        passkeys=tuple(PasskeyView(key.id, clear.ours(key.name), key.made_at, key.used_at)
                       for key in session.scalars(query)),
        codes_left=left, codes_made_at=codes_made_at(session, person.id), few=0 < left <= FEW_CODES,
        asked=account.asks_second_factor,
    )  # fmt: skip


def _teams(session: Session, person_id: int) -> list[tuple[Team, bool, list[str]]]:
    query = (
        select(Team, TeamMember.leads)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.person_id == person_id, TeamMember.ended_at.is_(None), Team.ended_at.is_(None))
        .order_by(Team.id)
    )
    districts = select(TeamDistrict.district).order_by(TeamDistrict.district)
    return [(team, leads, list(session.scalars(districts.filter_by(team_id=team.id))))
            for team, leads in session.execute(query)]  # fmt: skip


def _ties(session: Session, person_id: int) -> list[Tie]:
    return list(session.scalars(select(Tie).filter_by(person_id=person_id, ended_at=None).order_by(Tie.id)))


def _names(
    session: Session, held: list[Held], teams: list[tuple[Team, bool, list[str]]], ties: list[Tie]
) -> dict[str, str]:
    """Name the areas that are spoken of, as the newest version has them."""
    codes = {*(one.area for one in held), *(tie.district for tie in ties)}.union(*(team[2] for team in teams))
    return names_of(session, None, codes)
