"""`tilik alerts`, for whatever watches this machine: code 1 where something is not well."""

import json

import pytest

from server.backup.tables import Backup
from server.db import now, open_database, writing
from server.settings import load_settings
from server.work.tables import Job
from tests.support.cli import printed, said, tilik
from tests.support.disk import Disk, put_disk


@pytest.fixture(autouse=True)
def a_disk_with_room(monkeypatch: pytest.MonkeyPatch) -> None:
    put_disk(monkeypatch, Disk(10**12, 0, 5 * 10**11))


@pytest.fixture(autouse=True)
def a_backup() -> None:
    tilik("alerts")  # makes the database
    engine = open_database(load_settings().database)
    with writing(engine) as session:
        session.add(Backup(made_at=now(), file="x", size=1, digest="x", rows=1, files=1, lacking=0))
    engine.dispose()


def test_all_is_well() -> None:
    assert said(0, "alerts") == "Semua berjalan sebagaimana mestinya.\n"
    assert json.loads(printed("alerts", "--json")) == []


def test_what_is_not_well_is_said_with_what_to_do_and_ends_with_1() -> None:
    engine = open_database(load_settings().database)
    with writing(engine) as session:
        session.add(Job(kind="read", key="", state="failed", run_at=now(), asked_at=now()))
    engine.dispose()
    told = tilik("alerts")
    assert told.exit_code == 1
    assert told.stdout.startswith("1 pekerjaan gagal dan menunggu seseorang. Buka halaman pekerjaan")
    as_json = tilik("alerts", "--json")
    assert as_json.exit_code == 1
    (found,) = json.loads(as_json.stdout)
    assert (found["code"], found["values"]) == ("alert_work_failed", {"count": 1})
