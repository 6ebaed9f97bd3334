"""People and what they hold, listed for programs and the terminal."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import HIGHEST_KEY
from server.people.tables import Person
from server.roles.account import Held
from server.roles.queries import held_of


def listed_people(session: Session, *, ended: bool) -> list[dict[str, Any]]:
    """List everybody whose account has not ended, or has, with their roles; those of teams are among these."""
    over = Person.ended_at.is_not(None) if ended else Person.ended_at.is_(None)
    people, held = session.scalars(select(Person).where(over).order_by(Person.id)), {} if ended else held_of(session)
    return [_listed(person, held.get(person.id, ())) for person in people]


def _listed(person: Person, held: Sequence[Held]) -> dict[str, Any]:
    return {
        "id": person.id, "name": person.name, "email": person.email, "made_at": person.made_at,
        "ended_at": person.ended_at, "has_password": person.password is not None,
        "roles": [{"role": one.role, "area": one.area, "round": one.round_id} for one in held],
    }  # fmt: skip


def person_called(session: Session, who: str) -> int | None:
    """Find whoever has not ended, by number or address; give their number."""
    query = select(Person.id).where(Person.ended_at.is_(None))
    if who.isascii() and who.isdigit():
        return session.scalar(query.filter_by(id=int(who))) if int(who[:20]) <= HIGHEST_KEY else None
    return session.scalar(query.filter_by(email=who.strip().lower()[:254]))
