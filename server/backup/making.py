"""Make a backup: the database's rows as one moment saw them, then the files they name, encrypted as they are read.

Files are only ever added to the store, so all that the rows name is still there when they are copied, but for what was
lawfully removed meanwhile: that is left out, and its tombstone lies beside the backup (`server/backup/apart.py`).
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import Engine, Table
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.backup.apart import put_apart
from server.backup.archive import FORMAT, Head, Writer
from server.backup.encryption import Watched, encrypting
from server.backup.left_out import LEFT_OUT
from server.backup.problems import Unready
from server.backup.rows import all_rows, shape_of, write_rows
from server.backup.tables import Backup
from server.db import now, snapshot, writing
from server.schema import files_in_order, metadata, step_of
from server.store.folder import keep_to_ourselves
from server.store.interface import Store

_PART = 1 << 20  # bytes of rows in a member
_AT_ONCE = 100  # rows fetched: an outline may have megabytes
_DIGEST = 64  # letters
NAME = "tilik-{:%Y%m%dT%H%M%SZ}.age"
Progress = Callable[[str, int], object]  # a table's name or "store", and how many came


@dataclass(frozen=True)
class BackupPlace:
    """Where backups lie, what they are encrypted to, and for how many days they are kept."""

    folder: Path
    keys: Sequence[Any]
    days: int


@dataclass(frozen=True)
class Made:
    """A backup that was made; `older` names those that were deleted, `tombstones` counts those that lie beside it."""

    backup: Backup
    file: Path
    tombstones: int
    older: tuple[str, ...]


def make_backup(
    engine: Engine, store: Store, place: BackupPlace, progress: Progress = lambda _what, _n: None, by: str = "nobody"
) -> Made:
    """Make a backup in its folder, whole or not at all, and delete those that are too old.

    Raises Unready, OSError.
    """
    keep_to_ourselves(place.folder)
    moment = now()
    file = place.folder / NAME.format(moment)
    part = file.with_suffix(".part")
    if file.exists():
        raise Unready("backup_exists", file=str(file))
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            watched = Watched(raw)
            with encrypting(watched, place.keys) as into:
                writer = _write(engine, store, Writer(into), moment, progress)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    backup = _note(engine, writer, moment, file, watched, by)
    tombstones = put_apart(engine, place.folder, place.keys)
    return Made(backup, file, tombstones, _delete_older(place, moment))


def _write(engine: Engine, store: Store, writer: Writer, moment: datetime, progress: Progress) -> Writer:
    with TemporaryFile() as digests:
        with snapshot(engine) as session:
            tables = [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]
            step = step_of(session.connection()) or ""
            writer.head(Head(FORMAT, step, moment.isoformat(), [shape_of(table) for table in tables]))
            for table in tables:
                write_table(session, table, writer, progress)
            for digest in files_in_order(session):
                digests.write(digest.encode())
        digests.seek(0)
        for digest in iter(lambda: digests.read(_DIGEST).decode(), ""):
            _copy(store, digest, writer)
            progress("store", 1)
    writer.end()
    return writer


def write_table(session: Session, table: Table, writer: Writer, progress: Progress) -> None:
    """Write all rows of a table."""
    rows = session.execute(all_rows(table), execution_options={"yield_per": _AT_ONCE})
    for number, (lines, count) in enumerate(_parts(write_rows(shape_of(table), rows)), 1):
        writer.rows(table.name, number, lines, count)
        progress(table.name, count)


def _parts(lines: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    part, count = bytearray(), 0
    for line in lines:
        part += line
        count += 1
        if len(part) >= _PART:
            yield bytes(part), count
            part, count = bytearray(), 0
    if count:
        yield bytes(part), count


def _copy(store: Store, digest: str, writer: Writer) -> None:
    """Copy a file that is what its name says. One that lacks is counted: a repair fetches it from Central."""
    try:
        content = store.read(digest)
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() == digest:
        writer.file(digest, content)
    else:
        writer.tally.lacking += 1


def _note(engine: Engine, writer: Writer, moment: datetime, file: Path, watched: Watched, by: str) -> Backup:
    tally = writer.tally
    backup = Backup(made_at=moment, file=file.name, size=watched.size, digest=watched.digest,
                    rows=sum(tally.rows.values()), files=tally.files, lacking=tally.lacking)  # fmt: skip
    with writing(engine) as session:
        session.add(backup)
        session.flush()
        write_down(session, Act(by, "backup_made", f"backup:{backup.id}"))
        session.flush()
        session.expunge(backup)
    return backup


def _delete_older(place: BackupPlace, moment: datetime) -> tuple[str, ...]:
    """Delete backups that are too old, by the moment in their names, and what a process that died left half."""
    last = NAME.format(moment - timedelta(days=place.days))
    half = NAME.format(moment - timedelta(days=1)).replace(".age", ".part")
    older = [file for file in sorted(place.folder.glob("tilik-????????T??????Z.age")) if file.name < last]
    halves = [file for file in place.folder.glob("tilik-????????T??????Z.part") if file.name < half]
    for file in [*older, *halves]:
        file.unlink()
    return tuple(file.name for file in older)
