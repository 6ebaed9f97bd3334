"""The list of a ZIP, and the names in it as the programs that wrote them meant them; a false one stops no other entry.

Readers of ZIPs refuse all of a ZIP for one name that is not in the alphabet it says, or for one odd field beside a
name. So such marks are taken off before it is read, in a copy; names are bytes then, and told here.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_ENTRY, _LOCAL, _END, _END64 = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06"
_LENGTH, _END_LENGTH, _LOCATOR_LENGTH = 46, 22, 20  # of an entry in the list; of the list's end; of what names END64
_UTF8_HIGH = 0x08  # in the upper byte of an entry's flags: its name is UTF-8
_LARGE, _NAME_AGAIN, _NOTHING = 0x0001, 0x7075, 0xCAFE  # kinds of fields beside a name
_NEWEST = 63  # the version of ZIP that readers know
# signs and letters as Windows writes them, where DOS has letters or frames that stand in no name
_WINDOWS = frozenset({0x85, *range(0x91, 0x98), *range(0xC0, 0x100)})


@dataclass(frozen=True)
class ListedEntry:
    """An entry of a ZIP's list; `as_said`: its name is in the alphabet that it says, or that was told by its signs."""

    info: zipfile.ZipInfo
    name: str
    as_said: bool = True

    @property
    def is_folder(self) -> bool:
        """Tell whether this only names a folder: it holds nothing."""
        return self.name.endswith(("/", "\\")) and not self.info.file_size


@dataclass(frozen=True)
class _Said:
    """What stands beside a name: that it is UTF-8; and the name once more, in UTF-8, with the checksum of the first."""

    utf8: bool = False
    again: tuple[int, bytes] | None = None


def listed(file: BinaryIO) -> tuple[zipfile.ZipFile, list[ListedEntry]]:
    """Open a ZIP, and list it in its order. Raises what readers of ZIPs raise where its list is broken."""
    copy = io.BytesIO(file.read())
    with copy.getbuffer() as content:
        said = list(_unmarked(content))
    archive = zipfile.ZipFile(copy)
    entries = archive.infolist()
    with copy.getbuffer() as content:
        for entry in entries:
            if content[entry.header_offset : entry.header_offset + 4] == _LOCAL:
                content[entry.header_offset + 7] &= ~_UTF8_HIGH
    beside = said if len(said) == len(entries) else [_Said()] * len(entries)
    return archive, [_named(entry, one) for entry, one in zip(entries, beside, strict=True)]


def _unmarked(content: memoryview) -> Iterator[_Said]:
    """Take off what would have the whole list refused for one entry; gives what was said of each name."""
    at = _beginning(content)
    while at >= 0 and content[at : at + 4] == _ENTRY and at + _LENGTH <= len(content):
        name, extra, comment = struct.unpack("<HHH", content[at + 28 : at + 34])
        utf8 = bool(content[at + 9] & _UTF8_HIGH)
        content[at + 9] &= ~_UTF8_HIGH
        content[at + 6] = min(content[at + 6], _NEWEST)
        fields = at + _LENGTH + name
        yield _Said(utf8, _name_again(content[fields : fields + extra]))
        at = fields + extra + comment


def _beginning(content: memoryview) -> int:
    """Find where the list begins, from the end of the ZIP; negative where there is none."""
    first = max(0, len(content) - (1 << 16) - _END_LENGTH)
    end = bytes(content[first:]).rfind(_END)
    if end < 0 or first + end + _END_LENGTH > len(content):
        return -1
    end += first
    before = bytes(content[max(0, end - 1024) : max(0, end - _LOCATOR_LENGTH)]).rfind(_END64)
    if before >= 0:
        end = max(0, end - 1024) + before
        return end - int(struct.unpack("<Q", content[end + 40 : end + 48])[0])
    return end - int(struct.unpack("<L", content[end + 12 : end + 16])[0])


def _name_again(fields: memoryview) -> tuple[int, bytes] | None:
    """Read the name that some programs write once more; no field is left over that makes no sense."""
    found, at = None, 0
    while at + 4 <= len(fields):
        kind, size = struct.unpack("<HH", fields[at : at + 4])
        if at + 4 + size > len(fields):
            fields[at : at + 4] = struct.pack("<HH", _NOTHING, len(fields) - at - 4)
            break
        if kind == _NAME_AGAIN:
            if size > 5:
                found = int(struct.unpack("<L", fields[at + 5 : at + 9])[0]), bytes(fields[at + 9 : at + 4 + size])
            fields[at : at + 2] = struct.pack("<H", _NOTHING)
        at += 4 + size
    return found


def _named(entry: zipfile.ZipInfo, said: _Said) -> ListedEntry:
    raw = entry.orig_filename.encode("cp437")  # which has a letter for each byte
    if said.again and said.again[0] == zlib.crc32(raw) and (again := _utf8(said.again[1])) is not None:
        return ListedEntry(entry, again)
    if (name := _utf8(raw)) is not None:
        return ListedEntry(entry, name)
    return ListedEntry(entry, _guessed(raw, said.utf8), as_said=not said.utf8)


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _guessed(raw: bytes, utf8: bool) -> str:
    """Read a name that is no UTF-8: one that says so and mostly is, with signs for the rest; else of Windows, or DOS.

    The letters of the two alphabets of DOS that are in use here are the same.
    """
    mostly = raw.decode("utf-8", "replace")
    if utf8 and any(letter > "\x7f" and letter != "\ufffd" for letter in mostly):
        return mostly
    of_windows = all(byte in _WINDOWS for byte in raw if byte > 0x7F)
    return raw.decode("cp1252" if of_windows else "cp850")
