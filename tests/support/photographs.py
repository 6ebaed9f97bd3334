"""Photographs as cameras, and whoever means harm, make them; all of them made here."""

import io
import re
import struct
import zlib
from typing import Any

from PIL import Image

_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **how: Any) -> bytes:
    file = io.BytesIO()
    colour = 7 if mode in ("L", "P", "I;16") else (200, 40, 40, 99)[: len(mode)]
    image = Image.new(mode, size, colour)
    image.save(file, kind, **how)
    return file.getvalue()


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
