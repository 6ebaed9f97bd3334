"""People as they are shown to who manages them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.login.sessions import sessions_of
from server.people.factors import ways_of
from server.people.managing import SoughtPeople, people_managed
from server.people.tables import Person
from server.roles.account import Account
from server.roles.views import ShownRole, ShownTie, shown_roles, shown_ties

_FACTORS = {"app": "people.factor_app", "passkey": "people.factor_passkey", "printed": "people.factor_printed"}


@view
class ListedPerson:
    """Somebody in the list, with what they hold."""

    id: int
    name: Cleared
    email: Cleared
    roles: tuple[ShownRole, ...]


@view
class ShownPerson:
    """Somebody as who manages them sees it; `seen` says when they were last here, `sessions` in how many browsers."""

    id: int
    name: Cleared
    email: Cleared
    roles: tuple[ShownRole, ...]
    ties: tuple[ShownTie, ...]
    factors: tuple[Cleared, ...]
    seen: Cleared | None
    sessions: int


def list_people(
    session: Session, by: Account, sought: SoughtPeople, clear: Clearance
) -> tuple[Sequence[ListedPerson], bool]:
    """List a page of the people whom `by` manages; and whether there are more."""
    found, more = people_managed(session, by, sought)
    roles = shown_roles(session, {person.id for person in found}, clear)
    return [ListedPerson(person.id, clear.ours(person.name), clear.ours(person.email or "–"),
                         tuple(roles.get(person.id, ()))) for person in found], more  # fmt: skip


def show_person(session: Session, person: Person, clear: Clearance) -> ShownPerson:
    """Show a person."""
    sessions = sessions_of(session, person.id)
    roles = shown_roles(session, [person.id], clear).get(person.id, ())
    factors = tuple(clear.say(_FACTORS[way]) for way in ways_of(session, person))
    return ShownPerson(
        person.id, clear.ours(person.name), clear.ours(person.email or "–"), tuple(roles),
        tuple(shown_ties(session, person.id, clear)), factors,
        clear.ago(max(one.seen_at for one in sessions)) if sessions else None, len(sessions),
    )  # fmt: skip
