"""Sealed assignments as they are shown: to officers with how far they are, to the two verifiers as their own."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.db import among
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.people.links import MOST_WRONG_CODES
from server.people.tables import Person
from server.restricted.queries import progress_by_assignment
from server.rounds.tables import Round
from server.sealed.tables import SealedAssignment
from server.words import Catalogue


@view
class SealedShown:
    """A sealed assignment: where, for whom, by which decision, how far it is; which shelter, nobody is told here."""

    id: int
    round_id: Cleared
    round_name: Cleared
    district: Cleared
    district_name: Cleared
    kind: Cleared
    first: Cleared
    second: Cleared
    decision: Cleared
    decided_on: date
    month: Cleared
    progress: Cleared  # of what is filled in
    stands: bool
    locked: bool  # too many wrong codes were typed
    withdrawn_why: Cleared | None


def sealed_shown(session: Session, rows: Sequence[SealedAssignment], words: Catalogue) -> tuple[SealedShown, ...]:
    """Show assignments, with the names of districts, rounds and people."""
    clear = Clearance(words)
    areas = names_of(session, None, {one.district for one in rows})
    rounds = _rounds(session, {one.round_id for one in rows})
    people = _called(session, {number for one in rows for number in (one.first_id, one.second_id)})
    progress = progress_by_assignment(session, [one.id for one in rows])
    return tuple(
        SealedShown(
            one.id, clear.id(one.round_id), clear.ours(rounds[one.round_id]), clear.id(one.district),
            clear.ours(areas.get(one.district, one.district)), clear.say(f"kind.{one.kind}"),
            clear.ours(people[one.first_id]), clear.ours(people[one.second_id]), clear.id(one.decision),
            one.decided_on, month_shown(one.month, clear), clear.say(f"sealed_progress.{progress[one.id]}"),
            one.withdrawn_at is None, one.wrong_codes >= MOST_WRONG_CODES,
            clear.say(f"sealed_why.{one.withdrawn_why}") if one.withdrawn_why else None,
        ) for one in rows
    )  # fmt: skip


def month_shown(month: str, clear: Clearance) -> Cleared:
    """Write a month in words: November 2026."""
    return clear.ours(format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=clear.language))


def _called(session: Session, ids: set[int]) -> dict[int, str]:
    return dict(session.execute(select(Person.id, Person.name).where(among(session, Person.id, list(ids)))).all())


def _rounds(session: Session, ids: set[str]) -> dict[str, str]:
    return dict(session.execute(select(Round.id, Round.name).where(among(session, Round.id, list(ids)))).all())
