"""Killed at any commit, the deletion of points goes on where it was: none is left, and the proof is of all of them."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from server.db import snapshot
from server.traces.deleting import delete_traces as delete_here
from server.traces.tables import TraceRemoval, TracesGone
from tests.sandbox.server import Sandbox
from tests.support.child import Child, Death, Place, delete_traces
from tests.support.claiming import ROUND
from tests.support.traces import District, a_district
from tests.support.trial import a_context
from tests.support.visits import time_passes
from tests.support.workbooks import DISTRICT
from workers.central.api import Central

pytestmark = pytest.mark.ci  # real processes


@pytest.fixture
def district(engine: Engine, sandbox: Sandbox, central: Central, tmp_path: Path) -> District:
    found = a_district(a_context(central, engine, tmp_path, sandbox.url), central, sandbox, tmp_path)
    found.close()
    return found


def run(district: District, sandbox: Sandbox, death: Death) -> int | None:
    database = district.engine.url.render_as_string(hide_password=False)
    return Child(delete_traces, Place(database, district.data, sandbox.url, district.central.project), death).end()


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 6))
def test_killed_at_any_commit_it_goes_on(district: District, sandbox: Sandbox, phase: str, number: int) -> None:
    assert run(district, sandbox, Death(phase, number)) is None, "else nothing was tried"
    time_passes(district.engine)
    assert run(district, sandbox, Death()) is not None
    with snapshot(district.engine) as session:
        (removal,) = session.scalars(select(TraceRemoval)).all()
        assert removal.finished_at is not None and removal.digest is not None
        assert (removal.submissions, removal.points) == (5, 6)
        left = select(func.count()).select_from(TracesGone).where(TracesGone.done.is_(False))
        assert session.scalar(left) == 0
    delete_here(district.engine, district.context.store, ROUND, DISTRICT)
    district.work()
    assert district.left() == []
