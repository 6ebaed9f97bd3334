"""A part of a round that documents are handed in for, what is there, and who looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.areas.queries import names_and_zone
from server.disclosure.clearing import Clearance
from server.documents.matching import Matched, match
from server.documents.queries import DocumentRow, file_named, files_of, may_be_opened, rows_of_documents
from server.documents.tables import HandedIn
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.rules import indicators_of
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.settings import Settings
from verification.sets.indicators import IndicatorSet


@dataclass(frozen=True)
class PartHere:
    """A part of a round that documents may be handed in for, whether or not it has begun."""

    round: Round
    district: str
    names: Mapping[str, str]
    zone: str
    takes: bool
    indicators: IndicatorSet  # as its round has them


def part_here(session: Session, round_id: str, district: str) -> PartHere | None:
    """Find a part; None where there is no such round, or no such district in it."""
    found, part = session.get(Round, round_id), session.get(RoundPart, (round_id, district))
    if found is None:
        return None
    names, zone = names_and_zone(session, found.areas_id, district)
    if district not in names or district.count(".") != 1:
        return None
    takes = found.state == OPEN and (part is None or part.state == OPEN)
    return PartHere(found, district, names, zone, takes, indicators_of(session, found))


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
        """Tell whether they may open a file; what is about homes only where they may know homes, or have to read it."""
        near = self.of_the_district or not is_of_homes or self.may(Permission.SEE_HOMES)
        near = near or self.may(Permission.READ_DOCUMENTS)
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
    """Read a part's documents, and match them, by two statements."""
    return matched_documents(rows_of_documents(session, round_id, district), files_of(session, round_id, district))


def matched_documents(rows: Sequence[DocumentRow], files: Sequence[HandedIn]) -> PartsDocuments:
    """Match a part's files, newest first, with the rows of its sheet."""
    matched, _unused = match([row.named for row in rows], [file_named(one) for one in files if one.digest])
    rows_of: dict[int, tuple[DocumentRow, ...]] = {}
    for row, found in zip(rows, matched, strict=True):
        for number in found.files:
            rows_of[number] = (*rows_of.get(number, ()), row)
    return PartsDocuments(rows, matched, files, rows_of)
