"""What a fixture puts into a database, made once a process: the next test that wants it gets a copy of what it left.

What one test changes, no other sees. Where a real Central is tried, each test has places of its own: it takes an
entity's id once, whichever project it comes to.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine

from server.db import open_database
from tests.support.contents import Content, content_of, digest_of, may_put_back, put_back
from tests.support.environment import REAL

Found = TypeVar("Found")
MOST = 100  # copies of some 1.4 MB that are kept: what was there before may be another thing in each test
_KEPT: dict[tuple[object, ...], tuple[Content, object]] = {}
_LEFT: set[bytes] = set()  # digests of what is kept


def prepared(engine: Engine, make: Callable[..., Found], *asked: object) -> Found:
    """Do to a database what `make(engine, *asked)` does, and give what it gives, which is to be plain values.

    A copy takes its place only where the database held before what it held when the copy was made.
    """
    return _prepared(engine, make, asked, wherever=True)


def prepared_after(engine: Engine, make: Callable[..., Found], *asked: object) -> Found:
    """Do as `prepared` does where a database holds just what that left; else it is another each time, and no copy."""
    return _prepared(engine, make, asked, wherever=False)


def _prepared(engine: Engine, make: Callable[..., Found], asked: tuple[object, ...], *, wherever: bool) -> Found:
    if all(REAL) or not may_put_back(engine):
        return make(engine, *asked)
    before = content_of(engine)
    held = digest_of(before)
    if not wherever and held not in _LEFT:
        return make(engine, *asked)
    key = engine.dialect.name, make, *asked, held
    if key in _KEPT:
        after, found_then = _KEPT[key]
        put_back(engine, before, after)
        given: Any = deepcopy(found_then)
        return given
    found = make(engine, *asked)
    if len(_KEPT) < MOST:
        left = content_of(engine)
        _KEPT[key] = left, deepcopy(found)
        _LEFT.add(digest_of(left))
    return found


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
