"""What number a claimed place has under its indicator."""

from typing import Any

from sqlalchemy import func, select

from server.claims.tables import Claim, ClaimLine


def numbered(round_id: str, district: str) -> Any:
    """Number the lines of each of a district's claims, as the workbook lists them, from 1: columns id and number."""
    number = func.row_number().over(partition_by=ClaimLine.claim_id, order_by=ClaimLine.id).label("number")
    query = select(ClaimLine.id.label("id"), number).join(Claim, Claim.id == ClaimLine.claim_id)
    return query.where(Claim.round_id == round_id, Claim.district == district).subquery()
