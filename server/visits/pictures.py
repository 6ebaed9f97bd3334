"""Pictures of photographs: drawn once, in two sizes, and kept beside the photograph, with which they are removed."""

import logging
from enum import Enum

from server.machine import what_ails
from server.store.interface import Store
from server.visits.drawing import our_turn, smaller, without_exif

log = logging.getLogger(__name__)
SMALL_PIXELS = 440  # two for each of the report's own
DRAWN_BY = 1  # counted up when drawing changes: what an older Tilik drew is not shown any more, and goes with its file


class Size(Enum):
    """The sizes of pictures: on the report, and by one click from there."""

    SMALL = f"small-{DRAWN_BY}"
    LARGE = f"large-{DRAWN_BY}"


def picture(store: Store, digest: str, size: Size) -> bytes:
    """Give the picture of a photograph, drawn where nobody had it drawn before.

    Raises NotDrawable, Busy, and OSError where the photograph is not to be had.
    """
    return store.drawn(digest, size.value) or _drawn_and_kept(store, digest, size)


def _drawn_and_kept(store: Store, digest: str, size: Size) -> bytes:
    with our_turn():
        if kept := store.drawn(digest, size.value):  # whoever had the turn before drew it
            return kept
        large = without_exif(store.read(digest))
        drawn = {Size.LARGE: large, Size.SMALL: smaller(large, SMALL_PIXELS)}
    try:
        for each, content in drawn.items():
            store.put_drawn(digest, each.value, content)
    except OSError as error:  # it is shown all the same, and drawn again when it is next asked for
        log.warning("a picture was not kept: %s", what_ails(error).code)
    return drawn[size]
