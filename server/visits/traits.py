"""What a photograph shows of itself: what it looks like, in 256 bits, and when its camera says that it was taken.

Each bit says whether it grows brighter from one field to the next, of 17 in a row, in 16 rows ("difference hash"): what
is written anew, made smaller or brighter has nearly the same. How many bits may differ, and how often two photographs
of different things are taken for one, is measured (docs/flags.md).
"""

from datetime import datetime

import numpy as np
from PIL.ExifTags import Base as Exif

from server.visits.drawing import NotDrawable, camera_says, in_few_greys

_ROWS, _FIELDS = 16, 17
_LEAST_STEP = 2.0  # of 255, from field to field on average: a wall or a covered lens looks like any other
_TIME = "%Y:%m:%d %H:%M:%S"


def read_traits(content: bytes) -> dict[str, str]:
    """Read what a photograph shows of itself, as a column has it; nothing of what cannot be drawn."""
    try:
        looks = _looks(content)
    except NotDrawable:
        return {}
    taken = _taken(*camera_says(content, Exif.DateTimeOriginal, Exif.OffsetTimeOriginal))
    return {**({"looks": looks} if looks else {}), **({"taken": taken.isoformat()} if taken else {})}


def _looks(content: bytes) -> str | None:
    greys = np.asarray(in_few_greys(content, (_FIELDS, _ROWS)), dtype=np.int16)
    steps = np.diff(greys, axis=1)
    return np.packbits(steps > 0).tobytes().hex() if np.abs(steps).mean() >= _LEAST_STEP else None


def _taken(written: str, zone: str) -> datetime | None:
    try:
        taken = datetime.strptime(written, _TIME)  # noqa: DTZ007 - cameras write their clock, and seldom its zone
    except ValueError:
        return None
    try:
        return datetime.fromisoformat(f"{taken.isoformat()}{zone}")
    except ValueError:
        return taken
