"""Photographs as cameras, and whoever means harm, make them; all of them made here."""

import io
import re
import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image
from PIL.ExifTags import IFD
from PIL.ExifTags import Base as Exif
from sqlalchemy import Engine

from server.db import writing
from server.store.interface import Store
from server.submissions.tables import Attachment
from tests.support.builders import LAT, LON
from tests.support.trial import it_comes

FORM, PROJECT = "visit_pojok_asi", 1
START, END = "2026-11-01T09:00:00.000+07:00", "2026-11-01T09:15:00.000+07:00"
HERE, NEXT_DOOR = (LAT, LON), (LAT, LON - 0.01)  # in the made-up district, and in its neighbour

_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **how: Any) -> bytes:
    file = io.BytesIO()
    colour = 7 if mode in ("L", "P", "I;16") else (200, 40, 40, 99)[: len(mode)]
    image = Image.new(mode, size, colour)
    image.save(file, kind, **how)
    return file.getvalue()


@cache  # going over so many pixels takes half a second
def png_of(width: int, height: int, colour: int = 2) -> bytes:
    """Write a PNG of one colour, so large that nobody should unpack it, in a few thousand bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    packer, bands = zlib.compressobj(9), {0: 1, 2: 3, 6: 4}[colour]
    line = bytes(1 + width * bands)
    packed = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    parts = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def with_scans(jpeg: bytes, more: int) -> bytes:
    """Have a progressive JPEG go over its pixels again and again: a few bytes each time, milliseconds to decode."""
    at, scan = 2, (0, 0)
    while (found := _MARKER.search(jpeg, at)) and found[1] != b"\xd9":
        if scan[0] and not scan[1]:
            scan = (scan[0], found.start())
        if found[1] == b"\xda":
            scan = (found.start(), 0)
        at = found.end() + int.from_bytes(jpeg[found.end() : found.end() + 2])
    assert found
    last = jpeg[scan[0] : scan[1] or found.start()]
    return jpeg[: found.start()] + last * more + jpeg[found.start() :]


def a_front(number: int, *, quality: int = 90, pixels: int = 1600, taken: str = "", zone: str = "") -> bytes:
    """Draw a front of its own for each number."""
    image = Image.new("RGB", (17, 16))
    image.putdata([(p * (number + 3) * 7919 % 251,) * 3 for p in range(17 * 16)])
    image = image.resize((1600, 1200), Image.Resampling.NEAREST)
    image.thumbnail((pixels, pixels))
    exif = image.getexif()
    if taken:
        exif.get_ifd(IFD.Exif)[Exif.DateTimeOriginal] = taken
        exif.get_ifd(IFD.Exif)[Exif.OffsetTimeOriginal] = zone
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, exif=exif)
    return file.getvalue()


def a_visit_comes(
    engine: Engine, store: Store, root: str, content: bytes, kind: str = "pojok_asi",
    at: tuple[float, float] = HERE, **file: Any,
) -> None:  # fmt: skip
    """A visit comes to a place that is on no list, with a photograph."""
    answers = {"kind": kind, "arrival": "open", "point": f"{at[0]} {at[1]} 40 5", "start": START, "end": END,
               "name_given": f"Tempat {root}"}  # fmt: skip
    form_pk = it_comes(engine, FORM, root, answers, project=PROJECT)
    values = {"state": "stored", "media_type": "image/jpeg", "digest": store.put([content], len(content)).digest}
    with writing(engine) as session:
        session.add(Attachment(form_pk=form_pk, root_id=root, instance_id=root, name="1.jpg", **(values | file)))
