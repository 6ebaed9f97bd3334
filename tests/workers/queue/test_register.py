"""By the clock: whoever is on duty is called within a minute, and what is over is deleted and overwritten."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.incidents.tables import Incident, IncidentGone
from server.work.kinds import Sweep, WatchRegister
from tests.support.days import today_here
from tests.support.register import PATIENT, a_register
from workers.queue.context import Context
from workers.queue.handlers import HANDLERS
from workers.queue.schedule import SCHEDULE


class NoLease:
    """A lease that nobody takes away."""

    def now_and_then(self) -> None:
        """Do nothing."""


def test_the_clock_calls_and_deletes(district: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.register.NOON", today_here())
    register = a_register(district)
    context = Context(district, PATIENT.model_copy(update={"data": tmp_path, "incident_days": 90}))
    uuid = register.report(danger="yes")
    HANDLERS[WatchRegister](context, WatchRegister(), NoLease())  # type: ignore[arg-type]
    assert [who for who, _ in register.told()] == [register.officer]
    with writing(district) as session:
        long_ago = {"state": "closed", "closed_at": now() - timedelta(days=91)}
        session.execute(update(Incident).filter_by(uuid=uuid).values(long_ago))
    HANDLERS[Sweep](context, Sweep(), NoLease())  # type: ignore[arg-type]
    with snapshot(district) as session:
        assert session.scalars(select(Incident)).all() == [] and len(session.scalars(select(IncidentGone)).all()) == 1


def test_it_is_looked_at_every_minute_and_never_asked_for_by_what_happens() -> None:
    """A job's row says when it was asked for, and operators see those: this one tells nothing."""
    assert [one.every for one in SCHEDULE if one.work == WatchRegister()] == [timedelta(minutes=1)]
