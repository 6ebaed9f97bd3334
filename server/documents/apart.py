"""Tombstones of documents as they are kept beside the backups, and carried out again on what a restored backup has."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.documents.changing import is_named, take_away
from server.documents.tables import DocumentGone, HandedIn


class DocumentStone(NamedTuple):
    """That a content is gone for good: its digest, who found the child, and when."""

    document: str
    removed_by: str
    removed_at: str

    def written(self) -> dict[str, Any]:
        """Write it as it lies beside the backups."""
        return self._asdict()

    @staticmethod
    def is_one(said: Mapping[str, Any]) -> bool:
        """Tell what was written of a document from what was of traces."""
        return set(said) == set(DocumentStone._fields)


def all_document_stones(session: Session) -> Iterator[DocumentStone]:
    """Give every tombstone of a document, oldest first."""
    for one in session.scalars(select(DocumentGone).order_by(DocumentGone.id)):
        yield DocumentStone(one.digest, one.removed_by, one.removed_at.isoformat())


def mark_again(session: Session, stone: DocumentStone) -> list[str] | None:
    """Take a marked content away once more; gives the digests that go, None where its tombstone is here."""
    if session.scalar(select(DocumentGone.id).filter_by(digest=stone.document)) is not None:
        return None
    removed_at = datetime.fromisoformat(stone.removed_at)
    session.add(DocumentGone(digest=stone.document, removed_by=stone.removed_by, removed_at=removed_at))
    for file in session.scalars(select(HandedIn).filter_by(digest=stone.document)).all():
        take_away(session, file, stone.removed_by)
    session.flush()
    return [] if is_named(session, stone.document) else [stone.document]
