"""What every store of files does: by the hash of their content, whole or not at all; a folder or a bucket.

Photographs that came with submissions lie in it, and the workbooks of claims. The same content twice is one file. A
picture that was drawn of a photograph lies beside it and goes with it. Nothing in here makes a link: whoever gets a
file gets its bytes, from somebody who asked whether they may.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from verification.reason import Reason

IN_THE_STORE = {"in_the_store": True}  # marks a column that names a file in here, by its digest
PIECE = 65536  # bytes
_HEAD_BYTES = 16
_DIGEST_SIGNS = 64
NO_LIMIT = 2**63


class TooLarge(Exception):
    """More bytes than the store takes for one file."""


class StoreProblem(OSError):
    """The store does not do what it should; `reason` says why, for an operator to act on."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


class OtherContent(Exception):
    """What came is not what its digest says."""


@dataclass(frozen=True)
class Stored:
    """A file in the store; `head` has its first bytes, by which its kind is known."""

    digest: str
    size: int
    head: bytes


class Store(ABC):
    """Files, each under its SHA-256. All of it may be done twice, and by several machines at once.

    Raises OSError where the disk is full; StoreProblem, which is one, where a bucket does not do what it should.
    """

    @abstractmethod
    def put(self, chunks: Iterable[bytes], limit: int, expected: str | None = None) -> Stored:
        """Keep a file as it comes, never holding it whole: found under its digest once all of it is there.

        Raises TooLarge beyond `limit` bytes, OtherContent where another digest is expected.
        """

    @abstractmethod
    def open(self, digest: str) -> AbstractContextManager[Iterator[bytes]]:
        """Give a file's bytes in pieces. Raises FileNotFoundError where there is none."""

    @abstractmethod
    def has(self, digest: str) -> bool:
        """Tell whether a file is there."""

    @abstractmethod
    def digests(self) -> Iterator[str]:
        """Name every file, in no order; what comes or goes meanwhile may be named or not."""

    @abstractmethod
    def remove(self, digest: str) -> None:
        """Remove a file, all versions of it, and what was drawn of it; nothing happens where there is none."""

    @abstractmethod
    def sweep(self, named: Container[str], before: float) -> int:
        """Remove what none of these digests names, and halves whose writer died, not touched since (seconds, POSIX).

        Returns how many went.
        """

    @abstractmethod
    def put_drawn(self, digest: str, size: str, content: bytes) -> None:
        """Keep a picture that was drawn of a file beside it, unless the file is gone meanwhile."""

    @abstractmethod
    def drawn(self, digest: str, size: str) -> bytes | None:
        """Give a picture that was drawn of a file; None where none was."""

    def asked_of_many(self) -> Callable[[str], bool]:
        """Give `has` for whoever asks of many files: where asking takes long, all are listed once, now."""
        return self.has

    def read(self, digest: str) -> bytes:
        """Give a file's bytes: for what is known to be small. Raises FileNotFoundError."""
        with self.open(digest) as chunks:
            return b"".join(chunks)

    def is_whole(self, digest: str) -> bool:
        """Tell whether a file is there with the content its name says."""
        sha = hashlib.sha256()
        try:
            with self.open(digest) as chunks:
                for chunk in chunks:
                    sha.update(chunk)
        except FileNotFoundError:
            return False
        return sha.hexdigest() == digest

    def copy(self, digest: str) -> Stored | None:
        """Store a file anew, under the digest of what its bytes are now; None where there is none."""
        try:
            with self.open(digest) as chunks:
                return self.put(chunks, NO_LIMIT)
        except FileNotFoundError:
            return None


def receive(file: BinaryIO, chunks: Iterable[bytes], limit: int, expected: str | None) -> Stored:
    """Write a file as it comes, and say what it is. Raises TooLarge, OtherContent."""
    sha, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge
        head += chunk[: _HEAD_BYTES - len(head)]
        sha.update(chunk)
        file.write(chunk)
    if expected not in (None, sha.hexdigest()):
        raise OtherContent
    return Stored(sha.hexdigest(), size, head)


def digest_of(name: str) -> str:
    """Give the digest of the file that a name in the store belongs to: its own, or what a picture was drawn of."""
    return name.partition(".")[0]


def is_digest(name: str) -> bool:
    """Tell whether a name in the store is a file's own, and no drawn picture's or half's."""
    return len(name) == _DIGEST_SIGNS and set(name) <= set("0123456789abcdef")
