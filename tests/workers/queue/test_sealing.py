"""The job that seals: within a minute of an act, by whichever worker, and with all that waits."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from server.audit import sealing
from server.db import writing
from server.settings import Settings
from server.work.kinds import Seal
from server.work.queue import ask
from tests.support.chain import acts_happen, checked
from workers.queue.context import Context
from workers.queue.draining import drain
from workers.queue.schedule import SCHEDULE


def test_all_that_waits_is_sealed_in_one_job(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "SEALED_AT_ONCE", 2)
    acts_happen(engine, 5)
    with writing(engine) as session:
        ask(session, Seal())
    assert drain(Context(engine, Settings(data=tmp_path)), ["seal"]) == 1
    found = checked(engine)
    assert (found.sealed, found.unsealed, found.broken) == (5, 0, None)


def test_it_is_due_twice_a_minute() -> None:
    (regular,) = [regular for regular in SCHEDULE if regular.work == Seal()]
    assert regular.every <= timedelta(seconds=30)
