"""A backup is whole or not there; what changes meanwhile does not break it; old ones go."""

import gzip
import io
import json
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.backup.apart import FOLDER, KNOWN_UNTIL
from server.backup.encryption import Watched, decrypting, encrypting, recipients
from server.backup.making import NAME, make_backup
from server.backup.problems import Unready
from server.backup.restoring import check_backup
from server.db import now, writing
from server.store.folder import Folder
from server.submissions.files import REMOVED
from server.submissions.tables import Attachment
from tests.server.backup.scene import PRIVATE, PUBLIC, Machine, another_machine, restored_on
from tests.support.storing import damage, everything_in

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

PHOTOGRAPHS = [bytes([number]) * 1000 for number in range(4)]


@pytest.fixture
def claimed(machine: Machine) -> Machine:
    machine.claim()
    machine.keep(PHOTOGRAPHS)
    return machine


def in_the_folder(machine: Machine) -> set[str]:
    return {file.name for file in machine.place.folder.iterdir()} - {FOLDER}


def test_it_can_be_read_without_tilik(claimed: Machine) -> None:
    """Decrypted by any program that knows age, it is a tar of JSON lines and files."""
    made = make_backup(claimed.engine, claimed.store, claimed.place)
    with made.file.open("rb") as source, decrypting(source, PRIVATE) as plain:
        content = io.BytesIO(plain.read())
    with tarfile.open(fileobj=content) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    head, end = json.loads(members.pop("backup.json")), json.loads(members.pop("end.json"))
    names = [name for name, _ in next(columns for table, columns in head["tables"] if table == "forms")]
    form = json.loads(gzip.decompress(members["rows/forms/000001.jsonl.gz"]).splitlines()[0])
    assert dict(zip(names, form, strict=True))["form_id"] == "visit_pojok_asi"
    files = {name.removeprefix("store/"): text for name, text in members.items() if name.startswith("store/")}
    assert files == everything_in(claimed.store) and end["files"] == len(files)


def test_nothing_of_it_is_readable_without_the_key(claimed: Machine) -> None:
    made = make_backup(claimed.engine, claimed.store, claimed.place)
    content = made.file.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    for secret in (PHOTOGRAPHS[1][:100], b"visit_pojok_asi", b"Pojok ASI", b"backup.json"):
        assert secret not in content


def test_what_is_removed_while_it_is_made_does_not_break_it(claimed: Machine, tmp_path: Path) -> None:
    """The rows are read by then and the file is not: it is left out, and the tombstone lies beside the backup."""

    def remove(what: str, _count: int) -> None:
        if what == "attachments":
            claimed.remove("uuid:1", "1.jpg")

    made = make_backup(claimed.engine, claimed.store, claimed.place, remove)
    assert (made.backup.lacking, made.tombstones) == (1, 1)
    with another_machine("sqlite", claimed, tmp_path / "elsewhere") as new:
        restored = restored_on(new, made, apart=made.file.parent / FOLDER)
        assert (restored.buried, restored.lacking) == (1, 0)
        assert PHOTOGRAPHS[1] not in everything_in(new.store).values()
        with writing(new.engine) as session:
            assert session.scalars(select(Attachment.state).filter_by(root_id="uuid:1")).all() == [REMOVED]


def test_a_damaged_file_is_counted_and_not_kept(claimed: Machine, tmp_path: Path) -> None:
    digest = next(name for name, content in everything_in(claimed.store).items() if content == PHOTOGRAPHS[2])
    damage(claimed.store, digest)
    made = make_backup(claimed.engine, claimed.store, claimed.place)
    assert made.backup.lacking == 1
    with made.file.open("rb") as source:
        assert check_backup(source, PRIVATE).lacking == 1
    with another_machine("sqlite", claimed, tmp_path / "elsewhere") as new:
        assert restored_on(new, made, without=True).lacking == 1
        assert digest not in everything_in(new.store)


class PowerCut(BaseException):
    """The machine stops."""


def test_stopped_half_way_it_leaves_nothing(claimed: Machine) -> None:
    def stop(what: str, _count: int) -> None:
        if what == "store":
            raise PowerCut

    with pytest.raises(PowerCut):
        make_backup(claimed.engine, claimed.store, claimed.place, stop)
    assert in_the_folder(claimed) == set()


def test_a_store_that_fails_half_way_leaves_nothing(claimed: Machine) -> None:
    class Broken(Folder):
        def read(self, digest: str) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        make_backup(claimed.engine, Broken(claimed.settings.store), claimed.place)
    assert in_the_folder(claimed) == set()


class LittleRoom(io.BytesIO):
    """A disk with room for so many bytes."""

    room = 10**9

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.room:
            raise OSError(28, "No space left on device")
        return super().write(data)


def test_a_disk_that_is_full_at_its_very_last_write_is_noticed() -> None:
    """What encrypts says nothing of an error there."""
    for room in (66_050, 65_000, 10):  # all of it takes a little more; how much, varies
        little = LittleRoom()
        little.room = room
        with pytest.raises(OSError, match="No space"), encrypting(Watched(little), recipients(PUBLIC)) as into:
            into.write(bytes(66_000))


def test_of_two_in_one_second_the_second_waits(claimed: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = now()
    monkeypatch.setattr("server.backup.making.now", lambda: moment)
    made = make_backup(claimed.engine, claimed.store, claimed.place)
    before = made.file.read_bytes()
    with pytest.raises(Unready, match="backup_exists"):
        make_backup(claimed.engine, claimed.store, claimed.place)
    assert made.file.read_bytes() == before


def test_what_is_too_old_goes_and_so_do_halves_but_nothing_else(claimed: Machine) -> None:
    folder = claimed.place.folder
    folder.mkdir()
    old, young = (NAME.format(now() - timedelta(days=days)) for days in (31, 29))
    half, at_work = (NAME.format(now() - timedelta(hours=hours)).replace(".age", ".part") for hours in (25, 1))
    for name in (old, young, half, at_work, "tilik-notes.age", "other.age"):
        (folder / name).touch()
    made = make_backup(claimed.engine, claimed.store, claimed.place)
    assert made.older == (old,)
    assert in_the_folder(claimed) == {young, at_work, "tilik-notes.age", "other.age", made.file.name}


def test_one_that_fails_deletes_none(claimed: Machine) -> None:
    claimed.place.folder.mkdir()
    old = claimed.place.folder / NAME.format(now() - timedelta(days=31))
    old.touch()
    with pytest.raises(PowerCut):
        make_backup(claimed.engine, claimed.store, claimed.place, _stop)
    assert old.exists() and not (claimed.place.folder / FOLDER / KNOWN_UNTIL).exists()


def _stop(_what: str, _count: int) -> None:
    raise PowerCut
