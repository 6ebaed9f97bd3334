"""What is asked of the claims."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, literal, null, select, union_all
from sqlalchemy.orm import Session, selectinload

from server.claims.tables import HANGS_ON, Answer, Claim, ClaimFile, Document, Meeting
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


class StatedRow(NamedTuple):
    """What a claim states beside its places: an answer (by its field's code), or a document (without one)."""

    code: str | None
    value: str | None
    value_before: str | None
    dated: date | None
    title: str | None
    cell: str


def stated(session: Session, claim_id: int) -> list[StatedRow]:
    """Give a claim's answers, then its documents, in one statement."""
    none = null()
    answers = select(literal(0).label("part"), Answer.id, Answer.code, Answer.value, Answer.value_before,
                     Answer.data_date, none.label("title"), Answer.cell)  # fmt: skip
    documents = select(literal(1).label("part"), Document.id, none.label("code"), Document.number, none.label("before"),
                       Document.dated, Document.title, Document.cell)  # fmt: skip
    both: Any = union_all(answers.where(Answer.claim_id == claim_id), documents.where(Document.claim_id == claim_id))
    return [StatedRow(*row[2:]) for row in session.execute(both.order_by("part", "id"))]


def name_of(file: ClaimFile, names: Mapping[str, str]) -> Cleared:
    """Name a workbook; `names` has its district's."""
    return claim_file(file.filename, file.digest, names.get(file.district, ""))
