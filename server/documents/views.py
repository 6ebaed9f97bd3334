"""The documents of a part as pages show them: rows of the sheet with their files, and all files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.documents.kinds import SHOWN
from server.documents.matching import Matched
from server.documents.naming import key_of
from server.documents.part import DocumentReader, PartHere, PartsDocuments, documents_of
from server.documents.queries import (
    DocumentRow,
    state_of,
)
from server.documents.tables import HandedIn
from server.roles.table import Permission

A_PAGE = 50  # rows of a list
_Row = TypeVar("_Row")
_KINDS = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG", "office": "Office"}


@view
class ShownFile:
    """A file as the list shows it; `rows` are the rows it is for, `state` one word (`server.documents.queries`)."""

    id: int
    name: Cleared
    kind: Cleared
    size: int
    state: Cleared
    handed_in_at: datetime
    declared: bool
    rows: tuple[Cleared, ...]
    why: Why | None
    opens: bool
    downloads: bool
    may_mark: bool


@view
class ShownDocumentRow:
    """A row of the sheet Dokumen: its texts None where they are not repeated; `state` tells what it has."""

    indicator: int
    number: Cleared | None
    title: Cleared | None
    cell: Cleared
    file: Cleared | None
    state: Cleared
    missing: int
    files: tuple[ShownFile, ...]
    value: Cleared  # by which a file is attached to it


@view
class DocumentsView:
    """The documents of a part, cut into pages; the counts are of all of them."""

    round_id: Cleared
    district: Cleared
    round: Cleared
    name: Cleared
    zone: Cleared
    takes: bool  # documents may be handed in now
    rows: tuple[ShownDocumentRow, ...]
    files: tuple[ShownFile, ...]
    unused: int
    lacking: int
    undeclared: int
    row_pages: int
    file_pages: int
    has_scanner: bool
    megabytes: int
    zip_megabytes: int


@dataclass(frozen=True)
class Which:
    """Which of a part's documents are asked for: of an indicator, which page of each list, or those no row has."""

    indicator: int | None = None
    rows: int = 1
    files: int = 1
    unused: bool = False


def documents_view(
    session: Session, here: PartHere, reader: DocumentReader, which: Which, clear: Clearance
) -> DocumentsView:
    """Show a part's documents to a reader."""
    found, settings = documents_of(session, here.round.id, here.district), reader.settings
    seen = {one.id: one for one in found.files if reader.sees(one)}
    pairs = [(row, one) for row, one in zip(found.rows, found.matched, strict=True)
             if which.indicator in (None, row.indicator)]  # fmt: skip
    files = [one for one in seen.values() if _is_asked_for(one, found, which)]
    show = Showing(found, here, reader, clear)
    return DocumentsView(
        round_id=clear.id(here.round.id), district=clear.id(here.district), round=clear.ours(here.round.name),
        name=clear.area(here.district), zone=clear.id(here.zone), takes=here.takes and reader.of_the_district,
        rows=tuple(show.row(row, one, seen) for row, one in _cut(pairs, which.rows)),
        files=tuple(show.file(one) for one in _cut(files, which.files)),
        unused=sum(bool(one.digest) and one.id not in found.rows_of for one in seen.values()),
        lacking=sum(not one.files and not one.is_link for _, one in pairs),
        undeclared=sum(bool(one.digest) and one.declared_at is None for one in seen.values()),
        row_pages=-(-len(pairs) // A_PAGE), file_pages=-(-len(files) // A_PAGE),
        has_scanner=settings.clamd is not None, megabytes=settings.document_mb, zip_megabytes=settings.documents_zip_mb,
    )  # fmt: skip


def _is_asked_for(file: HandedIn, found: PartsDocuments, which: Which) -> bool:
    if which.unused:
        return bool(file.digest) and file.id not in found.rows_of
    rows = found.rows_of.get(file.id, ())
    return which.indicator is None or any(row.indicator == which.indicator for row in rows)


def _cut(rows: Sequence[_Row], page: int) -> Sequence[_Row]:
    return rows[(page - 1) * A_PAGE : page * A_PAGE]


@dataclass(frozen=True)
class Showing:
    """Shows rows and files of a part to a reader."""

    found: PartsDocuments
    here: PartHere
    reader: DocumentReader
    clear: Clearance
    kinds: tuple[str, ...] = ()  # of the place that rows are shown for

    def file(self, file: HandedIn) -> ShownFile:
        """Show a file."""
        clear, reader = self.clear, self.reader
        opens = reader.opens(file, is_of_homes=self.found.is_of_homes(file, self.here, clear))
        kind = _KINDS.get(file.media_type or "", "–")
        rows = [*self.found.rows_of.get(file.id, ())]
        return ShownFile(
            id=file.id, name=clear.handed_in(file.name, file.id, kind, of_the_district=reader.of_the_district),
            kind=clear.ours(kind), size=file.size,
            state=clear.id(state_of(file, has_scanner=reader.settings.clamd is not None)),
            handed_in_at=file.handed_in_at, declared=file.declared_at is not None,
            rows=tuple(dict.fromkeys(self._called(row) for row in rows)) or self._attached(file),
            why=clear.why(file.problem) if file.problem else None, opens=opens and file.media_type in SHOWN,
            downloads=opens and reader.may(Permission.DOWNLOAD_DOCUMENTS),
            may_mark=bool(file.digest) and (reader.may(Permission.MARK_DOCUMENTS) or reader.of_the_district),
        )  # fmt: skip

    def row(self, row: DocumentRow, matched: Matched, seen: Mapping[int, HandedIn]) -> ShownDocumentRow:
        """Show a row with those of its files that the reader sees."""
        clear = self.clear
        state = "here" if matched.files else "link" if matched.is_link else "several" if matched.several else (
            "missing" if matched.missing else "none")  # fmt: skip
        return ShownDocumentRow(
            indicator=row.indicator, number=self._text(row, row.number), title=self._text(row, row.title),
            cell=clear.id(row.cell), file=self._text(row, row.file) if self.reader.of_the_district else None,
            state=clear.id(state), missing=matched.missing,
            files=tuple(self.file(seen[one]) for one in matched.files if one in seen),
            value=clear.id(f"{row.indicator}:{row.cell}"),
        )  # fmt: skip

    def _text(self, row: DocumentRow, text: str | None) -> Cleared | None:
        indicator = self.here.indicators.by_number.get(row.indicator)
        return self.clear.document(indicator, self.kinds, text) if indicator else None

    def _called(self, row: DocumentRow) -> Cleared:
        number = self._text(row, row.number)
        clear = self.clear
        return clear.say("documents.row_called" if number else "documents.row_unnamed",
                         indicator=row.indicator, number=number, cell=clear.id(row.cell))  # fmt: skip

    def _attached(self, file: HandedIn) -> tuple[Cleared, ...]:
        """Name the rows of a file that is gone, or whose rows the sheet has no more."""
        keys = {row.named.key: row for row in self.found.rows}
        rows = [keys.get((one.indicator, key_of(one.number))) for one in file.attached]
        return tuple(dict.fromkeys(self._called(row) for row in rows if row))
