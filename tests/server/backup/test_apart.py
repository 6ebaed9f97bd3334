"""Tombstones kept apart: each once, added to and never overwritten, readable with the key, complete or refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from server.backup.apart import FOLDER, KNOWN_UNTIL, put_apart, read_apart
from server.backup.encryption import identities, new_key, public_key, recipients
from server.backup.problems import Unrestorable
from server.db import now
from tests.server.backup.scene import PRIVATE, PUBLIC, Machine

KEYS = recipients(PUBLIC)


@pytest.fixture
def folder(machine: Machine) -> Path:
    """Give the folder of backups of a machine where two files were removed."""
    machine.claim()
    machine.keep([b"one", b"two", b"three"])
    for number in (0, 1):
        machine.remove(f"uuid:{number}", "1.jpg")
    assert machine.settings.backup
    put_apart(machine.engine, machine.settings.backup, KEYS)
    return machine.settings.backup


def stones(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.age"))


def test_what_was_removed_is_read_again(machine: Machine, folder: Path) -> None:
    apart = read_apart(folder / FOLDER, PRIVATE)
    assert sorted(apart.stones) == machine.tombstones() and len(apart.stones) == 2
    assert now() - apart.known_until < timedelta(minutes=1)


def test_nothing_of_it_is_readable_and_nobody_else_may_look(folder: Path) -> None:
    for file in (folder / FOLDER).iterdir():
        assert b"uuid:" not in file.read_bytes() and "uuid" not in file.name
        assert file.stat().st_mode & 0o077 == 0


def test_written_again_nothing_is_written_but_the_moment(machine: Machine, folder: Path) -> None:
    before = {file: file.read_bytes() for file in stones(folder)}
    known = read_apart(folder / FOLDER, PRIVATE).known_until
    assert put_apart(machine.engine, folder, KEYS) == 2
    assert {file: file.read_bytes() for file in stones(folder)} == before
    assert read_apart(folder / FOLDER, PRIVATE).known_until > known


def test_the_queue_writes_what_a_removal_left(machine: Machine, folder: Path) -> None:
    machine.remove("uuid:2", "1.jpg")
    assert len(stones(folder)) == 2
    machine.work()
    assert len(stones(folder)) == 3


def test_what_another_database_knew_stays(machine: Machine, folder: Path) -> None:
    before = stones(folder)
    with machine.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM removals")
    put_apart(machine.engine, folder, KEYS)
    assert stones(folder) == before and len(read_apart(folder / FOLDER, PRIVATE).stones) == 2


def test_new_keys_read_all_and_the_old_ones_what_they_could(machine: Machine, folder: Path) -> None:
    new = new_key(now())
    put_apart(machine.engine, folder, recipients(public_key(new)))
    assert len(stones(folder)) == 4
    for keys in (identities(new), PRIVATE):
        assert len(read_apart(folder / FOLDER, keys).stones) == 2


def why_not(apart: Path, keys: object = PRIVATE) -> str:
    with pytest.raises(Unrestorable) as refused:
        read_apart(apart, keys)  # type: ignore[arg-type]
    return refused.value.reason.code


def test_what_lacks_or_cannot_be_read_is_refused(folder: Path) -> None:
    apart = folder / FOLDER
    assert why_not(apart, identities(new_key(now()))) == "tombstones_lacking"
    first = stones(folder)[0]
    whole = first.read_bytes()
    first.write_bytes(whole[:-1])
    assert why_not(apart) == "tombstones_lacking"
    first.write_bytes(whole)
    first.rename(first.with_name("0" + first.name[1:] if first.name[0] != "0" else "1" + first.name[1:]))
    assert why_not(apart) == "tombstones_lacking", "it is not what its name says"
    for file in stones(folder)[:1]:
        file.unlink()
    assert why_not(apart) == "tombstones_lacking"
    (apart / KNOWN_UNTIL).write_text("{}")
    assert why_not(apart) == "tombstones_missing"
    assert why_not(folder / "nowhere") == "tombstones_missing"


def test_without_a_folder_for_backups_the_queue_has_nothing_to_do(machine: Machine, tmp_path: Path) -> None:
    machine.claim()
    machine.keep([b"one"])
    machine.settings.backup_keys = ""
    machine.remove("uuid:0", "1.jpg")
    machine.work()
    assert not (tmp_path / "backup").exists()
