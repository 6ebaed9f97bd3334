"""What the pages of documents share: their addresses, and writing down who saw one."""

from flask import Blueprint

from server.audit.entries import Act, write_down
from server.db import HIGHEST_KEY, writing
from server.documents.tables import HandedIn
from server.web.site import site

blueprint = Blueprint("documents", __name__, template_folder="templates")
PART = "/wilayah/<round_id>/<district>/dokumen"
NUMBER = f"<int(max={HIGHEST_KEY}):number>"


def note_document(act: Act) -> None:
    """Write down that somebody saw a document, or took it out, in a transaction of its own."""
    with writing(site().engine) as session:
        write_down(session, act)


def about(file: HandedIn) -> tuple[str, str, str]:
    """Give what an act about a document names: the document, its district, its round."""
    return f"document:{file.id}", file.district, file.round_id
