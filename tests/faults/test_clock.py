"""This machine's clock wrong by hours, or jumping between two runs: what is kept is the same. Real processes.

They run under libfaketime, which Debian has as `faketime`.
"""

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.work.kinds import Pull, Read
from server.work.queue import ask
from server.work.tables import Job
from tests.support.child import Child, Place, drain_all
from tests.support.faults import MALFORMED
from tests.support.forms import new_id
from tests.support.operator import tilik
from tests.support.proxy import FaultProxy
from tests.support.visits import FORM_ID, a_visit, delete, empty, everything
from workers.central.api import Central

pytestmark = pytest.mark.ci
JUMPS = {
    "five hours fast": ("+5h", "+5h"), "five hours slow": ("-5h", "-5h"), "put forward": ("-5h", "+5h"),
    "put back": ("+5h", "-5h"), "mended": ("+5h", "+0h"),
}  # fmt: skip


def at(clock: str) -> tuple[str, ...]:
    """Run a program whose clock is wrong by so much."""
    return ("faketime", "-f", clock)


@pytest.mark.parametrize(("first", "second"), JUMPS.values(), ids=JUMPS)
def test_a_pull_under_a_wrong_clock(engine: Engine, central: Central, place: Place, first: str, second: str) -> None:
    assert tilik(place, "pull", before=at(first)).returncode == 0
    root = central.submit(FORM_ID, a_visit(version="2"))
    central.edit(FORM_ID, root, a_visit(new_id(), replaces=root, version="2"))
    delete(central, central.submit(FORM_ID, a_visit(version="2")))
    assert tilik(place, "pull", before=at(second)).returncode == 0
    found = everything(engine, place.data)
    empty(engine, place.data)
    assert tilik(place, "pull").returncode == 0
    assert found == everything(engine, place.data)


@pytest.mark.parametrize("first", ["+5h", "-5h"])
def test_work_that_failed_under_a_wrong_clock_does_not_starve(
    engine: Engine, place: Place, proxy: FaultProxy, first: str
) -> None:
    """The clock is put right before the next run, or put wrong: the job is done, or its pause is a short one."""
    proxy.always(MALFORMED, where=lambda request: ".svc/" in request.path)
    tilik(place, "work", "--once", before=at(first))
    assert states_of(engine, "pull") == {"waiting"}
    proxy.heal()
    with snapshot(engine) as session:
        job = session.scalars(select(Job).filter_by(kind="pull")).one()
        pause = job.run_at - job.asked_at
    assert 0 < pause.total_seconds() < 600
    with writing(engine) as session:
        ask(session, Read())
    tilik(place, "work", "--once")
    assert states_of(engine, "read") == {"done"}, "what was asked for by the right clock"
    if engine.dialect.name == "sqlite":  # its moments are this machine's: ten seconds ahead have become five hours
        assert states_of(engine, "pull") == {"done"}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("clock", ["+5h", "-5h"])
def test_a_worker_with_a_wrong_clock_takes_no_work_from_one_at_work(
    engine: Engine, place: Place, proxy: FaultProxy, clock: str
) -> None:
    """To a clock five hours fast every lease has run out, were it not the database's clock that counts."""
    with writing(engine) as session:
        ask(session, Pull(FORM_ID))
    results = []
    proxy.at_request(2, lambda: results.append(tilik(place, "work", "--once", before=at(clock))), phase="after")
    assert Child(drain_all, place).end() is not None
    assert results[0].returncode == 0, results[0].stderr
    with snapshot(engine) as session:
        pulls = session.execute(select(Job.state, Job.attempts).filter_by(kind="pull").order_by(Job.id)).all()
    assert tuple(pulls[0]) == ("done", 1)


def states_of(engine: Engine, kind: str) -> set[str]:
    with snapshot(engine) as session:
        return set(session.scalars(select(Job.state).filter_by(kind=kind)))
