"""The documents of a part as pages show them: rows of the sheet with their files, and all files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from server.areas.queries import names_and_zone
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.documents.kinds import SHOWN
from server.documents.matching import Matched, match
from server.documents.naming import key_of
from server.documents.queries import (
    DocumentRow,
    file_named,
    files_of,
    may_be_opened,
    rows_of_documents,
    state_of,
)
from server.documents.tables import HandedIn
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.rulebook import load_indicators
from server.settings import Settings
from verification.sets.indicators import IndicatorSet

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
class PartHere:
    """A part of a round that documents may be handed in for, whether or not it has begun."""

    round: Round
    district: str
    names: Mapping[str, str]
    zone: str
    takes: bool

    @property
    def indicators(self) -> IndicatorSet:
        """The indicators of its round."""
        return load_indicators(self.round.indicator_set)


def part_here(session: Session, round_id: str, district: str) -> PartHere | None:
    """Find a part; None where there is no such round, or no such district in it."""
    found, part = session.get(Round, round_id), session.get(RoundPart, (round_id, district))
    if found is None:
        return None
    names, zone = names_and_zone(session, found.areas_id, district)
    if district not in names or district.count(".") != 1:
        return None
    return PartHere(found, district, names, zone, found.state == OPEN and (part is None or part.state == OPEN))


@dataclass(frozen=True)
class DocumentReader:
    """Who looks at a part's documents: what they may, and whether they are of the side that hands them in."""

    account: Account
    district: str
    round_id: str
    settings: Settings

    def may(self, permission: Permission) -> bool:
        """Tell whether something is permitted here."""
        return self.account.may(permission, self.district, self.round_id)

    @property
    def of_the_district(self) -> bool:
        """Tell whether they hand in documents here."""
        return self.may(Permission.IMPORT_CLAIMS)

    def sees(self, file: HandedIn) -> bool:
        """Tell whether a file is on their list at all."""
        return self.of_the_district or file.marked_at is not None or (bool(file.digest) and bool(file.declared_at))

    def opens(self, file: HandedIn, *, is_of_homes: bool) -> bool:
        """Tell whether they may open a file; what is about homes only where they may know homes."""
        near = self.of_the_district or not is_of_homes or self.may(Permission.SEE_HOMES)
        return near and may_be_opened(
            file, has_scanner=self.settings.clamd is not None, of_the_district=self.of_the_district
        )


@dataclass(frozen=True)
class PartsDocuments:
    """All documents of a part, matched with the rows of its sheet."""

    rows: Sequence[DocumentRow]
    matched: Sequence[Matched]
    files: Sequence[HandedIn]
    rows_of: Mapping[int, tuple[DocumentRow, ...]]

    def is_of_homes(self, file: HandedIn, here: PartHere, clear: Clearance) -> bool:
        """Tell whether a file is for a row whose texts are not repeated: homes are listed or spoken of there."""
        indicators = here.indicators.by_number
        numbers = {row.indicator for row in self.rows_of.get(file.id, ())} | {one.indicator for one in file.attached}
        return any(number not in indicators or clear.document(indicators[number], (), "") is None
                   for number in numbers)  # fmt: skip


def documents_of(session: Session, round_id: str, district: str) -> PartsDocuments:
    """Read a part's documents, and match them, by three statements."""
    rows, files = rows_of_documents(session, round_id, district), files_of(session, round_id, district)
    matched, _unused = match([row.named for row in rows], [file_named(one) for one in files if one.digest])
    rows_of: dict[int, tuple[DocumentRow, ...]] = {}
    for row, found in zip(rows, matched, strict=True):
        for number in found.files:
            rows_of[number] = (*rows_of.get(number, ()), row)
    return PartsDocuments(rows, matched, files, rows_of)


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
    show = _Showing(found, here, reader, clear)
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
class _Showing:
    found: PartsDocuments
    here: PartHere
    reader: DocumentReader
    clear: Clearance

    def file(self, file: HandedIn) -> ShownFile:
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
        return self.clear.document(indicator, (), text) if indicator else None

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
