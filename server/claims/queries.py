"""What is asked of the claims."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from server.claims.tables import Claim


def claims_of(session: Session, round_id: str, district: str) -> dict[int, Claim]:
    """Give a district's claims by indicator, with everything that hangs on them."""
    query = (
        select(Claim)
        .filter_by(round_id=round_id, district=district)
        .options(selectinload(Claim.answers), selectinload(Claim.documents), selectinload(Claim.lines),
                 selectinload(Claim.file))
    )  # fmt: skip
    return {claim.indicator: claim for claim in session.scalars(query)}
