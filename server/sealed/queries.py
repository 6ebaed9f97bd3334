"""Sealed assignments, found and listed."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.roles.account import Account
from server.roles.table import Permission
from server.sealed.tables import SealedAssignment


def sealed_one(
    session: Session, number: int, part: tuple[str, str] | None = None, *, to_change: bool = False
) -> SealedAssignment | None:
    """Find an assignment by its number, in a district's part of a round where that is said."""
    query = select(SealedAssignment).where(SealedAssignment.id == number)
    if part is not None:
        query = query.where(SealedAssignment.round_id == part[0], SealedAssignment.district == part[1])
    return session.scalars(query.with_for_update() if to_change else query).one_or_none()


def given_in(session: Session, round_id: str, district: str) -> Sequence[SealedAssignment]:
    """List the assignments of a district's part of a round, the newest first."""
    query = select(SealedAssignment).filter_by(round_id=round_id, district=district)
    return session.scalars(query.order_by(SealedAssignment.id.desc())).all()


def given_to(session: Session, account: Account) -> Sequence[SealedAssignment]:
    """List the assignments that name somebody and still stand, where they verify, the newest first."""
    one = SealedAssignment
    mine = or_(one.first_id == account.person_id, one.second_id == account.person_id)
    reach = account.reach(Permission.VISIT_SHELTERS, one.district, one.round_id)
    return session.scalars(select(one).where(mine, one.withdrawn_at.is_(None), reach).order_by(one.id.desc())).all()


def given_within(session: Session, account: Account) -> Sequence[SealedAssignment]:
    """List the assignments where an officer gives them, the newest first."""
    one = SealedAssignment
    reach = account.reach(Permission.GIVE_SEALED, one.district, one.round_id)
    return session.scalars(select(one).where(reach).order_by(one.id.desc()).limit(500)).all()
