"""What is asked of the claims."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from server.claims.tables import HANGS_ON, Claim, ClaimFile, Meeting
from server.disclosure.cleared import Cleared
from server.disclosure.clearing import claim_file


def claims_of(session: Session, round_id: str, district: str, *, rows: bool = False) -> dict[int, Claim]:
    """Give a district's claims by indicator, with all that is verified of them; with the rows of other sheets too."""
    query = (
        select(Claim)
        .filter_by(round_id=round_id, district=district)
        .options(selectinload(Claim.answers), selectinload(Claim.documents), selectinload(Claim.lines),
                 selectinload(Claim.file))
    )  # fmt: skip
    if rows:
        query = query.options(*(selectinload(getattr(Claim, name)) for name, _ in HANGS_ON.values()))
    return {claim.indicator: claim for claim in session.scalars(query)}


def rows_of(claim: Claim) -> int:
    """Count the rows of the other sheets that hang on a claim."""
    return sum(len(getattr(claim, name)) for name, _ in HANGS_ON.values())


class MeetingRow(NamedTuple):
    """A meeting of a part, and the digest of the file it came in."""

    dated: date | None
    meeting_level: str | None
    cell: str
    file_digest: str


def meetings_of(session: Session, round_id: str, district: str) -> list[MeetingRow]:
    """Give a part's meetings."""
    query = (
        select(Meeting.dated, Meeting.meeting_level, Meeting.cell, ClaimFile.digest)
        .join(ClaimFile, ClaimFile.id == Meeting.file_id)
        .where(ClaimFile.round_id == round_id, ClaimFile.district == district)
        .order_by(Meeting.id)
    )
    return [MeetingRow(*row) for row in session.execute(query)]


def forget_meetings(session: Session, round_id: str, district: str) -> None:
    """Delete a part's meetings: others take their place."""
    files = select(ClaimFile.id).where(ClaimFile.round_id == round_id, ClaimFile.district == district)
    session.execute(delete(Meeting).where(Meeting.file_id.in_(files)))


def name_of(file: ClaimFile, names: Mapping[str, str]) -> Cleared:
    """Name a workbook; `names` has its district's."""
    return claim_file(file.filename, file.digest, names.get(file.district, ""))
