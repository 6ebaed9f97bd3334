"""Backups are encrypted to public keys by age: what can read them is kept elsewhere (https://age-encryption.org/v1).

Any program that knows age reads them too. pyrage takes and gives files; it works in a thread, at the other end of a
pipe. An error of its last write it drops, and others it turns into a text: so the file it has is watched.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, cast

from server.backup.problems import CutShort, Unready, Unrestorable

_PRIVATE = "AGE-SECRET-KEY-1"


def recipients(keys: str) -> list[Any]:
    """Read public keys, with spaces or commas between them. Raises Unready where one is none, or pyrage is missing."""
    age, found = _age(), []
    for number, key in enumerate(keys.replace(",", " ").split(), 1):
        try:
            found.append(age.x25519.Recipient.from_str(key))
        except age.RecipientError:
            raise Unready("backup_key_wrong", number=number) from None
    if not found:
        raise Unready("backup_no_keys")
    return found


def identities(text: str) -> list[Any]:
    """Read private keys, each on a line of its own, as `tilik backup-key` and `age-keygen` write them.

    Raises Unrestorable where there is none, Unready where pyrage is missing.
    """
    age = _age()
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [age.x25519.Identity.from_str(line) for line in lines if line.startswith(_PRIVATE)]
    except age.IdentityError:
        found = []
    if not found:
        raise Unrestorable("backup_no_private_key")
    return found


def new_identity() -> str:
    """Make a private key alone, which says nothing of when it was made."""
    return str(_age().x25519.Identity.generate())


def new_key(moment: datetime) -> str:
    """Make a pair of keys, written as `age-keygen` does: whoever has this text can read what is encrypted to it."""
    private = _age().x25519.Identity.generate()
    return f"# created: {moment:%Y-%m-%dT%H:%M:%SZ}\n# public key: {private.to_public()}\n{private}\n"


def public_key(text: str) -> str:
    """Give the public key of a private one."""
    return str(identities(text)[0].to_public())


def encrypted(content: bytes, keys: Sequence[Any]) -> bytes:
    """Encrypt something small."""
    return cast(bytes, _age().encrypt(content, keys))


def decrypted(content: bytes, keys: Sequence[Any]) -> bytes | None:
    """Decrypt something small; None where these keys do not fit, or it is not what was encrypted."""
    age = _age()
    try:
        return cast(bytes, age.decrypt(content, keys))
    except (age.DecryptError, OSError):
        return None


class Watched:
    """A file that pyrage reads or writes: its first error, and size and SHA-256 of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._sha = file, hashlib.sha256()
        self.error: OSError | None = None
        self.size = 0

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written."""
        return self._sha.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        return self._noting(lambda: self._file.read(size))

    def write(self, data: bytes) -> int:
        """Write on."""
        self._noting(lambda: self._file.write(data))
        self._sha.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Write what waits."""
        self._noting(self._file.flush)

    def _noting(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except OSError as error:
            self.error = self.error or error
            raise


@contextmanager
def encrypting(into: Watched, keys: Sequence[Any]) -> Iterator[BinaryIO]:
    """Encrypt what is written. Raises OSError where it cannot be kept."""
    age = _age()

    def work(pipe: BinaryIO) -> None:
        try:
            age.encrypt_io(pipe, into, keys)
        except age.EncryptError as error:
            raise into.error or error from None
        if into.error:  # of its last write it says nothing
            raise into.error

    with _at_the_other_end(work, os.O_WRONLY) as pipe:
        yield pipe


@contextmanager
def decrypting(file: BinaryIO, keys: Sequence[Any]) -> Iterator[BinaryIO]:
    """Give what was encrypted, to be read to its end. Raises Unrestorable, or OSError where it cannot be read."""
    age, source = _age(), Watched(file)

    def work(pipe: BinaryIO) -> None:
        try:
            age.decrypt_io(source, pipe, keys)
        except age.DecryptError as error:
            other = "No matching keys" in str(error)
            raise source.error or Unrestorable("backup_other_key" if other else "backup_not_one") from None
        except OSError:
            raise source.error or Unrestorable("backup_damaged") from None

    with _at_the_other_end(work, os.O_RDONLY) as pipe:
        yield pipe


@contextmanager
def _at_the_other_end(work: Callable[[BinaryIO], None], ours: int) -> Iterator[BinaryIO]:
    """Give an end of a pipe, with a thread at the other. Where that failed, its error says why ours ended early."""
    reading, writing = os.pipe()
    mine, its = (reading, writing) if ours == os.O_RDONLY else (writing, reading)
    modes = ("rb", "wb") if ours == os.O_RDONLY else ("wb", "rb")

    def run() -> None:
        with os.fdopen(its, modes[1], buffering=0) as pipe:
            work(cast(BinaryIO, pipe))

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(run)
        try:
            with os.fdopen(mine, modes[0]) as pipe:
                yield cast(BinaryIO, pipe)
        except (BrokenPipeError, CutShort):
            done.result()
            raise
        done.result()


def _age() -> Any:
    try:
        import pyrage
    except ModuleNotFoundError:
        raise Unready("backup_needs_pyrage") from None
    return pyrage
