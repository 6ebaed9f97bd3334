"""Faults seen from the job table: what failed waits, each time longer, with its reason; then it goes on by itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import now, snapshot, writing
from server.settings import Settings
from server.work.kinds import Pulls
from server.work.queue import ask
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.child import Place
from tests.support.faults import QUICK, SLOW
from tests.support.proxy import FaultProxy, Request
from tests.support.visits import assert_operator_can_act, empty, everything, time_passes, visits_with_history
from verification.reason import Reason
from workers.central.api import Central
from workers.queue.context import Context
from workers.queue.draining import drain

pytestmark = pytest.mark.ci


@pytest.fixture
def context(engine: Engine, central: Central, proxy: FaultProxy, tmp_path: Path) -> Context:
    visits_with_history(central)
    place = Place("sqlite://", tmp_path, proxy.url, central.project)
    values = {name.removeprefix("TILIK_").lower(): value for name, value in place.environment.items()}
    return Context(engine, Settings(**values, central_seconds=0.5))  # type: ignore[arg-type]


def ask_and_drain(context: Context) -> None:
    with writing(context.engine) as session:
        ask(session, Pulls())
    drain(context)


def the_job(engine: Engine, kind: str) -> Job:
    with snapshot(engine) as session:
        job = session.scalars(select(Job).filter_by(kind=kind)).one()
        session.expunge(job)
    return job


def is_feed(request: Request) -> bool:
    return ".svc/" in request.path


@pytest.mark.parametrize("name", ["503", "cut", "malformed", "redirect to a login page", "answer lost", "stall"])
def test_a_pull_that_fails_waits_each_time_longer_and_ends_as_if_undisturbed(
    context: Context, proxy: FaultProxy, name: str
) -> None:
    engine, data = context.engine, context.settings.data
    ask_and_drain(context)
    wanted = everything(engine, data)
    assert wanted["submissions"]
    empty(engine, data)

    proxy.always((QUICK | SLOW)[name], where=is_feed)
    ask_and_drain(context)
    first, first_wait = the_job(engine, "pull"), the_job(engine, "pull").run_at - now()
    assert (first.state, first.attempts) == ("waiting", 1)
    assert_operator_can_act(first.problem)
    asked = proxy.requests
    assert drain(context) == 0 and proxy.requests == asked, "Central is left alone until the pause is over"

    time_passes(engine)
    drain(context)
    second = the_job(engine, "pull")
    assert (second.state, second.attempts) == ("waiting", 2)
    assert second.run_at - now() > first_wait > timedelta(0)

    proxy.heal()
    time_passes(engine)
    drain(context)
    assert everything(engine, data) == wanted
    assert (the_job(engine, "pull").state, the_job(engine, "pull").problem) == ("done", None)


def test_a_central_that_is_down_and_comes_back(context: Context, proxy: FaultProxy) -> None:
    proxy.down()
    ask_and_drain(context)
    job = the_job(context.engine, "pulls")
    assert (job.state, job.problem) == ("waiting", Reason("central_unreachable"))
    proxy.up()
    time_passes(context.engine)
    drain(context)
    assert everything(context.engine, context.settings.data)["submissions"]


def test_a_wrong_password_waits_for_who_can_mend_it(context: Context, sandbox: Sandbox) -> None:
    right, sandbox.state.password = sandbox.state.password, "a new one"
    try:
        ask_and_drain(context)
    finally:
        sandbox.state.password = right
    job = the_job(context.engine, "pulls")
    assert (job.state, job.problem) == ("waiting", Reason("central_login_refused"))
    assert_operator_can_act(job.problem)
    time_passes(context.engine)
    drain(context)
    assert everything(context.engine, context.settings.data)["submissions"]
