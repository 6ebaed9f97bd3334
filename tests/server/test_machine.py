"""What ails the database or the disk, from the errors that they really raise."""

import errno
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from server.db import open_database, snapshot, writing
from server.machine import what_ails
from verification.reason import Reason


def trouble_of(url: str, *statements: str) -> Reason:
    """Run statements on one connection, and give what goes wrong."""
    engine = open_database(url)
    try:
        with pytest.raises(DBAPIError) as caught, writing(engine) as session:
            for statement in statements:
                session.execute(text(statement))
    finally:
        engine.dispose()
    return what_ails(caught.value)


def test_a_full_database(tmp_path: Path) -> None:
    fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 99999) INSERT INTO t SELECT i FROM n"
    url = f"sqlite:///{tmp_path / 'full.sqlite3'}"
    assert trouble_of(url, "PRAGMA max_page_count = 9", "CREATE TABLE t(i)", fill).code == "disk_full"


def test_a_database_that_somebody_keeps_locked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'locked.sqlite3'}"
    first, impatient = open_database(url), create_engine(url, connect_args={"timeout": 0})
    with first.begin(), pytest.raises(DBAPIError) as caught, impatient.begin() as connection:
        connection.execute(text("CREATE TABLE t(i)"))
    first.dispose()
    impatient.dispose()
    assert what_ails(caught.value).code == "database_locked"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "torn.sqlite3").write_bytes(b"torn" * 2000)
    assert trouble_of(f"sqlite:///{tmp_path / 'torn.sqlite3'}", "SELECT 1").code == "database_damaged"


def test_a_folder_that_is_no_file(tmp_path: Path) -> None:
    assert trouble_of(f"sqlite:///{tmp_path}", "SELECT 1").code == "database_unreachable"


def test_a_mistake_of_ours_is_called_one(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with pytest.raises(DBAPIError) as caught, writing(engine) as session:
        session.execute(text("CREATE TABLE t(i UNIQUE)"))
        session.execute(text("INSERT INTO t VALUES (1), (1)"))
    with snapshot(engine) as session:
        assert session.scalar(text("SELECT 1")) == 1
    engine.dispose()
    assert what_ails(caught.value) == Reason("our_mistake", {"what": "IntegrityError"})


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk(number: int) -> None:
    assert what_ails(OSError(number, "no room")).code == "disk_full"


def test_a_file_that_may_not_be_written_is_named() -> None:
    found = what_ails(PermissionError(errno.EACCES, "denied", "/store/x"))
    assert found == Reason("file_unusable", {"file": "/store/x", "what": "PermissionError"})


def test_another_trouble_is_named_by_its_kind() -> None:
    assert what_ails(OSError(errno.EIO, "I/O")) == Reason("machine_disturbed", {"what": "OSError"})
