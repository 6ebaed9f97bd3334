"""The files of a document that is read: how many of their pages are shown beside the question."""

from collections.abc import Iterator, Sequence

from server.desk.views import PaperShown
from server.disclosure.clearing import Clearance
from server.documents.kinds import SHOWN
from server.documents.limited import UnusableDocument
from server.documents.part import DocumentReader
from server.documents.pictures import pages_of
from server.documents.tables import HandedIn
from server.roles.table import Permission
from server.settings import Settings
from server.store.opening import open_store
from server.visits.drawing import Busy
from verification.reason import Reason

STRIP = 10  # pages of a file beside the question; the rest is on the document's own page


def papers_of(
    files: Sequence[HandedIn], reader: DocumentReader, settings: Settings, clear: Clearance, *, is_of_homes: bool
) -> Iterator[PaperShown]:  # fmt: skip
    """Show the files of a document; one that cannot be shown says why, and the others are shown all the same."""
    for file in files:
        opens = reader.opens(file, is_of_homes=is_of_homes)
        pages, problem = _pages(file, settings) if opens and file.media_type in SHOWN else (0, None)
        if opens and file.media_type not in SHOWN:
            problem = Reason("desk_only_downloaded")
        elif not opens:
            problem = Reason("desk_not_for_you")
        kind = (file.media_type or "").rpartition("/")[2].upper() or "–"
        yield PaperShown(
            id=file.id, name=clear.handed_in(file.name, file.id, kind, of_the_district=False), pages=pages,
            shown=min(pages, STRIP), problem=clear.why(problem).sentence if problem else None,
            opens=opens and file.media_type in SHOWN,
            downloads=opens and reader.may(Permission.DOWNLOAD_DOCUMENTS),
            may_mark=reader.may(Permission.MARK_DOCUMENTS),
        )  # fmt: skip


def _pages(file: HandedIn, settings: Settings) -> tuple[int, Reason | None]:
    try:
        found = pages_of(open_store(settings), file.digest or "", file.media_type or "")
    except UnusableDocument as unusable:
        return 0, unusable.reason
    except (Busy, OSError):
        return 0, Reason("desk_not_shown_now")
    return found.shown, None
