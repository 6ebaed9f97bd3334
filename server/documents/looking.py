"""One document: its pages as pictures, each drawn by a process that may end; the original as a download alone."""

from typing import Any

from flask import Response, abort
from sqlalchemy.orm import Session

from server.audit.entries import Act
from server.db import snapshot
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.documents.kinds import JPEG, PDF, PNG, SHOWN
from server.documents.limited import UnusableDocument
from server.documents.part import DocumentReader, PartHere, documents_of, part_here
from server.documents.pictures import page_of, pages_of
from server.documents.shared import NUMBER, PART, about, blueprint, note_document
from server.documents.tables import HandedIn
from server.machine import what_ails
from server.roles.table import Permission
from server.store.opening import open_store
from server.visits.drawing import Busy
from server.web.errors import error_page
from server.web.guard import BY_ADDRESS, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

_ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
_STRIP = 10  # pages that a page of ours shows at once


@view
class ShownDocument:
    """A document that is looked at: its pages from `first` to `last` of `pages`, of which `shown` are drawn."""

    id: int
    round_id: Cleared
    district: Cleared
    district_name: Cleared
    round_name: Cleared
    name: Cleared
    pages: int
    shown: int
    first: int
    last: int
    scripts: bool
    downloads: bool
    may_mark: bool
    problem: Cleared | None


@blueprint.get(f"{PART}/{NUMBER}")
@blueprint.get(f"{PART}/{NUMBER}/dari/<int(max=100000):first>")
@needs(Permission.SEE_DOCUMENTS, BY_ADDRESS)
def document_page(round_id: str, district: str, number: int, first: int = 1) -> Any:
    """Show a document, some pages at once."""
    with snapshot(site().engine) as session:
        here, file, reader = _opened(session, round_id, district, number)
    clear = Clearance(chosen_words(), here.names)
    pages, shown, scripts, problem = 0, 0, False, None
    try:
        found = pages_of(open_store(site().settings), file.digest or "", file.media_type or "")
        pages, shown, scripts = found.pages, found.shown, found.scripts
    except UnusableDocument as unusable:
        problem = unusable.reason
    except Busy:
        return error_page(503, "error.503")
    except OSError as error:
        return error_page(503, "", what_ails(error))
    note_document(Act(account().label, "document_seen", *about(file)))
    first = min(max(first, 1), max(shown, 1))
    return show("document.html", chosen_words().at(here.zone), document=ShownDocument(
        id=file.id, round_id=clear.id(file.round_id), district=clear.id(file.district),
        district_name=clear.area(file.district), round_name=clear.ours(here.round.name),
        name=clear.handed_in(file.name, file.id, _ENDINGS.get(file.media_type or "", "").lstrip(".").upper() or "–",
                             of_the_district=reader.of_the_district),
        pages=pages, shown=shown, first=first, last=min(first + _STRIP - 1, shown), scripts=scripts,
        downloads=reader.may(Permission.DOWNLOAD_DOCUMENTS),
        may_mark=reader.may(Permission.MARK_DOCUMENTS) or reader.of_the_district,
        problem=clear.why(problem).sentence if problem else None,
    ))  # fmt: skip


@blueprint.get(f"{PART}/{NUMBER}/halaman/<int(max=100000):page>.jpg")
@needs(Permission.SEE_DOCUMENTS, BY_ADDRESS)
def picture_of_page(round_id: str, district: str, number: int, page: int) -> Response:
    """Show a page of a document, as a picture."""
    with snapshot(site().engine) as session:
        _, file, _ = _opened(session, round_id, district, number)
    if file.media_type not in SHOWN or (file.media_type != PDF and page != 1):
        abort(404)
    try:
        content = page_of(open_store(site().settings), file.digest or "", file.media_type or "", page)
    except UnusableDocument as unusable:
        return error_page(404, "", unusable.reason)
    except Busy:
        return error_page(503, "error.503")
    except FileNotFoundError:
        abort(404)
    except OSError as error:
        return error_page(503, "", what_ails(error))
    note_document(Act(account().label, "document_seen", *about(file)))
    return Response(content, mimetype="image/jpeg")


@blueprint.get(f"{PART}/{NUMBER}/unduh")
@needs(Permission.DOWNLOAD_DOCUMENTS, BY_ADDRESS)
def download(round_id: str, district: str, number: int) -> Response:
    """Give the original, to keep: never opened in a browser."""
    with snapshot(site().engine) as session:
        _, file, _ = _opened(session, round_id, district, number)
    try:
        content = open_store(site().settings).read(file.digest or "")
    except FileNotFoundError:
        return error_page(404, "", Reason("document_not_in_store"))
    except OSError as error:
        return error_page(503, "", what_ails(error))
    note_document(Act(account().label, "document_downloaded", *about(file)))
    ending = _ENDINGS.get(file.media_type or "") or _ending_of(file.name)
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=f"tilik-dokumen-{district}-{number}{ending}")
    return response


def _ending_of(name: str) -> str:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return (
        f".{ending}" if ending in ("docx", "xlsx", "pptx", "doc", "xls", "ppt", "odt", "ods", "odp", "txt") else ".bin"
    )


def _opened(session: Session, round_id: str, district: str, number: int) -> tuple[PartHere, HandedIn, DocumentReader]:
    """Find a document of a part that whoever asks may open; any other is answered as if it were not there."""
    here = part_here(session, round_id, district) or abort(404)
    found = documents_of(session, round_id, district)
    file = next((one for one in found.files if one.id == number), None) or abort(404)
    reader = DocumentReader(account(), district, round_id, site().settings)
    if not reader.opens(file, is_of_homes=found.is_of_homes(file, here, Clearance(chosen_words(), here.names))):
        abort(404)
    session.expunge_all()
    return here, file, reader
