"""The text of a file that somebody supplies: in UTF-8 and of a size that fits into memory, or refused with a reason."""

import codecs
from pathlib import Path

from verification.reason import WithReason

MOST_MEGABYTES = 400  # the outlines of all 83,762 villages, with a hundred vertices each, take some 350


_ARCHIVES = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\x00\x00\x27\x0a",
    b"SQLite format 3\x00",
)  # shapefiles too


class UnusableFile(WithReason):
    """A file that is not read; `reason` says why."""


def read_text(path: Path) -> str:
    """Read a text file whole."""
    megabytes = path.stat().st_size / 1_000_000
    if megabytes > MOST_MEGABYTES:
        raise UnusableFile("file_too_large", megabytes=round(megabytes), most=MOST_MEGABYTES)
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith(_ARCHIVES):
            raise UnusableFile("not_text") from None
        line = content.count(b"\n", 0, error.start) + 1
        raise UnusableFile("not_utf8", encoding=_likely_encoding(content), line=line) from None


def _likely_encoding(content: bytes) -> str:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "UTF-16" if is_utf16 else "Windows-1252"  # what Windows writes when nobody asks it for UTF-8
