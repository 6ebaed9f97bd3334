"""A backup of a Tilik in which every table has rows: each comes back to the letter, on either kind of database."""

from pathlib import Path

import pytest

from server.backup.apart import FOLDER
from server.backup.left_out import LEFT_OUT
from server.backup.making import make_backup
from server.db import writing
from tests.server.backup.filling import fill_every_table
from tests.server.backup.scene import Machine, another_machine, everything, restored_on
from tests.support.environment import DATABASES

SINCE = ("backups", "audit_entries", "audit_unsealed", "jobs")  # a restore adds rows of its own to these


@pytest.mark.ci
@pytest.mark.parametrize("kind", DATABASES)
def test_rows_of_every_table_come_back_to_the_letter(machine: Machine, kind: str, tmp_path: Path) -> None:
    machine.claim()
    with writing(machine.engine) as session:
        fill_every_table(session)
    before = everything(machine.engine)
    assert [name for name, rows in before.items() if not rows] == []
    made = make_backup(machine.engine, machine.store, machine.place)
    with another_machine(kind, machine, tmp_path / "elsewhere") as new:
        restored_on(new, made, apart=made.file.parent / FOLDER)
        after = everything(new.engine)
    assert {name: rows for name, rows in after.items() if name in LEFT_OUT and rows} == {}
    same = before.keys() - LEFT_OUT - set(SINCE)
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert {name: lost for name in SINCE if (lost := [row for row in before[name] if row not in after[name]])} == {}
