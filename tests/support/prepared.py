"""What a fixture puts into a database, made once a process: the next test that wants it gets a copy of the file.

Only of SQLite; a PostgreSQL database is made ready each time. What one test changes, no other sees. Where a real
Central is tried, each test has places of its own: it takes an entity's id once, whichever project it comes to.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine

from server.db import open_database
from tests.support.environment import REAL, SQLITE

Found = TypeVar("Found")
MOST = 100  # copies of some 1.4 MB that are kept: what was there before may be another thing in each test
_KEPT: dict[tuple[object, ...], tuple[bytes, object]] = {}
_LEFT: set[bytes] = set()  # digests of what is kept


def prepared(engine: Engine, make: Callable[..., Found], *asked: object) -> Found:
    """Do to a database what `make(engine, *asked)` does, and give what it gives, which is to be plain values.

    A copy takes its place only where the database held before, byte for byte, what it held when the copy was made.
    """
    if engine.dialect.name != SQLITE or all(REAL):
        return make(engine, *asked)
    return _done(engine, make, asked, _digest(engine))


def prepared_after(engine: Engine, make: Callable[..., Found], *asked: object) -> Found:
    """Do as `prepared` does where a database holds just what that left; else it is another each time, and no copy."""
    if engine.dialect.name != SQLITE or (before := _digest(engine)) not in _LEFT:
        return make(engine, *asked)
    return _done(engine, make, asked, before)


def _digest(engine: Engine) -> bytes:
    return sha256(_all_of(engine, Path(str(engine.url.database)))).digest()


def _done(engine: Engine, make: Callable[..., Found], asked: tuple[object, ...], before: bytes) -> Found:
    file = Path(str(engine.url.database))
    key = make, *asked, before
    if key in _KEPT:
        content, found_then = _KEPT[key]
        file.write_bytes(content)
        given: Any = deepcopy(found_then)
        return given
    found = make(engine, *asked)
    if len(_KEPT) < MOST:
        left = _all_of(engine, file)
        _KEPT[key] = left, deepcopy(found)
        _LEFT.add(sha256(left).digest())
    return found


def _all_of(engine: Engine, file: Path) -> bytes:
    """Read all that a database holds, with what is written beside it, and leave nothing there."""
    engine.dispose()
    with closing(sqlite3.connect(file)) as there:
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()


def in_small_pages(file: Path) -> None:
    """Write a database anew in pages of 1 KB: each of its many empty tables has one, and each test copies them all."""
    with closing(sqlite3.connect(file, isolation_level=None)) as there:
        for statement in ("journal_mode=DELETE", "page_size=1024"):
            there.execute(f"PRAGMA {statement}")
        there.execute("VACUUM")
        there.execute("PRAGMA journal_mode=WAL")


def prepared_file(template: Path, folder: Path, *steps: Callable[[Engine], object]) -> Path:
    """Make a database file of a template's schema with what these do, to be copied."""
    file = shutil.copyfile(template, folder / "tilik.sqlite3")
    engine = open_database(f"sqlite:///{file}")
    for step in steps:
        step(engine)
    engine.dispose()
    return file
