"""What is large takes no more memory than what is small; who still works with the database is not waited for long."""

import gc
import os
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError

from server.backup.apart import FOLDER
from server.backup.making import Made, make_backup
from server.db import snapshot, writing
from server.machine import what_ails
from server.schema import upgrade
from server.submissions.tables import Form, Submission
from tests.server.backup.scene import Machine, a_machine, everything, restored_on
from tests.support.copying import a_new_one
from tests.support.environment import DATABASES
from verification.reason import Reason

pytestmark = pytest.mark.ci
MEGABYTE = 1 << 20


def fill(machine: Machine, times: int) -> None:
    """Have 1,000 submissions and 2 MB of photographs, so many times."""
    upgrade(machine.engine)
    machine.keep([os.urandom(MEGABYTE) for _ in range(2 * times)])
    with writing(machine.engine) as session:
        form = session.scalars(select(Form.id)).one()
        for part in range(times):
            session.execute(insert(Submission), [
                {"form_pk": form, "root_id": f"{part}/{number}", "instance_id": f"{part}/{number}", "number": 1,
                 "digest": "x", "source": "odata", "answers": os.urandom(500).hex()} for number in range(1000)
            ])  # fmt: skip


def peak(work: Callable[[], object]) -> int:
    """Give the most bytes that a work had at a time, whatever else the process holds.

    The collector looks through all of its objects the more rarely the more of them live: those that were there before
    are set apart, or garbage would lie as long as tests that ran before had it lie.
    """
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.unfreeze()


@pytest.mark.parametrize("kind", DATABASES)
def test_ten_times_as_much_takes_no_more_memory(kind: str, tmp_path: Path) -> None:
    backing_up, restoring = [], []
    for times in (1, 10):
        with new_machine(kind, tmp_path / f"{times}") as machine, new_machine(kind, tmp_path / f"new{times}") as new:
            fill(machine, times)
            made: list[Made] = []
            backing_up.append(peak(lambda: made.append(make_backup(machine.engine, machine.store, machine.place))))  # noqa: B023
            restoring.append(peak(lambda: restored_on(new, made[0], without=True)))  # noqa: B023
            assert count(new) == 1000 * times
    for once, ten_times in (backing_up, restoring):
        assert ten_times < 1.3 * once + MEGABYTE, (backing_up, restoring)


def count(machine: Machine) -> int:
    with snapshot(machine.engine) as session:
        return session.execute(select(func.count()).select_from(Submission)).scalar_one()


@contextmanager
def new_machine(kind: str, folder: Path) -> Iterator[Machine]:
    with a_new_one(kind) as url, a_machine(url, folder, "", 1) as machine:
        yield machine


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_who_still_works_with_the_database_is_not_waited_for_long(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.claim()
    made, before = make_backup(machine.engine, machine.store, machine.place), everything(machine.engine)
    monkeypatch.setattr("server.backup.restoring._WAIT_SECONDS", 1)
    with snapshot(machine.engine) as session:
        session.execute(select(Form)).all()
        with pytest.raises(OperationalError) as refused:
            restored_on(machine, made, apart=made.file.parent / FOLDER, replace=True)
    assert what_ails(refused.value) == Reason("database_locked")
    assert everything(machine.engine) == before
