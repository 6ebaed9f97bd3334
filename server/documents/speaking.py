"""The documents that speak for one claimed place: those of its indicator, and whatever else names it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.disclosure.cleared import view
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.documents.matching import Matched
from server.documents.part import DocumentReader, PartHere, PartsDocuments
from server.documents.queries import DocumentRow
from server.documents.tables import HandedIn
from server.documents.views import Showing, ShownDocumentRow, ShownFile
from verification.matching.names import normalise

MOST = 20  # rows, and files of no row, that are shown on a line's page


@view
class SpeakingRow:
    """A row of the sheet Dokumen with its files, and whether it or one of them names the place."""

    row: ShownDocumentRow
    names_place: bool


@view
class SpeakingDocuments:
    """What was handed in for a place: rows that name it first; files of no row that name it; how many rows are left."""

    rows: tuple[SpeakingRow, ...]
    loose: tuple[ShownFile, ...]
    more: int


@dataclass(frozen=True)
class SpokenFor:
    """A claimed place that documents may speak for: its indicator, and all names that it goes by."""

    indicator: int
    place: UnclearedPlace
    names: tuple[str, ...]


def speaking_for(
    found: PartsDocuments, here: PartHere, line: SpokenFor, reader: DocumentReader, clear: Clearance
) -> SpeakingDocuments:
    """Find what speaks for a place among its part's documents. What names a home is not told from what does not."""
    seen = {one.id: one for one in found.files if reader.sees(one)}
    names = _Names.of(() if line.place.is_home else line.names)
    pairs = sorted(_rows(found, line.indicator, names, seen),
                   key=lambda one: (not one[2], one[0].indicator != line.indicator))  # fmt: skip
    show = Showing(found, here, reader, clear, _kinds_of_home(line.place))
    loose = [one for one in seen.values() if one.digest and one.id not in found.rows_of and names.are_in(one.name)]
    return SpeakingDocuments(
        rows=tuple(SpeakingRow(show.row(row, matched, seen), named) for row, matched, named in pairs[:MOST]),
        loose=tuple(show.file(one) for one in loose[:MOST]),
        more=max(0, len(pairs) - MOST),
    )


def _kinds_of_home(place: UnclearedPlace) -> tuple[str, ...]:
    """Give the kinds by which a home is known: then no text of a row is repeated beside it."""
    return tuple(kind for kind in place.kinds if kind) if place.is_home else ()


def _rows(
    found: PartsDocuments, indicator: int, names: "_Names", seen: dict[int, HandedIn]
) -> Iterable[tuple[DocumentRow, Matched, bool]]:
    """Give the rows of the indicator, and those of others that name the place; with whether they do."""
    for row, matched in zip(found.rows, found.matched, strict=True):
        files = (seen[one].name for one in matched.files if one in seen)
        named = names.are_in(row.number, row.title, row.file, *files)
        if named or row.indicator == indicator:
            yield row, matched, named


@dataclass(frozen=True)
class _Names:
    """The names of a place as texts are compared: whole words, whatever their case, marks and spelling of numbers."""

    names: Sequence[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "_Names":
        return cls([said for name in names if (said := normalise(name))])

    def are_in(self, *texts: str | None) -> bool:
        return any(f" {name} " in f" {normalise(text)} " for text in texts if text for name in self.names)
