"""A backup before it is encrypted: a tar that is written and read as a stream, one member in memory at a time.

    backup.json                          when and at which step of the schema it was made; its tables' shapes
    rows/submissions/000001.jsonl.gz …   the tables, in an order in which each row's references come before it
    store/4f5a…                          the files that the rows name, by digest, in its order
    end.json                             how much there is, and the digest of all that came before

Whoever has the key reads it without Tilik: `age -d -i key.txt tilik-….age | tar x`. Python's own tar keeps a list of
all members; so only its headers are used.
"""

import gzip
import hashlib
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, NamedTuple, Self

from server.backup.problems import CutShort, Unrestorable
from server.backup.rows import Shape

FORMAT = 1
HEAD, ROWS, STORE, END = "backup.json", "rows/", "store/", "end.json"
_BLOCK = tarfile.BLOCKSIZE
_LARGEST = 1 << 30  # bytes of a member: none that Tilik writes comes near


@dataclass(frozen=True)
class Head:
    """What a backup is of."""

    format: int
    step: str
    made_at: str  # ISO 8601, UTC
    tables: list[Shape]

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read it. Raises Unrestorable where it is no head, or a newer Tilik wrote it."""
        try:
            found = json.loads(content)
            if found["format"] > FORMAT:
                raise Unrestorable("backup_newer", step=str(found["step"])[:20])
            tables = [Shape(name, [(each, kind) for each, kind in columns]) for name, columns in found["tables"]]
            return cls(found["format"], found["step"], found["made_at"], tables)
        except (ValueError, KeyError, TypeError):
            raise Unrestorable("backup_damaged") from None

    def write(self) -> bytes:
        """Write it."""
        return _json(asdict(self) | {"tables": [list(shape) for shape in self.tables]})


@dataclass
class Tally:
    """How much was written or read, and the digest of it: both have to come to the same."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    lacking: int = 0  # files that the store did not have whole
    sha: Any = field(default_factory=hashlib.sha256, repr=False)

    def add(self, name: str, content: bytes) -> None:
        """Take a member into the digest."""
        self.sha.update(f"{name}\n{len(content)}\n".encode() + content)

    def write(self) -> bytes:
        """Write the end."""
        return _json({"rows": self.rows, "files": self.files, "lacking": self.lacking, "sha256": self.sha.hexdigest()})

    def must_be(self, content: bytes) -> None:
        """Compare with the end of what was read. Raises Unrestorable."""
        try:
            self.lacking = int(json.loads(content)["lacking"])
        except (ValueError, KeyError, TypeError):
            raise Unrestorable("backup_damaged") from None
        if self.write() != content:
            raise Unrestorable("backup_damaged")


class Writer:
    """Writes members."""

    def __init__(self, into: BinaryIO) -> None:
        self._into = into
        self.tally = Tally()

    def head(self, head: Head) -> None:
        """Begin."""
        self._write(HEAD, head.write())

    def rows(self, table: str, part: int, lines: bytes, count: int) -> None:
        """Write some rows of a table."""
        self._write(f"{ROWS}{table}/{part:06}.jsonl.gz", gzip.compress(lines, 3, mtime=0))
        self.tally.rows[table] = self.tally.rows.get(table, 0) + count

    def file(self, digest: str, content: bytes) -> None:
        """Write a file of the store."""
        self._write(STORE + digest, content)
        self.tally.files += 1

    def end(self) -> None:
        """Say how much it was."""
        self._write(END, self.tally.write())
        self._into.write(bytes(2 * _BLOCK))

    def _write(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self._into.write(entry.tobuf(tarfile.USTAR_FORMAT))
        self._into.write(content)
        self._into.write(bytes(-len(content) % _BLOCK))
        self.tally.add(name, content)


class Member(NamedTuple):
    """Something of a backup."""

    name: str
    content: bytes


class Reader:
    """Reads members; `tally` is of those that were read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.tally = Tally()
        name, content = self._member()
        if name != HEAD:
            raise Unrestorable("backup_not_one")
        self.head = Head.read(content)
        self.tally.add(name, content)

    def members(self) -> Iterator[Member]:
        """Give what lies between head and end. Raises Unrestorable where something lacks, or the end says other."""
        while (member := self._member()).name != END:
            self.tally.add(*member)
            self.tally.files += member.name.startswith(STORE)
            yield member
        self.tally.must_be(member.content)
        if self._source.read(2 * _BLOCK + 1) != bytes(2 * _BLOCK):  # nothing after it, and nothing of it cut off
            raise Unrestorable("backup_damaged")

    def _member(self) -> Member:
        try:
            entry = tarfile.TarInfo.frombuf(self._exactly(_BLOCK), "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeError):
            raise Unrestorable("backup_not_one") from None
        if entry.size > _LARGEST:
            raise Unrestorable("backup_damaged")
        content = self._exactly(entry.size)
        self._exactly(-entry.size % _BLOCK)
        return Member(entry.name, content)

    def _exactly(self, size: int) -> bytes:
        content = self._source.read(size)
        if len(content) < size:
            raise CutShort("backup_damaged")
        return content


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
