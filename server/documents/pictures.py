"""Pictures of a document's pages: drawn once, and kept beside the file, with which they go."""

import json
import logging
from dataclasses import asdict, dataclass

from server.documents.child import MOST_PAGES
from server.documents.kinds import PDF
from server.documents.limited import count_pages, draw_page, draw_picture
from server.machine import what_ails
from server.store.interface import Store
from server.visits.drawing import our_turn

log = logging.getLogger(__name__)
DRAWN_BY = 1  # counted up when drawing changes


@dataclass(frozen=True)
class Pages:
    """How many pages a document has, and whether it brings a script."""

    pages: int
    scripts: bool = False

    @property
    def shown(self) -> int:
        """How many of them are drawn."""
        return min(self.pages, MOST_PAGES)


def pages_of(store: Store, digest: str, media_type: str) -> Pages:
    """Count a document's pages. Raises UnusableDocument, Busy, and OSError where the file is not to be had."""
    if media_type != PDF:
        return Pages(1)
    name = f"pages-{DRAWN_BY}"
    if kept := store.drawn(digest, name):
        return Pages(**json.loads(kept))
    with our_turn():
        found = Pages(*count_pages(store.read(digest)))
    _keep(store, digest, name, json.dumps(asdict(found)).encode())
    return found


def page_of(store: Store, digest: str, media_type: str, page: int) -> bytes:
    """Give the picture of a page. Raises UnusableDocument, Busy, and OSError where the file is not to be had."""
    name = f"page-{page}-{DRAWN_BY}"
    if kept := store.drawn(digest, name):
        return kept
    with our_turn():
        content = store.read(digest)
        picture = draw_page(content, page) if media_type == PDF else draw_picture(content)
    _keep(store, digest, name, picture)
    return picture


def _keep(store: Store, digest: str, name: str, content: bytes) -> None:
    try:
        store.put_drawn(digest, name, content)
    except OSError as error:  # it is shown all the same, and made again when it is next asked for
        log.warning("a page was not kept: %s", what_ails(error).code)
