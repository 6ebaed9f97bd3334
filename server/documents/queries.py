"""What is asked of the documents that were handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from server.claims.tables import Claim, Document
from server.documents.matching import FileNamed, RowNamed
from server.documents.tables import CLEAN, FOUND, UNSCANNABLE, WAITING, HandedIn


@dataclass(frozen=True)
class DocumentRow:
    """A row of the sheet Dokumen, with the indicator that it supports."""

    indicator: int
    number: str
    title: str | None
    file: str | None
    cell: str

    @property
    def named(self) -> RowNamed:
        """What it is matched by."""
        return RowNamed(self.indicator, self.number, self.file)


def rows_of_documents(session: Session, round_id: str, district: str) -> list[DocumentRow]:
    """Give the rows of a part's sheet Dokumen, in the sheet's order within each indicator."""
    query = (
        select(Claim.indicator, Document.number, Document.title, Document.file, Document.cell)
        .join(Claim, Claim.id == Document.claim_id)
        .where(Claim.round_id == round_id, Claim.district == district)
        .order_by(Claim.indicator, Document.id)
    )
    return [DocumentRow(*row) for row in session.execute(query)]


def files_of(session: Session, round_id: str, district: str) -> Sequence[HandedIn]:
    """Give all that came for a part, newest first, with what each was attached to; in one statement."""
    query = select(HandedIn).filter_by(round_id=round_id, district=district).options(joinedload(HandedIn.attached))
    return session.scalars(query.order_by(HandedIn.id.desc())).unique().all()


def file_named(file: HandedIn) -> FileNamed:
    """Give what a file is matched by."""
    return FileNamed(file.id, file.name, frozenset((one.indicator, one.number) for one in file.attached))


def some_files(session: Session, round_id: str, district: str, numbers: Sequence[int]) -> Sequence[HandedIn]:
    """Find files of a part by their numbers, to change them; those of another part are not found."""
    query = select(HandedIn).filter_by(round_id=round_id, district=district).where(HandedIn.id.in_(numbers))
    return session.scalars(query.order_by(HandedIn.id).with_for_update()).all()


def unscanned(session: Session, most: int) -> Sequence[tuple[int, str]]:
    """Give files that the virus scanner has not been asked about: number and digest."""
    query: Any = select(HandedIn.id, HandedIn.digest).where(HandedIn.digest.is_not(None), HandedIn.scan == WAITING)
    return [(number, digest) for number, digest in session.execute(query.order_by(HandedIn.id).limit(most))]


def may_be_opened(file: HandedIn, *, has_scanner: bool, of_the_district: bool) -> bool:
    """Tell whether somebody may open a file at all: here, not found harmful, and declared but for the district's side.

    Where there is a scanner, it has to have said that the file is clean.
    """
    if file.digest is None or file.scan == FOUND or (file.declared_at is None and not of_the_district):
        return False
    return file.scan == CLEAN or not has_scanner


def state_of(file: HandedIn, *, has_scanner: bool) -> str:
    """Say in one word how a file stands: the first of these that is so."""
    if file.marked_at is not None:
        return "replaced" if file.replaced_by else "marked"
    if file.digest is None:
        return "refused"
    if file.scan == FOUND:
        return "infected"
    if has_scanner and file.scan in (WAITING, UNSCANNABLE):
        return "scanning" if file.scan == WAITING else "unscannable"
    return "shown" if file.declared_at else "undeclared"
