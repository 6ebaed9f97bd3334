"""A folder as the store: on one machine, or shared by several.

A file is written beside its place and renamed into it, so that a name in the store always means whole content.
"""

import os
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from server.store.interface import PIECE, Store, Stored, digest_of, is_digest, receive

ONLY_OURS = 0o700  # a folder that no other account of this machine may look into


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


class Folder(Store):
    """A folder of files, each under its SHA-256, in a folder of its first two signs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Say where a file is."""
        return self.folder / digest[:2] / digest

    def put(self, chunks: Iterable[bytes], limit: int, expected: str | None = None) -> Stored:
        return self._write(lambda file: receive(file, chunks, limit, expected), lambda stored: stored.digest)

    def _write(self, fill: Callable[[BinaryIO], Stored], name_of: Callable[[Stored], str]) -> Stored:
        """Write a file beside its place and rename it, once all of it is on the disk."""
        keep_to_ourselves(self.folder)
        descriptor, incoming = tempfile.mkstemp(dir=self.folder, prefix="incoming-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                stored = fill(file)
                file.flush()
                os.fsync(file.fileno())
            target = self.path(name_of(stored))
            target.parent.mkdir(ONLY_OURS, exist_ok=True)
            os.replace(incoming, target)
        except BaseException:
            Path(incoming).unlink(missing_ok=True)
            raise
        return stored

    @contextmanager
    def open(self, digest: str) -> Iterator[Iterator[bytes]]:
        with self.path(digest).open("rb") as file:
            yield iter(partial(file.read, PIECE), b"")

    def has(self, digest: str) -> bool:
        return self.path(digest).exists()

    def digests(self) -> Iterator[str]:
        return (path.name for path in self.folder.glob("??/*") if is_digest(path.name))

    def remove(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)  # first: who draws of it looks afterwards whether it is there
        for path in self.path(digest).parent.glob(f"{digest}.*"):
            path.unlink(missing_ok=True)

    def sweep(self, named: Container[str], before: float) -> int:
        old = [path for path in self.folder.rglob("*") if digest_of(path.name) not in named and _is_old(path, before)]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def put_drawn(self, digest: str, size: str, content: bytes) -> None:
        name = f"{digest}.{size}"
        self._write(lambda file: receive(file, [content], len(content), None), lambda _stored: name)
        if not self.has(digest):
            self.path(name).unlink(missing_ok=True)

    def drawn(self, digest: str, size: str) -> bytes | None:
        try:
            return self.path(f"{digest}.{size}").read_bytes()
        except FileNotFoundError:
            return None


def _is_old(path: Path, before: float) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < before
    except FileNotFoundError:  # gone while it was looked at
        return False
