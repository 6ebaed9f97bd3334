"""What cannot be restored says so, and leaves everything as it was; it can be tried again."""

import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.backup.apart import FOLDER
from server.backup.archive import Writer
from server.backup.encryption import Watched, encrypting, identities, new_key, recipients
from server.backup.making import Made, make_backup
from server.backup.problems import Unrestorable
from server.backup.restoring import RestoreWish, check_backup, restore
from server.db import now, open_database
from server.store.folder import Folder
from server.store.interface import Stored
from tests.server.backup.scene import PRIVATE, PUBLIC, Machine, another_machine, everything, restored_on
from tests.support.storing import everything_in

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

PHOTOGRAPHS = [bytes([number]) * 100_000 for number in range(4)]


@pytest.fixture
def claimed(machine: Machine) -> Machine:
    """Give a machine with something in its database and more in its store."""
    machine.claim()
    machine.keep(PHOTOGRAPHS)
    return machine


@pytest.fixture
def made(claimed: Machine) -> Made:
    return make_backup(claimed.engine, claimed.store, claimed.place)


@pytest.fixture
def new(claimed: Machine, tmp_path: Path) -> Iterator[Machine]:
    with another_machine("sqlite", claimed, tmp_path / "elsewhere") as found:
        yield found


def why_not(work: Callable[[], object]) -> str:
    with pytest.raises(Unrestorable) as refused:
        work()
    return refused.value.reason.code


def is_empty(machine: Machine) -> bool:
    with machine.engine.connect() as connection:
        tables = connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar()
    return tables == 0 and everything_in(machine.store) == {}


def altered(made: Made, alter: Callable[[bytes], bytes]) -> Made:
    made.file.write_bytes(alter(made.file.read_bytes()))
    return made


def flipped(at: float) -> Callable[[bytes], bytes]:
    def flip(content: bytes) -> bytes:
        place = int(at * len(content))
        return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]

    return flip


def cut(at: float) -> Callable[[bytes], bytes]:
    return lambda content: content[: int(at * len(content))]


DAMAGED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "flipped early": (flipped(0.2), "backup_damaged"),
    "flipped in the middle": (flipped(0.5), "backup_damaged"),
    "flipped at the end": (flipped(0.9999), "backup_damaged"),
    "cut in the middle": (cut(0.5), "backup_damaged"),
    "cut by its last piece": (cut(0.9999), "backup_damaged"),
    "cut between two pieces of the encryption": (lambda content: content[: len(content) // 65552 * 65552 + 200],
                                                 "backup_damaged"),
    "without a beginning": (lambda content: content[10:], "backup_not_one"),
    "empty": (lambda _content: b"", "backup_not_one"),
    "something else": (lambda _content: b"not a backup" * 1000, "backup_not_one"),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGED)
def test_what_is_damaged_is_not_restored(made: Made, new: Machine, what: str) -> None:
    alter, code = DAMAGED[what]
    whole = made.file.read_bytes()
    altered(made, alter)
    assert why_not(lambda: restored_on(new, made, without=True)) == code
    with made.file.open("rb") as source:
        assert why_not(lambda: check_backup(source, PRIVATE)) == code
    assert is_empty(new)
    made.file.write_bytes(whole)
    assert restored_on(new, made, without=True).rows == made.backup.rows


def test_every_flipped_byte_of_its_head_is_found(made: Made, new: Machine) -> None:
    whole = made.file.read_bytes()
    for place in range(0, 220, 7):
        altered(made, lambda content, place=place: flipped(place / len(content))(whole))  # type: ignore[misc]
        assert why_not(lambda: restored_on(new, made, without=True)) in ("backup_not_one", "backup_damaged",
                                                                         "backup_other_key")  # fmt: skip
    assert is_empty(new)


def test_another_key_does_not_open_it(made: Made, new: Machine) -> None:
    other = identities(new_key(now()))
    with made.file.open("rb") as source:
        assert why_not(lambda: restore(new.engine, new.store, source, RestoreWish(other, without=True))) == (
            "backup_other_key"
        )
    assert is_empty(new)


def test_each_of_two_keys_opens_it(claimed: Machine, new: Machine) -> None:
    second = new_key(now())
    public = second.split("public key: ")[1].split()[0]
    place = claimed.place.__class__(claimed.place.folder, recipients(f"{PUBLIC}, {public}"), 30)
    made = make_backup(claimed.engine, claimed.store, place)
    for keys in (PRIVATE, identities(second)):
        with made.file.open("rb") as source:
            assert check_backup(source, keys).rows == made.backup.rows


def test_without_the_tombstones_a_person_has_to_say_so(made: Made, new: Machine) -> None:
    assert why_not(lambda: restored_on(new, made)) == "tombstones_needed"
    assert is_empty(new)
    assert restored_on(new, made, without=True).known_until == made.backup.made_at


def test_a_database_that_holds_something_is_not_overwritten(made: Made, claimed: Machine) -> None:
    before = everything(claimed.engine), everything_in(claimed.store)
    apart = made.file.parent / FOLDER
    assert why_not(lambda: restored_on(claimed, made, apart=apart)) == "target_not_empty"
    assert (everything(claimed.engine), everything_in(claimed.store)) == before
    restored_on(claimed, made, apart=apart, replace=True)
    since = ("backups", "audit_entries", "audit_unsealed")
    assert everything(claimed.engine, but=since) == {name: before[0][name] for name in before[0].keys() - since}


def test_tables_that_are_not_ours_are_left_alone(made: Made, new: Machine) -> None:
    with new.engine.begin() as connection:
        connection.execute(text("CREATE TABLE claims (theirs INTEGER)"))
    assert why_not(lambda: restored_on(new, made, without=True, replace=True)) == "target_not_ours"
    with new.engine.begin() as connection:
        connection.execute(text("DROP TABLE claims"))
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    restored_on(new, made, without=True)
    with new.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM theirs")).scalar() == 0


def test_a_newer_tilik_s_database_is_not_replaced(made: Made, claimed: Machine) -> None:
    with claimed.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = everything(claimed.engine)
    assert why_not(lambda: restored_on(claimed, made, without=True, replace=True)) == "target_newer"
    assert everything(claimed.engine) == before


class PowerCut(BaseException):
    """The machine stops."""


def test_stopped_half_way_it_leaves_nothing_and_can_be_done_again(made: Made, new: Machine) -> None:
    def stop(what: str, _count: int) -> None:
        if what == "store":
            raise PowerCut

    with pytest.raises(PowerCut), made.file.open("rb") as source:
        restore(new.engine, new.store, source, RestoreWish(PRIVATE, without=True), stop)
    assert is_empty(new)
    assert restored_on(new, made, without=True).files == made.backup.files


def test_files_that_were_there_before_stay_where_it_stops(made: Made, new: Machine) -> None:
    new.store.put([PHOTOGRAPHS[0]], 10**6)
    before = everything_in(new.store)

    def stop(what: str, _count: int) -> None:
        if what == "store" and len(everything_in(new.store)) > len(PHOTOGRAPHS):
            raise PowerCut

    with pytest.raises(PowerCut), made.file.open("rb") as source:
        restore(new.engine, new.store, source, RestoreWish(PRIVATE, without=True), stop)
    assert everything_in(new.store) == before


# ── what no backup of ours would be, encrypted to our key all the same: age does not say who wrote it


def forged(file: Path, alter: Callable[[Writer], None]) -> None:
    with file.open("wb") as raw:
        watched = Watched(raw)
        with encrypting(watched, recipients(PUBLIC)) as into:
            alter(Writer(into))


HEAD = {"format": 1, "step": "0008", "made_at": "2026-11-26T00:00:00+00:00", "tables": [["rounds", [["id", "text"]]]]}


def raw(writer: Writer, *members: tuple[str, bytes]) -> None:
    """Write members as they are given, and an end that says just that."""
    writer._write("backup.json", json.dumps(HEAD).encode())
    for name, content in members:
        writer._write(name, content)
        writer.tally.files += name.startswith("store/")
        if name.startswith("rows/"):
            writer.tally.rows[name.split("/")[1]] = 1
    writer.end()


def with_more_behind_it(writer: Writer) -> None:
    raw(writer)
    writer._into.write(b"x" * 100)


def no_tar(writer: Writer) -> None:
    writer._into.write(b"x" * 2000)


FORGED: dict[str, tuple[Callable[[Writer], None], str]] = {
    "of a newer step": (lambda w: w._write("backup.json", json.dumps(HEAD | {"step": "9999"}).encode()),
                        "backup_newer"),
    "of a newer format": (lambda w: w._write("backup.json", json.dumps(HEAD | {"format": 2}).encode()),
                          "backup_newer"),
    "another head": (lambda w: w._write("backup.json", b"[]"), "backup_damaged"),
    "no head": (lambda w: w._write("store/x", b""), "backup_not_one"),
    "no tar": (no_tar, "backup_not_one"),
    "a table that the head does not name": (lambda w: raw(w, ("rows/forms/000001.jsonl.gz", b"")), "backup_damaged"),
    "rows that are none": (lambda w: raw(w, ("rows/rounds/000001.jsonl.gz", gzip.compress(b"{}\n"))),
                           "backup_damaged"),
    "rows of another width": (lambda w: raw(w, ("rows/rounds/000001.jsonl.gz", gzip.compress(b'["a","b"]\n'))),
                              "backup_damaged"),
    "no gzip": (lambda w: raw(w, ("rows/rounds/000001.jsonl.gz", b"x")), "backup_damaged"),
    "a file that is not what its name says": (lambda w: raw(w, ("store/" + "0" * 64, b"x")), "backup_damaged"),
    "a file that would lie elsewhere": (lambda w: raw(w, ("store/../../x", b"x")), "backup_damaged"),
    "a table that the head does not name, twice": (lambda w: raw(w, *[("rows/x", b"")] * 2), "backup_damaged"),
    "something behind its end": (with_more_behind_it, "backup_damaged"),
    "a member of another kind": (lambda w: raw(w, ("else", b"x")), "backup_damaged"),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
def test_what_is_no_backup_of_ours_is_refused(new: Machine, tmp_path: Path, what: str) -> None:
    alter, code = FORGED[what]
    forged(tmp_path / "forged.age", alter)
    with (tmp_path / "forged.age").open("rb") as source:
        assert why_not(lambda: restore(new.engine, new.store, source, RestoreWish(PRIVATE, without=True))) == code
    assert is_empty(new)


def test_an_end_that_says_other_is_refused(made: Made, new: Machine, tmp_path: Path) -> None:
    """Whatever wrote it: what was written and what is read have to come to the same."""

    def one_row_more(writer: Writer) -> None:
        writer._write("backup.json", json.dumps(HEAD | {"tables": []}).encode())
        writer.tally.rows["rounds"] = 1
        writer.end()

    forged(tmp_path / "forged.age", one_row_more)
    with (tmp_path / "forged.age").open("rb") as source:
        assert why_not(lambda: check_backup(source, PRIVATE)) == "backup_damaged"


def test_a_file_that_cannot_be_read_is_an_error_of_the_machine(made: Made, new: Machine) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        restore(new.engine, new.store, Broken(), RestoreWish(PRIVATE, without=True))
    assert is_empty(new)


def test_the_store_that_is_full_is_an_error_of_the_machine(made: Made, new: Machine) -> None:
    class Full(Folder):
        def put(self, chunks: Iterable[bytes], limit: int, expected: str | None = None) -> Stored:
            if len(everything_in(self)) == 2:
                raise OSError(28, "No space left on device")
            return super().put(chunks, limit, expected)

    with pytest.raises(OSError, match="No space"), made.file.open("rb") as source:
        restore(new.engine, Full(new.settings.store), source, RestoreWish(PRIVATE, without=True))
    assert is_empty(new)
    assert restored_on(new, made, without=True).files == made.backup.files


def test_a_new_sqlite_file_that_was_not_restored_is_no_obstacle(made: Made, new: Machine, tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'fresh' / 'tilik.sqlite3'}")
    with pytest.raises(Unrestorable), io.BytesIO(b"") as source:
        restore(engine, new.store, source, RestoreWish(PRIVATE, without=True))
    with made.file.open("rb") as source:
        assert restore(engine, new.store, source, RestoreWish(PRIVATE, without=True)).rows == made.backup.rows
    engine.dispose()
