"""Two workers at once: nothing is lost, nothing doubled, and the older answer never wins. Real processes."""

import threading
import time
from collections import Counter

import pytest
from sqlalchemy import Engine, select, text

from server.db import snapshot, writing
from server.submissions.tables import Form
from server.work.kinds import Pull
from server.work.queue import ask
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.child import Child, Place, drain_all, pull
from tests.support.forms import a_form, new_id
from tests.support.operator import eventually, place_of
from tests.support.proxy import FaultProxy
from tests.support.visits import (
    FORM_ID,
    Json,
    a_visit,
    delete,
    empty,
    everything,
    publish,
    submit_many,
)
from workers.central.api import Central


def undisturbed(engine: Engine, place: Place) -> Json:
    """Give what one worker alone would have brought."""
    empty(engine, place.data)
    assert Child(pull, place).end() is not None
    return everything(engine, place.data)


def wait_for_the_next_second() -> None:
    now = int(time.time())
    while int(time.time()) == now:
        time.sleep(0.01)


@pytest.mark.ci
def test_two_workers_pull_one_form_at_the_same_time(
    engine: Engine, central: Central, sandbox: Sandbox, place: Place
) -> None:
    submit_many(sandbox, central, 1500, version="2")
    workers = [Child(pull, place) for _ in range(2)]
    assert all(worker.end() is not None for worker in workers)
    together = everything(engine, place.data)
    assert len(together["submission_states"]) == 1500 + 5
    assert together == undisturbed(engine, place)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_two_workers_meet_a_form_at_the_same_moment(engine: Engine, central: Central, place: Place) -> None:
    with writing(engine) as first:
        first.add(Form(project=central.project, form_id=FORM_ID))
        first.flush()
        second = Child(pull, place)
        eventually(lambda: somebody_waits(engine))
    assert second.end() is not None
    assert everything(engine, place.data) == undisturbed(engine, place)


def somebody_waits(engine: Engine) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with snapshot(engine) as session:
        return bool(session.scalar(text(query)))


@pytest.mark.ci
def test_a_worker_that_comes_late_with_an_old_answer(
    engine: Engine, central: Central, sandbox: Sandbox, proxy: FaultProxy, place: Place
) -> None:
    """The first worker's feed is held back; meanwhile all changes at Central, and a second worker pulls it."""
    publish(central, "3")
    roots = [central.submit(FORM_ID, a_visit(version="3")) for _ in range(4)]
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        release.wait(60)

    proxy.at_request(3, hold, phase="after")
    late = Child(pull, place)
    assert held.wait(60)
    wait_for_the_next_second()  # Central's Date, which says which answer is the older, has no fractions
    central.review(FORM_ID, roots[0], "hasIssues")
    central.edit(FORM_ID, roots[1], a_visit(new_id(), replaces=roots[1], version="3"))
    delete(central, roots[2])
    central.submit(FORM_ID, a_visit(version="3"))
    assert Child(pull, place_of(engine, place.data, sandbox.url, central.project)).end() is not None
    release.set()
    assert late.end() is not None
    assert proxy.seen[2].path.startswith(f"/v1/projects/{central.project}/forms/{FORM_ID}.svc/"), "it was the feed"
    disturbed = everything(engine, place.data)
    assert disturbed == undisturbed(engine, place), "without another pull to mend it"


def test_two_workers_share_the_queue_and_do_nothing_twice(
    engine: Engine, central: Central, proxy: FaultProxy, place: Place
) -> None:
    forms = [f"form_{number}" for number in range(6)]
    for form_id in forms:
        central.publish(form_id, a_form(form_id=form_id), "1")
    with writing(engine) as session:
        for form_id in forms:
            ask(session, Pull(form_id))
    workers = [Child(drain_all, place) for _ in range(2)]
    assert all(worker.end() is not None for worker in workers)
    feeds = Counter(request.path.split("?")[0].rsplit("/", 2)[1] for request in proxy.seen if ".svc/" in request.path)
    assert feeds == {f"{form_id}.svc": 1 for form_id in forms}
    with snapshot(engine) as session:
        pulls = session.execute(select(Job.state, Job.attempts).filter_by(kind="pull")).all()
    assert [tuple(pull) for pull in pulls] == [("done", 1)] * len(forms)
