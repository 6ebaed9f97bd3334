"""Tombstones kept apart from the database, so that a restore knows what was removed after its backup.

Deletions of traces of places lie there too, with the submissions they name and what their points had shown; and the
digests of documents in which somebody found a child.

One file for each, encrypted to the backup's keys, beside the backups. It is named after what it says, so that writing
them all again adds what lacks and overwrites none; another Tilik's, or an earlier one's, stay. `known-until` says, in
the clear, up to which moment the folder is complete, and how many there were then.
"""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy import Engine

from server.backup.encryption import decrypted, encrypted
from server.backup.problems import Unrestorable
from server.db import now, snapshot
from server.documents.apart import DocumentStone, all_document_stones
from server.removals.tombstones import Tombstone, all_tombstones
from server.store.folder import keep_to_ourselves
from server.traces.apart import DeletedTraces, all_deleted_traces

FOLDER, KNOWN_UNTIL = "tombstones", "known-until"


@dataclass(frozen=True)
class Apart:
    """What a folder of tombstones says, and until when it says all."""

    stones: tuple[Tombstone, ...]
    traces: tuple[DeletedTraces, ...]
    documents: tuple[DocumentStone, ...]
    known_until: datetime


def put_apart(engine: Engine, folder: Path, keys: Sequence[Any]) -> int:
    """Put every tombstone into the folder of backups; gives how many there are. Raises OSError."""
    apart, moment, count = folder / FOLDER, now(), 0
    keep_to_ourselves(apart)
    suffix = _digest(sorted(map(str, keys)))[:8]  # other keys make other files: who has the new one reads all
    with snapshot(engine) as session:
        for content in chain(map(_written, all_tombstones(session)), map(_traces_written, all_deleted_traces(session)),
                             map(DocumentStone.written, all_document_stones(session))):  # fmt: skip
            count += 1
            file = apart / f"{_digest(content)}-{suffix}.age"
            if not file.exists():
                _put(file, encrypted(json.dumps(content).encode(), keys))
    known = {"known_until": moment.isoformat(), "tombstones": count}
    _put(apart / KNOWN_UNTIL, json.dumps(known).encode())
    return count


def read_apart(apart: Path, keys: Sequence[Any]) -> Apart:
    """Read a folder of tombstones. Raises Unrestorable where one cannot be read, or some lack."""
    try:
        known = json.loads((apart / KNOWN_UNTIL).read_bytes())
        known_until, count = datetime.fromisoformat(known["known_until"]), int(known["tombstones"])
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        raise Unrestorable("tombstones_missing", folder=str(apart)) from None
    files = defaultdict(list)
    for file in sorted(apart.glob("*.age")):
        files[file.name.split("-")[0]].append(file)
    found = [_read(name, alike, keys) for name, alike in files.items()]
    read = [one for one in found if one]
    if len(read) < max(len(found), count):
        raise Unrestorable("tombstones_lacking", folder=str(apart), count=max(len(found), count) - len(read))
    stones = (one for one in read if isinstance(one, Tombstone))
    traces = (one for one in read if isinstance(one, DeletedTraces))
    return Apart(
        tuple(sorted(stones, key=lambda stone: stone.removed_at)), tuple(sorted(traces, key=lambda one: one.begun_at)),
        tuple(one for one in read if isinstance(one, DocumentStone)), known_until,
    )  # fmt: skip


def _written(stone: Tombstone) -> list[Any]:
    return [*stone[:-1], stone.removed_at.isoformat()]


def _traces_written(deleted: DeletedTraces) -> dict[str, Any]:
    return deleted._asdict()


def _read(name: str, files: Iterable[Path], keys: Sequence[Any]) -> Tombstone | DeletedTraces | DocumentStone | None:
    """Read a tombstone from the first of its files that these keys fit."""
    for file in files:
        content = decrypted(file.read_bytes(), keys)
        if content is not None and _digest(said := json.loads(content)) == name:
            if isinstance(said, dict) and DocumentStone.is_one(said):
                return DocumentStone(**said)
            if isinstance(said, dict):
                return DeletedTraces(**said)
            return Tombstone._make([*said[:-1], datetime.fromisoformat(said[-1])])
    return None


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _put(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with NamedTemporaryFile(dir=file.parent, prefix="incoming-", delete=False) as half:
        try:
            half.write(content)
            half.flush()
            os.fsync(half.fileno())
            os.replace(half.name, file)
        finally:
            Path(half.name).unlink(missing_ok=True)
