"""The demo's people: one for each role, and the link by which a newcomer becomes them.

They are called by their role and nothing else. Their links ask for no password; they open the door once, on this
machine only, and only in a database that the demo made (server/people/links.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.people.inviting import Invitation, invite
from server.people.links import DEMO, make_link
from server.roles.account import EVERYWHERE, Held
from server.roles.table import BY_TEAM, GIVEN, Role
from server.roles.tables import Team
from server.roles.teams import join
from server.words import Catalogue
from workers.demo.planned import WHO
from workers.demo.story import DISTRICT, ROUND

FIRST = Role.SUPERVISOR  # whom a newcomer is best at first: sees all there is, and may decide
_EVERYWHERE = frozenset({Role.SUPERVISOR, Role.SECRETARIAT, Role.OPERATOR, Role.INSPECTORATE, Role.ASSESSOR})


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to be in the demo, with the token of their link."""

    role: Role
    name: str
    token: str


def make_people(session: Session, words: Catalogue) -> list[DemoPerson]:
    """Make somebody for every role there is, whom to be first at the beginning."""
    people: dict[Role, int] = {
        role: _invite(session, role, words) for role in sorted(GIVEN, key=lambda role: role is not FIRST)
    }
    _fill_team(session, people)
    return [DemoPerson(role, _called(role, words), make_link(session, number, DEMO, WHO.label).token)
            for role, number in people.items()]  # fmt: skip


def _invite(session: Session, role: Role, words: Catalogue) -> int:
    held = () if role in BY_TEAM else (_held(role),)
    wish = Invitation(_called(role, words), f"{role}@tilik.example", held, words.language)
    return invite(session, WHO, wish).person_id


def _held(role: Role) -> Held:
    if role in _EVERYWHERE:
        return Held(role, EVERYWHERE)
    return Held(role, DISTRICT.partition(".")[0] if role is Role.PROVINCIAL else DISTRICT, ROUND)


def _fill_team(session: Session, people: Mapping[Role, int]) -> None:
    """Let them be in the team that planned the visits."""
    team_id = session.scalars(select(Team.id).filter_by(round_id=ROUND)).one()
    for role in BY_TEAM:
        join(session, WHO, team_id, people[role], leads=role is Role.LEAD)


def _called(role: Role, words: Catalogue) -> str:
    name = words.say(f"role.{role}")
    return words.say("demo.person", role=name[:1].upper() + name[1:])
