"""What a ZIP holds, entry by entry: each with its bytes, or with the reason why it is not taken. Never writes a file.

Runs in the process that may end (`server/documents/child.py`): what a ZIP says of itself is not believed.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from server.documents.kinds import ARCHIVE, HEAD, ZIP, is_office, kind_of
from server.documents.naming import is_elsewhere, is_left_by_a_program, key_of, safe_name
from verification.reason import Value

_UTF8, _LOCKED, _NAME_AGAIN = 0x800, 0x1, 0x7075
_PIECE = 1 << 16
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError,
           RuntimeError, IndexError, UnicodeError)  # fmt: skip


class MostOfAll(NamedTuple):
    """How much is taken: bytes of a file, files of a ZIP, bytes of all of them."""

    file: int
    files: int
    all: int


@dataclass(frozen=True)
class ZipEntry:
    """A file of a ZIP, or why it is not taken; one without a name is about the ZIP itself."""

    name: str
    content: bytes = b""
    problem: str = ""
    values: dict[str, Value] = field(default_factory=dict)


def entries_of(file: BinaryIO, most: MostOfAll) -> Iterator[ZipEntry]:
    """Give a ZIP's entries in their order; one that is broken stops none of the others."""
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except _BROKEN:
        yield ZipEntry("", problem="zip_broken")
        return
    if is_office(frozenset(entry.filename.lower() for entry in entries)):
        yield ZipEntry("", problem="office")  # a document by itself
        return
    named = [(entry, _name(entry)) for entry in entries]
    files = [(entry, name) for entry, name in named if not entry.is_dir() and not is_left_by_a_program(name)]
    if len(files) > most.files:
        yield ZipEntry("", problem="zip_too_many", values={"count": len(files), "limit": most.files})
        return
    if not files:
        yield ZipEntry("", problem="zip_empty")
        return
    yield from _each(archive, files, most)


def _each(archive: zipfile.ZipFile, files: list[tuple[zipfile.ZipInfo, str]], most: MostOfAll) -> Iterator[ZipEntry]:
    left, seen = most.all, set[str]()
    for entry, name in files:
        shown = safe_name(name)
        if problem := _problem(entry, name):
            yield ZipEntry(shown, problem=problem)
            continue
        if left <= 0:
            yield ZipEntry(shown, problem="zip_unpacks_too_large", values={"megabytes": most.all // 10**6})
            continue
        try:
            content = _content(archive, entry, min(most.file, left))
        except _TooLarge:
            left -= most.file
            yield ZipEntry(shown, problem="document_too_large", values={"megabytes": most.file // 10**6})
            continue
        except (*_BROKEN, MemoryError):
            yield ZipEntry(shown, problem="zip_entry_broken")
            continue
        left -= len(content)
        found = _judged(shown, content)
        if not found.problem and key_of(name) in seen:
            found = ZipEntry(shown, content, "zip_twice")  # taken all the same: a person says which is meant
        yield found
        seen.add(key_of(name))


def _judged(shown: str, content: bytes) -> ZipEntry:
    if not content:
        return ZipEntry(shown, problem="document_empty")
    if kind_of(content[:HEAD]) == ARCHIVE or (kind_of(content[:HEAD]) == ZIP and not _is_office(content)):
        return ZipEntry(shown, problem="document_is_archive")
    return ZipEntry(shown, content)


def _problem(entry: zipfile.ZipInfo, name: str) -> str:
    if is_elsewhere(name):
        return "zip_entry_elsewhere"
    mode = entry.external_attr >> 16
    if entry.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "zip_entry_no_file"  # a link, a device
    return "zip_entry_locked" if entry.flag_bits & _LOCKED else ""


class _TooLarge(Exception):
    """More bytes than are taken, whatever the ZIP's list said."""


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack an entry. Raises _TooLarge, and what readers of ZIPs raise where it is broken."""
    pieces, size = [], 0
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > most:
                raise _TooLarge
            pieces.append(piece)
    return b"".join(pieces)


def _is_office(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            return is_office(frozenset(name.lower() for name in inner.namelist()))
    except _BROKEN:
        return False


def _name(entry: zipfile.ZipInfo) -> str:
    """Read a name as its program meant it: UTF-8 where it says so or is, else as DOS wrote it."""
    if entry.flag_bits & _UTF8:
        return entry.orig_filename
    if again := _name_again(entry.extra):
        return again
    try:
        return entry.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.orig_filename


def _name_again(extra: bytes) -> str | None:
    """Read the name that some programs write once more, in UTF-8, beside one in the alphabet of their machine."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _NAME_AGAIN and 5 < size <= len(extra) - 4:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return None
