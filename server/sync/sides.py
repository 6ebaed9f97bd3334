"""What all sides say of the same submission, brought together on disk: memory does not grow with how many there are.

Each side comes in an order of its own, and the two databases sort text differently: so all of it is sorted here.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

_TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE;
CREATE TABLE said (root TEXT, side TEXT, what TEXT);
CREATE TABLE digests (digest TEXT);
CREATE TABLE uncompared (root TEXT, shown TEXT, edits INTEGER, by_feed INTEGER);
BEGIN;
"""
_AT_ONCE = 500
_write = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


class Uncompared(NamedTuple):
    """A submission that agrees as far as the feed shows it, and was not compared deeply since it changed.

    `shown` is how Central showed it then; `by_feed` tells whether its current version's answers were just compared.
    """

    root_id: str
    shown: str
    edits: int
    by_feed: bool


class Sides:
    """What was said of one form's submissions; texts are written in ASCII, which every id survives."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.executescript(_TABLES)
        self._digests: list[tuple[str]] = []

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def put(self, side: str, rows: Iterable[tuple[str, Any]]) -> None:
        """Take what a side says, submission by submission."""
        said = ((_write(root), side, _write(what)) for root, what in rows)
        self._connection.executemany("INSERT INTO said VALUES (?, ?, ?)", said)

    def together(self) -> Iterator[tuple[str, dict[str, list[str]]]]:
        """Give each submission with what each side said of it, as JSON."""
        rows = self._connection.execute("SELECT root, side, what FROM said ORDER BY root")
        for root, group in groupby(rows, itemgetter(0)):
            sides: dict[str, list[str]] = {}
            for _, side, what in group:
                sides.setdefault(side, []).append(what)
            yield json.loads(root), sides

    def put_digest(self, digest: str) -> None:
        """Take the digest of one line."""
        self._digests.append((digest,))
        if len(self._digests) == _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._connection.executemany("INSERT INTO digests VALUES (?)", self._digests)
        self._digests.clear()

    def digest(self) -> str:
        """Digest the lines' digests, whatever order they came in."""
        self._flush()
        rows = self._connection.execute("SELECT digest FROM digests ORDER BY digest")
        return digest_of_sorted(row[0] for row in rows)

    def leave(self, one: Uncompared) -> None:
        """Take a submission that is left to be compared deeply."""
        self._connection.execute("INSERT INTO uncompared VALUES (?, ?, ?, ?)", (_write(one.root_id), *one[1:]))

    def uncompared(self) -> Iterator[Uncompared]:
        """Give the submissions that are left to be compared deeply."""
        for root, shown, edits, by_feed in self._connection.execute("SELECT * FROM uncompared ORDER BY rowid"):
            yield Uncompared(json.loads(root), shown, edits, bool(by_feed))


@contextmanager
def sides_on_disk() -> Iterator[Sides]:
    """Give a place for what is compared; nothing of it stays."""
    with TemporaryDirectory(prefix="tilik-") as folder:
        sides = Sides(Path(folder) / "sides.sqlite3")
        try:
            yield sides
        finally:
            sides.close()


def digest_of_sorted(digests: Iterable[str]) -> str:
    """Digest digests that are sorted: SHA-256 of them, one a line."""
    found, separator = hashlib.sha256(), ""
    for digest in digests:
        found.update(f"{separator}{digest}".encode())
        separator = "\n"
    return found.hexdigest()
