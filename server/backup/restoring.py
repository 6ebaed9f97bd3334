"""Restore a backup: rows, then files, in one transaction that commits only once all of it was read and found whole.

The rows go into tables of the step at which they were backed up; the missing steps run on them, as an upgrade does.
Then what was lawfully removed since is buried again, and only the files that are still named go into the store.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.backup.apart import read_apart
from server.backup.archive import ROWS, STORE, Member, Reader
from server.backup.encryption import decrypting
from server.backup.left_out import LEFT_OUT
from server.backup.making import Progress
from server.backup.problems import Unrestorable
from server.backup.rows import read_rows
from server.backup.target import Replaced, be_patient, in_any_order, make_room, number_on, put_rows
from server.db import impatient, now
from server.documents.apart import DocumentStone, mark_again
from server.removals.removing import bury_again
from server.removals.tombstones import Tombstone
from server.schema import climb, files_in_order, knows_step, rebuilding
from server.store.interface import Store
from server.traces.apart import DeletedTraces, delete_again

_DIGEST = 64  # letters
_WAIT_SECONDS = 10  # for whoever still works with the database


@dataclass(frozen=True)
class RestoreWish:
    """What to restore with: private keys; the folder of tombstones, if any; `replace` what is there.

    `without` is a person's word that removals made after the backup may come back; `by` is theirs who restore.
    """

    keys: Sequence[Any]
    apart: Path | None = None
    without: bool = False
    replace: bool = False
    by: str = "nobody"


@dataclass
class Restored:
    """What was restored: of which moment, how much, and which removals were made since.

    `known_until` is the moment up to which every removal is known; `lacking` counts the files that no longer are.
    """

    made_at: datetime
    rows: int = 0
    files: int = 0
    lacking: int = 0
    buried: int = 0
    known_until: datetime | None = None
    gone: list[str] = field(default_factory=list)  # digests of files that were removed


def check_backup(source: BinaryIO, keys: Sequence[Any]) -> Restored:
    """Read a backup to its end and compare every digest; nothing is written. Raises Unrestorable, OSError."""
    with decrypting(source, keys) as plain:
        reader = Reader(plain)
        for member in reader.members():
            if member.name.startswith(STORE):
                _must_be_whole(member)
            else:
                _count(reader, member)
    found = _so_far(reader)
    found.files, found.lacking = reader.tally.files, reader.tally.lacking
    return found


def restore(
    engine: Engine, store: Store, source: BinaryIO, wish: RestoreWish, progress: Progress = lambda _what, _n: None
) -> Restored:
    """Restore all of a backup or nothing. Raises Unrestorable, OSError, and what the database raises."""
    with _all_files_or_none(store) as added, rebuilding(impatient(engine, _WAIT_SECONDS)) as connection:
        be_patient(connection)
        with decrypting(source, wish.keys) as plain:
            restored = _Restoring(connection, store, added, progress, Reader(plain)).restore(wish)
    for digest in restored.gone:
        store.remove(digest)
    return restored


@dataclass(frozen=True)
class Since:
    """What was removed since a backup was made, traces and documents too, and up to when all is known."""

    stones: Sequence[Tombstone]
    traces: Sequence[DeletedTraces]
    documents: Sequence[DocumentStone]
    known_until: datetime


@dataclass(frozen=True)
class _Restoring:
    connection: Connection
    store: Store
    added: BinaryIO
    progress: Progress
    reader: Reader

    def restore(self, wish: RestoreWish) -> Restored:
        head = self.reader.head
        if not knows_step(head.step):
            raise Unrestorable("backup_newer", step=head.step[:20])
        made_at = datetime.fromisoformat(head.made_at)
        replaced = make_room(self.connection, made_at, replace=wish.replace)
        since = removals_since(wish, replaced, made_at)
        members = self.reader.members()
        first = self._rows(members)
        restored = _so_far(self.reader)
        restored.known_until = since.known_until
        self._bury(since, restored)
        with Session(self.connection) as session:
            write_down(session, Act(wish.by, "restored", f"backup:{int(made_at.timestamp())}"))
            session.flush()
        self._files(chain([first] if first else [], members), restored)
        return restored

    def _rows(self, members: Iterator[Member]) -> Member | None:
        """Put the rows into tables of their step, and bring those up to date; gives the first file."""
        head = self.reader.head
        climb(self.connection, head.step)
        shapes = {shape.name: shape for shape in head.tables}
        with in_any_order(self.connection):
            for member in members:
                if not member.name.startswith(ROWS):
                    break
                table, rows = _count(self.reader, member)
                if table not in LEFT_OUT:
                    put_rows(self.connection, shapes[table], rows)
                self.progress(table, len(rows))
            else:
                member = None
        number_on(self.connection, head.tables)
        climb(self.connection, "head")
        return member

    def _bury(self, since: Since, restored: Restored) -> None:
        with Session(self.connection) as session:
            for stone in since.stones:
                if (removed := bury_again(session, stone)) is not None:
                    restored.buried += 1
                    restored.gone += removed.files
            for deleted in since.traces:
                if (files := delete_again(session, deleted)) is not None:
                    restored.buried += 1
                    restored.gone += files
            for document in since.documents:
                if (files := mark_again(session, document)) is not None:
                    restored.buried += 1
                    restored.gone += files
            session.flush()

    def _files(self, members: Iterator[Member], restored: Restored) -> None:
        """Store the files that are named: both come in the order of their digests."""
        with Session(self.connection) as session:
            named = files_in_order(session)
            wanted, last = next(named, None), ""
            for member in members:
                digest = _must_be_whole(member)
                if digest <= last:
                    raise Unrestorable("backup_damaged")
                last = digest
                while wanted is not None and wanted < digest:
                    restored.lacking += not self.store.is_whole(wanted)
                    wanted = next(named, None)
                if wanted == digest:
                    self._put(member)
                    restored.files += 1
                    wanted = next(named, None)
                self.progress("store", 1)
            for digest in chain([wanted] if wanted else [], named):
                restored.lacking += not self.store.is_whole(digest)

    def _put(self, member: Member) -> None:
        digest = member.name.removeprefix(STORE)
        if not self.store.is_whole(digest):
            self.store.put([member.content], len(member.content))
            self.added.write(digest.encode())


def removals_since(wish: RestoreWish, replaced: Replaced | None, made_at: datetime) -> Since:
    """Give the removals that are known, and the moment up to which all are.

    The database that is replaced knows all where the backup was made of it. Raises Unrestorable where nobody knows
    what was removed after the backup, and no person said that it may come back.
    """
    stones, known_until = list(replaced.stones if replaced else ()), made_at
    traces = list(replaced.traces if replaced else ())
    documents = list(replaced.documents if replaced else ())
    if replaced and replaced.made_it:
        known_until = now()
    if wish.apart:
        apart = read_apart(wish.apart, wish.keys)
        stones += apart.stones
        traces += apart.traces
        documents += apart.documents
        known_until = max(known_until, apart.known_until)
    elif not wish.without and known_until == made_at:
        raise Unrestorable("tombstones_needed")
    return Since(stones, traces, documents, known_until)


def _count(reader: Reader, member: Member) -> tuple[str, list[dict[str, Any]]]:
    """Read a part of a table, and count its rows."""
    table = member.name.split("/")[1] if member.name.startswith(ROWS) else ""
    shape = next((shape for shape in reader.head.tables if shape.name == table), None)
    if shape is None:
        raise Unrestorable("backup_damaged")
    try:
        rows = read_rows(shape, gzip.decompress(member.content))
    except (ValueError, TypeError, OSError, EOFError, zlib.error):
        raise Unrestorable("backup_damaged") from None
    reader.tally.rows[table] = reader.tally.rows.get(table, 0) + len(rows)
    return table, rows


def _must_be_whole(member: Member) -> str:
    digest = member.name.removeprefix(STORE)
    if not member.name.startswith(STORE) or hashlib.sha256(member.content).hexdigest() != digest:
        raise Unrestorable("backup_damaged")
    return digest


def _so_far(reader: Reader) -> Restored:
    tally = reader.tally
    return Restored(datetime.fromisoformat(reader.head.made_at), rows=sum(tally.rows.values()))


@contextmanager
def _all_files_or_none(store: Store) -> Iterator[BinaryIO]:
    """Give a list on disk of the files that are added to a store; they go again where the rest does not come."""
    with TemporaryFile() as added:
        is_whole = False
        try:
            yield added
            is_whole = True
        finally:
            added.seek(0)
            for digest in iter(lambda: added.read(_DIGEST).decode(), "") if not is_whole else ():
                store.remove(digest)
