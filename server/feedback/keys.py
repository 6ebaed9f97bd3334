"""Keys that open fresh answers: one for each session, drawn anew with each answer, the one before thrown away.

A database remembers what it wrote: in its log with the moment, in rows that are dead, in a copy of its disk. So fresh
answers lie in it sealed, all of a session under one key, and each answer seals them anew: whatever was written before
opens for nobody any more, and what lies there now came in one transaction, in no order. The keys lie in one file beside
the database, for our eyes only, and in no backup; nothing that was written before them helps without them.

The file is written beside its place and renamed into it; what it was before is overwritten.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from server.backup.encryption import decrypted, encrypted, identities, new_identity
from server.db import Json
from server.store.folder import keep_to_ourselves


class Keys:
    """The keys of sessions, the newest last; of more than one, the database knows which holds."""

    def __init__(self, folder: Path) -> None:
        self._file, self._lock = folder / "keys", Lock()
        self._folder = folder
        self._of = self._read()

    def _read(self) -> dict[str, list[str]]:
        try:
            found: dict[str, list[str]] = json.loads(self._file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return {}
        return found

    def of(self, session_id: int) -> list[str]:
        """Give the keys of a session."""
        with self._lock:
            return list(self._of.get(str(session_id), []))

    def sessions(self) -> list[int]:
        """List the sessions that have keys."""
        with self._lock:
            return [int(name) for name in self._of]

    def draw(self, session_id: int) -> str:
        """Draw a new key beside those that a session has; it is on the disk when this returns."""
        key = new_identity()
        with self._lock:
            self._write({**self._of, str(session_id): [*self._of.get(str(session_id), []), key]})
        return key

    def keep_only(self, session_id: int, key: str | None) -> None:
        """Throw away all keys of a session but one, or all."""
        with self._lock:
            others = {name: keys for name, keys in self._of.items() if name != str(session_id)}
            self._write({**others, str(session_id): [key]} if key else others)

    def _write(self, keys: dict[str, list[str]]) -> None:
        """Write them all, in an order that says nothing, and overwrite what stood there."""
        keep_to_ourselves(self._folder)
        beside = self._file.with_name(f"keys-{secrets.token_hex(8)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as new:
                json.dump(dict(sorted(keys.items(), key=lambda item: int(item[0]))), new)
                _to_the_disk(new)
            with _opened(self._file) as before:
                os.replace(beside, self._file)
                _fsync_folder(self._folder)
                self._of = keys
                before.overwrite()
        finally:
            beside.unlink(missing_ok=True)


class _opened:
    """The file as it was, still at hand when another has its name."""

    def __init__(self, file: Path) -> None:
        self._file, self._descriptor = file, -1

    def __enter__(self) -> "_opened":
        if self._file.exists():
            self._descriptor = os.open(self._file, os.O_WRONLY)
        return self

    def overwrite(self) -> None:
        """Write zeros over all of it."""
        if self._descriptor >= 0:
            os.write(self._descriptor, bytes(os.fstat(self._descriptor).st_size))
            os.fsync(self._descriptor)

    def __exit__(self, *_error: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)


def _to_the_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def only_one(folder: Path) -> Any:
    """Give what says, as long as it is held, that no other process serves the line. Raises BlockingIOError."""
    keep_to_ourselves(folder)
    held = (folder / "served").open("a", encoding="ascii")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise
    return held


def seal(answers: Json, key: str, length: int) -> Json:
    """Seal answers; all of a length are as long as the longest, so that none is known by its own."""
    plain = json.dumps(answers).encode().ljust(length)
    return {"sealed": encrypted(plain, [each.to_public() for each in identities(key)]).hex()}


def unseal(sealed: Json, keys: Sequence[str]) -> Json | None:
    """Give what is sealed; None where none of these keys opens it."""
    opened = decrypted(bytes.fromhex(sealed["sealed"]), identities("\n".join(keys))) if keys else None
    if opened is None:
        return None
    found: Json = json.loads(opened)
    return found
