"""What Tilik keeps is read by its own account alone, also where an earlier start had let others in."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.schema import open_up_to_date
from server.settings import Settings
from server.store.folder import Folder


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> set[Path]:
    return {path for path in [folder, *folder.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077}


def keep_something(folder: Path) -> None:
    engine = open_up_to_date(Settings(data=folder, database_url=None))
    with engine.connect():
        assert {path.suffix for path in folder.glob("tilik*")} == {".sqlite3", ".sqlite3-wal", ".sqlite3-shm"}
        Folder(folder / "store").put([b"a photograph"], 100)
        assert open_to_others(folder) == set()
    engine.dispose()


def test_nobody_else_reads_the_database_what_lies_beside_it_or_a_photograph(tmp_path: Path) -> None:
    keep_something(tmp_path / "data")


def test_what_was_open_to_others_is_taken_back(tmp_path: Path) -> None:
    keep_something(tmp_path / "data")
    for path in (tmp_path / "data", tmp_path / "data" / "store", tmp_path / "data" / "tilik.sqlite3"):
        path.chmod(0o755)
    keep_something(tmp_path / "data")
