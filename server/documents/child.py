"""What is done with a file from a district, in a process of its own that has little memory and time, and may end.

    python -m server.documents.child unpack LIMITS     what a ZIP holds: a line of JSON for each entry, then its bytes
    python -m server.documents.child count             how many pages a PDF has, as a line of JSON
    python -m server.documents.child draw PAGE         one page as a JPEG, behind a line of JSON
    python -m server.documents.child redraw            a JPEG or PNG in the same way

The file is the standard input. Nothing is written but to the standard output; no other file may grow by a byte.
Whoever made the file decides no more than how this ends: with what was asked for, with a reason, or by any error.
"""

import io
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

MEMORY_BYTES = 900_000_000  # of addresses; PDFium and a page take some 200 MB
CPU_SECONDS = 20
PAGE_PIXELS = 1500  # of the longer side: a scanned page can be read
MOST_PAGES = 300


def limit() -> None:
    """Limit this process: where the platform knows how, for good."""
    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS),
                       (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):  # fmt: skip
        with suppress(ValueError, OSError):  # macOS knows the first and does not keep it
            resource.setrlimit(what, (most, most))


def say(out: BinaryIO, **said: Any) -> None:
    """Write a line."""
    out.write(json.dumps(said, ensure_ascii=True).encode() + b"\n")


def count(out: BinaryIO) -> None:
    """Say how many pages a PDF has, and whether it brings a script, which is never run."""
    import pypdfium2.raw as pdfium

    document = _opened()
    scripts = pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0
    say(out, pages=len(document), scripts=scripts)


def draw(out: BinaryIO, page: int) -> None:
    """Draw a page of a PDF: paper that is far too large becomes small, and nothing in it runs or is asked for."""
    document = _opened()
    if not 1 <= page <= min(len(document), MOST_PAGES):
        say(out, problem="document_no_such_page")
        return
    found = document[page - 1]
    width, height = found.get_size()
    longer = max(width, height)
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        say(out, problem="document_broken")
        return
    scale = min(3.0, PAGE_PIXELS / longer)
    picture = found.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=75)
    _give(out, file.getvalue())


def redraw(out: BinaryIO) -> None:
    """Draw a picture anew: its pixels alone, nothing of what a camera or a scanner wrote beside them."""
    from server.visits.drawing import NotDrawable, without_exif

    try:
        _give(out, without_exif(sys.stdin.buffer.read(), PAGE_PIXELS))
    except NotDrawable:
        raise Unusable("document_broken") from None


def _give(out: BinaryIO, picture: bytes) -> None:
    say(out, size=len(picture))
    out.write(picture)


def _opened() -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise Unusable("document_locked" if locked else "document_broken") from None
    if not len(document):
        raise Unusable("document_broken")
    return document


class Unusable(Exception):
    """A file with which nothing can be done; its text is a reason's code."""


def unpack(out: BinaryIO, limits: str) -> None:
    """Give what a ZIP holds, one entry after the other."""
    from server.documents.unpacking import MostOfAll, entries_of

    for entry in entries_of(os.fdopen(0, "rb", closefd=False), MostOfAll(*map(int, limits.split(",")))):
        said: Mapping[str, Any] = {"name": entry.name, "problem": entry.problem, "values": entry.values}
        say(out, **said, size=len(entry.content))
        out.write(entry.content)
        out.flush()


def main(asked: str, *more: str) -> None:
    """Do what is asked, within the limits."""
    doing: dict[str, Callable[[], None]] = {
        "unpack": lambda: unpack(sys.stdout.buffer, more[0]),
        "count": lambda: count(sys.stdout.buffer),
        "redraw": lambda: redraw(sys.stdout.buffer),
        "draw": lambda: draw(sys.stdout.buffer, int(more[0])),
    }
    limit()
    try:
        doing[asked]()
        say(sys.stdout.buffer, end=True)
    except Unusable as unusable:
        say(sys.stdout.buffer, problem=str(unusable), end=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
