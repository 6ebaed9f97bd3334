"""What is asked of the claims."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from server.claims.tables import Claim, ClaimFile
from server.disclosure.cleared import Cleared
from server.disclosure.clearing import claim_file


def claims_of(session: Session, round_id: str, district: str) -> dict[int, Claim]:
    """Give a district's claims by indicator, with everything that hangs on them."""
    query = (
        select(Claim)
        .filter_by(round_id=round_id, district=district)
        .options(selectinload(Claim.answers), selectinload(Claim.documents), selectinload(Claim.lines),
                 selectinload(Claim.file))
    )  # fmt: skip
    return {claim.indicator: claim for claim in session.scalars(query)}


def name_of(file: ClaimFile, names: Mapping[str, str]) -> Cleared:
    """Name a workbook; `names` has its district's."""
    return claim_file(file.filename, file.digest, names.get(file.district, ""))
