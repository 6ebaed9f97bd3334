"""What a ZIP holds, entry by entry: each with its bytes, or with the reason why it is not taken. Never writes a file.

Runs in the process that may end (`server/documents/child.py`): what a ZIP says of itself is not believed.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from server.documents.kinds import ARCHIVE, HEAD, ZIP, is_office, kind_of
from server.documents.naming import is_elsewhere, is_left_by_a_program, key_of, safe_name
from server.documents.zip_names import ListedEntry, listed
from verification.reason import Value

_LOCKED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_PIECE = 1 << 16
LEFT_ASIDE = "zip_left_aside"  # how many entries are what programs leave behind: no file of anybody's
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
        archive, entries = listed(file)
    except _BROKEN:
        yield ZipEntry("", problem="zip_broken")
        return
    if is_office(frozenset(entry.name.lower() for entry in entries)):
        yield ZipEntry("", problem="office")  # a document by itself
        return
    whole = [entry for entry in entries if not entry.is_folder]
    files = [entry for entry in whole if not is_left_by_a_program(entry.name)]
    if len(files) > most.files:
        yield ZipEntry("", problem="zip_too_many", values={"count": len(files), "limit": most.files})
        return
    if not files:
        yield ZipEntry("", problem="zip_empty")
        return
    if len(files) < len(whole):
        yield ZipEntry("", problem=LEFT_ASIDE, values={"count": len(whole) - len(files)})
    yield from _each(archive, files, most)


def _each(archive: zipfile.ZipFile, files: Iterable[ListedEntry], most: MostOfAll) -> Iterator[ZipEntry]:
    left, seen = most.all, set[str]()
    for one in files:
        entry, name, shown = one.info, one.name, safe_name(one.name)
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
        if not found.problem and not one.as_said:
            found = ZipEntry(shown, content, "zip_name_false")  # likewise: it is found by what can be read of its name
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
    if entry.flag_bits & _LOCKED:
        return "zip_entry_locked"
    return "" if entry.compress_type in _METHODS else "zip_entry_method"


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
