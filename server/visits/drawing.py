"""A photograph drawn anew, within what a machine can bear: whoever may submit can send a file made to exhaust it."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from PIL import Image
from PIL.ExifTags import IFD
from PIL.ExifTags import Base as Exif

from server.submissions.media import SHOWN

PHOTO_PIXELS = 1000
# pixels times colours, of the whole picture: a JPEG is decoded at the size it is shown in, all others whole
MOST_SAMPLES = {"JPEG": 150_000_000, "MPO": 150_000_000}  # MPO: a JPEG with more pictures behind the first
MOST_SAMPLES_WHOLE = 60_000_000
MOST_SCANS = 64  # how often a JPEG may go over all of its pixels; cameras do so 1 to 12 times
WAIT_SECONDS = 5
# what Pillow's readers raise on a broken file: they promise no error of their own
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, Image.DecompressionBombError, LookupError, MemoryError,
    OSError, RuntimeError, struct.error, SyntaxError, TypeError, ValueError, Warning, zlib.error,
)  # fmt: skip
_TURNS = dict(enumerate((
    Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_270, Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_90,
), start=2))  # fmt: skip
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_SCAN, _END = 0xDA, 0xD9
_one_at_a_time = Lock()


class NotDrawable(Exception):
    """A file that is kept and cannot be shown: broken, of another kind, or larger than is decoded."""


class Busy(Exception):
    """Others are being drawn, and it was waited for long enough."""


def without_exif(content: bytes, pixels: int = PHOTO_PIXELS) -> bytes:
    """Draw a photograph anew, small and turned upright: pixels only, nothing of what the camera wrote beside them.

    `pixels`: of its longer side, at most.

    Raises NotDrawable.
    """
    try:
        upright = _decoded(content, pixels)
        bare = Image.new("RGB", upright.size)
        bare.paste(upright)
        return _as_jpeg(bare)
    except _BROKEN:
        raise NotDrawable from None


def in_few_greys(content: bytes, size: tuple[int, int]) -> Image.Image:
    """Draw a photograph anew in greys, turned upright, within so many pixels, whatever its form. Raises NotDrawable."""
    try:
        return _decoded(content, 16 * max(size)).convert("L").resize(size, Image.Resampling.BOX)
    except _BROKEN:
        raise NotDrawable from None


def camera_says(content: bytes, *tags: int) -> tuple[str, ...]:
    """Read what a camera wrote into a JPEG under these tags, as text; "" for what it did not, or what is broken."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "MPO"]) as original:
            written = original.getexif().get_ifd(IFD.Exif)
            return tuple(str(written.get(tag) or "").strip("\0 ") for tag in tags)
    except _BROKEN:
        return ("",) * len(tags)


def smaller(drawn: bytes, pixels: int) -> bytes:
    """Draw what was drawn anew once more, within so many pixels each way."""
    with Image.open(io.BytesIO(drawn), formats=["JPEG"]) as picture:
        picture.thumbnail((pixels, pixels))
        return _as_jpeg(picture)


def _as_jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=80)
    return file.getvalue()


@contextmanager
def our_turn() -> Iterator[None]:
    """Draw one at a time in a process. Raises Busy."""
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _one_at_a_time.release()


def _decoded(content: bytes, pixels: int) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=SHOWN) as original:
        most = MOST_SAMPLES.get(original.format or "", MOST_SAMPLES_WHOLE)
        if original.width * original.height * len(original.getbands()) > most or _scans(content) > MOST_SCANS:
            raise NotDrawable
        turn = _TURNS.get(_orientation(original))
        original.draft(None, (2 * pixels, 2 * pixels))
        original.thumbnail((pixels, pixels), reducing_gap=None)
        small = original.convert("RGB")
    return small if turn is None else small.transpose(turn)


def _orientation(original: Image.Image) -> int:
    """Read how the camera was held; where what it wrote is broken, the picture need not be."""
    try:
        return int(original.getexif().get(Exif.Orientation, 1))
    except _BROKEN:
        return 1


def _scans(content: bytes) -> int:
    """Count how often a JPEG goes over its pixels: some bytes are enough for each, and each takes milliseconds."""
    if not content.startswith(b"\xff\xd8"):
        return 0
    at, scans = 2, 0
    while (found := _MARKER.search(content, at)) and found[1][0] != _END:
        scans += found[1][0] == _SCAN
        at = found.end() + max(2, int.from_bytes(content[found.end() : found.end() + 2]))
    return scans
