"""Giving a sealed assignment, drawing another code for it, and withdrawing it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed, today_in
from server.audit.entries import Act, write_down
from server.db import now
from server.decisions.typed import Undecidable, read_uuid
from server.fields import PAGE
from server.people.links import as_typed, new_code
from server.people.passwords import hashed
from server.roles.account import Account, must
from server.roles.table import Permission
from server.roles.teams import teams_going
from server.rounds.states import hold_part
from server.sealed.tables import SealedAssignment
from server.sealed.typed import NotSealed, SealedWish, Unsealed, read_sealed
from verification.reason import Reason

WHY_WITHDRAWN = ("decision_ended", "verifier_changed", "not_safe", "by_mistake")


def give(session: Session, round_id: str, district: str, wish: SealedWish, by: Account) -> tuple[SealedAssignment, str]:
    """Give a sealed assignment; gives it and its code, which is kept nowhere. Raises NotSealed, Forbidden."""
    must(by, Permission.GIVE_SEALED, district, round_id)
    hold_part(session, round_id, district)
    if against := part_is_closed(session, round_id, district):
        raise NotSealed({PAGE: against})
    try:
        known = session.scalar(select(SealedAssignment.id).filter_by(uuid=read_uuid(wish.uuid)))
    except Undecidable as wrong:
        raise NotSealed({PAGE: wrong.reason}) from None
    if known is not None:
        raise NotSealed({PAGE: Reason("sealed_given_already")})
    values = read_sealed(wish, today_in(session, district), teams_going(session, round_id, district))
    code = new_code()
    given = SealedAssignment(
        uuid=wish.uuid, round_id=round_id, district=district, code=hashed(as_typed(code)), drawn=1, wrong_codes=0,
        given_by=by.label, given_at=now(), **values,
    )  # fmt: skip
    session.add(given)
    session.flush()
    _note(session, given, "sealed_given", by)
    return given, code


def draw_again(session: Session, given: SealedAssignment, by: Account) -> str:
    """Draw another code, because the first was lost or typed wrong too often; that one opens nothing any more.

    Raises Unsealed, Forbidden.
    """
    _must_stand(given, by)
    code = new_code()
    given.code, given.drawn, given.wrong_codes = hashed(as_typed(code)), given.drawn + 1, 0
    _note(session, given, "sealed_code_drawn", by)
    return code


def withdraw(session: Session, given: SealedAssignment, why: str, by: Account) -> None:
    """Withdraw an assignment: nothing opens it any more, and what was filled in counts no more.

    Raises Unsealed, Forbidden.
    """
    _must_stand(given, by)
    if why not in WHY_WITHDRAWN:
        raise Unsealed("sealed_why_missing")
    given.withdrawn_by, given.withdrawn_at, given.withdrawn_why = by.label, now(), why
    _note(session, given, "sealed_withdrawn", by)


def _must_stand(given: SealedAssignment, by: Account) -> None:
    must(by, Permission.GIVE_SEALED, given.district, given.round_id)
    if given.withdrawn_at is not None:
        raise Unsealed("sealed_is_withdrawn")


def _note(session: Session, given: SealedAssignment, act: str, by: Account) -> None:
    write_down(session, Act(by.label, act, f"sealed:{given.id}", given.district, given.round_id))
