"""Documents in a backup: they come back with it, but for one that was found to show a child since."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from server.backup.apart import FOLDER, put_apart, read_apart
from server.backup.encryption import recipients
from server.backup.making import Made, make_backup
from server.backup.restoring import RestoreWish, restore
from server.db import snapshot, writing
from server.documents.changing import empty_of, mark
from server.documents.handing_in import Came, Handing, hand_in
from server.documents.tables import DocumentGone, HandedIn
from tests.server.backup.scene import PRIVATE, PUBLIC, Machine, another_machine
from tests.support.claiming import ROUND
from tests.support.documents import a_pdf
from tests.support.web import TESTER
from tests.support.workbooks import DISTRICT

CHILD, OTHER = a_pdf(), a_pdf((300, 300))


@pytest.fixture
def made(machine: Machine) -> Made:
    machine.claim()
    hands_in(machine, CHILD, OTHER)
    return make_backup(machine.engine, machine.store, machine.place)


@pytest.fixture
def new(machine: Machine, tmp_path: Path) -> Iterator[Machine]:
    with another_machine("sqlite", machine, tmp_path / "elsewhere") as found:
        yield found


def hands_in(machine: Machine, *contents: bytes) -> int:
    came = [Came(f"{number}.pdf", io.BytesIO(content)) for number, content in enumerate(contents)]
    wish = Handing(ROUND, DISTRICT, TESTER, declared=True)
    return hand_in(machine.engine, machine.store, machine.settings, came, wish).refused


def marks(machine: Machine) -> str:
    with writing(machine.engine) as session:
        file = session.scalars(select(HandedIn).order_by(HandedIn.id)).first()
        assert file
        assert file.digest
        digest = file.digest
        gone = mark(session, file, TESTER)
    empty_of(machine.store, gone)
    return digest


def is_gone(machine: Machine, digest: str) -> None:
    with snapshot(machine.engine) as session:
        files = session.scalars(select(HandedIn).order_by(HandedIn.id)).all()
        assert [one.digest is None for one in files] == [True, False]
        assert files[0].marked_at
        assert files[1].digest
        assert machine.store.read(files[1].digest) == OTHER
        assert session.scalars(select(DocumentGone.digest)).all() == [digest]
    assert not machine.store.has(digest)
    assert hands_in(machine, CHILD) == 1


def test_what_was_marked_since_the_backup_does_not_come_back(machine: Machine, made: Made, new: Machine) -> None:
    digest = marks(machine)
    assert machine.settings.backup
    put_apart(machine.engine, machine.settings.backup, recipients(PUBLIC))
    apart = machine.settings.backup / FOLDER
    assert [one.document for one in read_apart(apart, PRIVATE).documents] == [digest]
    assert all(digest.encode() not in file.read_bytes() for file in apart.iterdir())
    with made.file.open("rb") as source:
        restored = restore(new.engine, new.store, source, RestoreWish(PRIVATE, apart))
    assert restored.buried == 1
    is_gone(new, digest)


def test_the_database_that_is_replaced_knows_it_too(machine: Machine, made: Made) -> None:
    digest = marks(machine)
    with made.file.open("rb") as source:
        restore(machine.engine, machine.store, source, RestoreWish(PRIVATE, None, replace=True))
    is_gone(machine, digest)
