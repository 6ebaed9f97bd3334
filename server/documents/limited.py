"""Have something done with a file by a process that may end (`server/documents/child.py`); we go on."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO

from server.documents.unpacking import MostOfAll, ZipEntry
from verification.reason import WithReason

WALL_SECONDS = 60
LONGEST_LINE = 20_000
CHILD = ("-m", "server.documents.child")
_PIECE = 1 << 20
_HOUSE = Path(__file__).parents[2]
# nothing of our settings: what reads a stranger's file has no secret to lose
_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "PATH": ""}


class UnusableDocument(WithReason):
    """A document that cannot be shown; `reason` says why, and what to do."""


def unpacked(file: BinaryIO, most: MostOfAll) -> Iterator[ZipEntry]:
    """Give what a ZIP holds; where the process came to an end before all of it, the last one says so."""
    file.seek(0)
    with (
        laid_down(iter(partial(file.read, _PIECE), b"")) as copy,
        _asked(copy, "unpack", ",".join(map(str, most))) as out,
    ):
        while (said := _line(out)) and "name" in said:
            size = int(said["size"])
            content = out.read(size) if 0 <= size <= most.file else b""
            if len(content) != size:
                said = {}
                break
            yield ZipEntry(str(said["name"]), content, str(said["problem"]), dict(said["values"]))
        if not said.get("end"):
            yield ZipEntry("", problem="zip_too_heavy", values={"seconds": WALL_SECONDS})


def count_pages(content: bytes) -> tuple[int, bool]:
    """Count a PDF's pages, and tell whether it brings a script. Raises UnusableDocument."""
    with laid_down([content]) as file, _asked(file, "count") as out:
        said = _answer(out)
    return int(said["pages"]), bool(said["scripts"])


def draw_page(content: bytes, page: int) -> bytes:
    """Draw a page of a PDF as a JPEG. Raises UnusableDocument."""
    return _picture(content, "draw", str(page))


def draw_picture(content: bytes) -> bytes:
    """Draw a JPEG or PNG anew, as a JPEG. Raises UnusableDocument."""
    return _picture(content, "redraw")


def _picture(content: bytes, *what: str) -> bytes:
    with laid_down([content]) as file, _asked(file, *what) as out:
        said = _answer(out)
        picture = out.read(int(said["size"]))
        if len(picture) != said["size"] or not picture.startswith(b"\xff\xd8"):
            raise _too_heavy()
    return picture


def _answer(out: IO[bytes]) -> dict[str, Any]:
    said = _line(out)
    if problem := said.get("problem"):
        raise UnusableDocument(str(problem))
    if not said or said.get("end"):
        raise _too_heavy()
    return said


def _too_heavy() -> UnusableDocument:
    return UnusableDocument("document_too_heavy")


def _line(out: IO[bytes]) -> dict[str, Any]:
    """Read a line that the process wrote; nothing where it ended, or wrote none."""
    try:
        said = json.loads(out.readline(LONGEST_LINE) or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


@contextmanager
def _asked(file: BinaryIO, *what: str) -> Iterator[IO[bytes]]:
    """Start the process on a file, and end it: after so long, or when nobody reads it any more."""
    command = [sys.executable, "-s", *CHILD, *what]
    with subprocess.Popen(command, cwd=_HOUSE, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env=_ENVIRONMENT, start_new_session=True) as process:  # fmt: skip
        timer = threading.Timer(WALL_SECONDS, process.kill)
        timer.start()
        try:
            assert process.stdout  # noqa: S101  a pipe, as asked for
            yield process.stdout
        finally:
            timer.cancel()
            process.kill()


@contextmanager
def laid_down(pieces: Iterable[bytes]) -> Iterator[BinaryIO]:
    """Give what came as a file of its own without a name: the process that reads it moves no other's place in it."""
    with tempfile.TemporaryFile() as file:
        for piece in pieces:
            file.write(piece)
        file.seek(0)  # the process begins where we are
        yield file
