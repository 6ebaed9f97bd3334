"""A workbook as a package of parts (a zip of XML files): unpacked and parsed within limits."""

import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from verification.reason import WithReason

MAX_UNPACKED_BYTES = 30_000_000  # of the parts that are XML; 10,000 rows on each of four lists have some 23 MB
MAX_ELEMENTS = 1_000_000  # of one part; 10,000 places with all their columns have some 350,000
MAX_DEPTH = 60


class UnusableWorkbook(WithReason):
    """A file that is not a filled template; `reason` says what it is instead."""


class Package:
    """The parts of a package by their names in small letters. Raises UnusableWorkbook where they are too large.

    What no reader of cells unpacks (pictures) may be as large as the file.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in archive.infolist()}
        texts = sum(entry.file_size for name, entry in self._entries.items() if name.endswith((".xml", ".rels")))
        if texts > MAX_UNPACKED_BYTES:
            raise UnusableWorkbook("workbook_unpacks_too_large", megabytes=round(texts / 1e6))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def read(self, name: str) -> bytes:
        """Unpack a part. Raises KeyError where there is none that may be read."""
        if not name.lower().endswith((".xml", ".rels")):
            raise KeyError(name)
        return self._archive.read(self._entries[name.lower()])

    def related(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Give what a part (the package itself: "") relates to: each one's id, kind and name."""
        folder, file = posixpath.split(name)
        found: list[Mapping[str, str]] = []
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        if rels in self:
            parse(self.read(rels), lambda tag, attributes: found.append(attributes) if tag == "Relationship" else None)
        for one in found:
            target = posixpath.normpath(posixpath.join("/", folder, one["Target"].replace("\\", "/"))).lstrip("/")
            yield one["Id"], posixpath.basename(one["Type"]), target


def parse(
    content: bytes, start: Callable[[str, Mapping[str, str]], Any], end: Callable[[str], Any] | None = None,
    text: Callable[[str], Any] | None = None,
) -> None:  # fmt: skip
    """Parse a part, calling with local names; no declarations of entities, nor more elements than a form has."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    left, depth = MAX_ELEMENTS, 0

    def started(tag: str, attributes: dict[str, str]) -> None:
        nonlocal left, depth
        left, depth = left - 1, depth + 1
        if left < 0 or depth > MAX_DEPTH:
            raise UnusableWorkbook("workbook_too_many_cells", limit=MAX_ELEMENTS)
        start(tag.rpartition(" ")[2], {name.rpartition(" ")[2]: value for name, value in attributes.items()})

    def ended(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(tag.rpartition(" ")[2])

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.StartDoctypeDeclHandler = _no_declarations
    if text:
        parser.CharacterDataHandler = text
    parser.Parse(content, True)


def _no_declarations(*_: object) -> None:
    raise ValueError("a document type in a part")
