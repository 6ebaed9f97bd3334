"""Files by the hash of their content: photographs that came with submissions, and the workbooks of claims.

A file is written beside its place and renamed into it, so that a name in the store always means whole content. The
same content twice is one file.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ONLY_OURS = 0o700  # a folder that no other account of this machine may look into
_HEAD_BYTES = 16
_PIECE = 65536  # bytes
IN_THE_STORE = {"in_the_store": True}  # marks a column that names a file in here, by its digest


class TooLarge(Exception):
    """More bytes than the store takes for one file."""


def keep_to_ourselves(folder: Path) -> None:
    """Make a folder of ours, or take one that is there back from whom an earlier umask let in.

    Raises OSError where it cannot be made. A folder that another account owns stays as its owner made it.
    """
    folder.mkdir(ONLY_OURS, parents=True, exist_ok=True)
    take_back(folder, ONLY_OURS)


def take_back(path: Path, mode: int) -> None:
    """Let only us into a file or folder that is ours, whoever was let in before."""
    if path.stat().st_uid == os.geteuid():
        path.chmod(mode)


@dataclass(frozen=True)
class Stored:
    """A file in the store; `head` has its first bytes, by which its kind is known."""

    digest: str
    size: int
    head: bytes


class Store:
    """A folder of files, each under its SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, digest: str) -> Path:
        """Say where a file is."""
        return self._folder / digest[:2] / digest

    def put(self, chunks: Iterable[bytes], limit: int) -> Stored:
        """Write a file as it comes, never holding it whole.

        Raises TooLarge, or OSError where the disk is full.
        """
        keep_to_ourselves(self._folder)
        sha, size, head = hashlib.sha256(), 0, b""
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix="incoming-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge
                    head += chunk[: _HEAD_BYTES - len(head)]
                    sha.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            target = self.path(sha.hexdigest())
            target.parent.mkdir(ONLY_OURS, exist_ok=True)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Stored(sha.hexdigest(), size, head)

    def is_whole(self, digest: str) -> bool:
        """Tell whether a file is there with the content its name says."""
        try:
            with self.path(digest).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except FileNotFoundError:
            return False

    def copy(self, digest: str) -> Stored | None:
        """Store a file anew, under the digest of what its bytes are now; None where there is none."""
        try:
            with self.path(digest).open("rb") as file:
                return self.put(iter(partial(file.read, _PIECE), b""), sys.maxsize)
        except FileNotFoundError:
            return None

    def left_over(self, named: Container[str], before: float) -> Iterator[Path]:
        """Find files that nothing names, and halves of files whose writer died, not touched since (seconds, POSIX)."""
        for path in self._folder.rglob("*"):
            if path.is_file() and path.name not in named and path.stat().st_mtime < before:
                yield path

    def remove(self, digest: str) -> None:
        """Remove a file; nothing happens where there is none."""
        self.path(digest).unlink(missing_ok=True)
