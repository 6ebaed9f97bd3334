"""Documents for tests: files, ZIPs and PDFs, honest and hostile, all of them made up."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import pypdfium2
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

PDF_PAGES = 2


def a_pdf(*sizes: tuple[float, float]) -> bytes:
    """Make a PDF of empty pages of these sizes, in points: A4 where none are said."""
    document, file = pypdfium2.PdfDocument.new(), io.BytesIO()
    for width, height in sizes or ((595, 842),) * PDF_PAGES:
        document.new_page(width, height)
    document.save(file)
    return file.getvalue()


def written_pdf(*objects: str) -> bytes:
    """Write a PDF by hand: its objects from the first, which is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF".encode()


def a_jpeg(width: int = 40, height: int = 30, kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (120, 160, 90)).save(file, kind)
    return file.getvalue()


def an_office_file() -> bytes:
    return a_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})


def a_zip(files: Mapping[str, bytes] | Sequence[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """Make a ZIP; given as pairs, a name may come twice."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, content)
    return file.getvalue()


@dataclass(frozen=True)
class RawEntry:
    """An entry of a ZIP as any program might write it: its name as bytes, whatever it says of their alphabet."""

    name: bytes
    content: bytes = b""
    utf8: bool = False
    locked: bool = False
    crc: int | None = None  # a false one
    method: int = 0  # stored, whatever it says
    extra: bytes = b""
    version: int = 20


def a_raw_zip(*entries: RawEntry) -> bytes:
    """Write a ZIP byte by byte."""
    out, listed = b"", b""
    for one in entries:
        flags = 0x800 * one.utf8 | one.locked
        crc = zlib.crc32(one.content) if one.crc is None else one.crc
        size = len(one.content)
        about = struct.pack("<HHHHHLLLHH", one.version, flags, one.method, 0, 0x5C21, crc, size, size, len(one.name),
                            len(one.extra))  # fmt: skip
        listed += b"PK\x01\x02" + struct.pack("<H", 20) + about + struct.pack("<HHHLL", 0, 0, 0, 0, len(out))
        listed += one.name + one.extra
        out += b"PK\x03\x04" + about + one.name + one.extra + one.content
    end = struct.pack("<HHHHLLH", 0, 0, len(entries), len(entries), len(listed), len(out), 0)
    return out + listed + b"PK\x05\x06" + end


def a_link(name: str, target: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    """Make an entry that is a symbolic link, as Unix writes it."""
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry, target


def locked(content: bytes) -> bytes:
    """Say of every entry of a ZIP that it has a password."""
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content = content[: place + at] + b"\x01" + content[place + at + 1 :]
            place = content.find(mark, place + 4)
    return content


@contextmanager
def files(came: Sequence[tuple[str, bytes]]) -> Iterator[list[tuple[str, BinaryIO]]]:
    """Give files by the names they come with, as a form or a folder would."""
    yield [(name, io.BytesIO(content)) for name, content in came]


def as_form(data: Mapping[str, Any]) -> dict[str, Any]:
    """Write what a form with files sends, for a browser's `post`; in memory, so that no file is left open."""
    each = [(name, one) for name, value in data.items() for one in (value if isinstance(value, list) else [value])]
    parts = [(name, FileStorage(*one) if isinstance(one, tuple) else one) for name, one in each]
    boundary, body = encode_multipart(MultiDict(parts))
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}
