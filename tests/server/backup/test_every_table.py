"""A backup of a Tilik in which every table has rows: each comes back to the letter, on either kind of database."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.backup.apart import FOLDER
from server.backup.left_out import LEFT_OUT
from server.backup.making import make_backup
from server.db import Base, snapshot, writing
from tests.server.backup.filling import fill_every_table
from tests.server.backup.scene import Machine, another_machine, everything, restored_on
from tests.support.environment import DATABASES

SINCE = ("backups", "audit_entries", "audit_unsealed", "jobs")


@pytest.mark.ci
@pytest.mark.parametrize("kind", DATABASES)
def test_rows_of_every_table_come_back_to_the_letter(machine: Machine, kind: str, tmp_path: Path) -> None:
    machine.claim()
    with writing(machine.engine) as session:
        fill_every_table(session)
    with snapshot(machine.engine) as session:
        empty = {table.name for table in Base.metadata.sorted_tables
                 if not session.scalar(select(func.count()).select_from(table))}  # fmt: skip
    assert empty <= {"audit_unsealed", "backups"}
    before = everything(machine.engine, but=(*SINCE, *LEFT_OUT))
    made = make_backup(machine.engine, machine.store, machine.place)
    with another_machine(kind, machine, tmp_path / "elsewhere") as new:
        restored_on(new, made, apart=made.file.parent / FOLDER)
        assert everything(new.engine, but=(*SINCE, *LEFT_OUT)) == before
        gone = everything(new.engine)
        assert not [name for name in LEFT_OUT if gone[name]]
