"""A disk that is full: nothing half stored, a sentence, and it goes on when there is room. Real processes."""

import hashlib
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.words import catalogue
from server.work.kinds import Pulls
from server.work.queue import ask
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.child import Place
from tests.support.operator import place_of, tilik
from tests.support.visits import FORM_ID, JPEG, a_visit, everything, publish, submit_many, time_passes
from verification.reason import Reason
from workers.central.api import Central

pytestmark = pytest.mark.ci
NO_ROOM = catalogue("en").reason(Reason("disk_full"))
ROOM = 1_000_000  # for all that the queue writes down, and not for a photograph
ROOM_FOR_SOME = 800_000
ROOM_TO_BEGIN = 48_000  # enough to open the database and to take a job, not to do it
SMALL = hashlib.sha256(JPEG).hexdigest()


@pytest.fixture
def place(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Place:
    publish(central)
    return place_of(engine, tmp_path, sandbox.url, central.project)


def submit_photographs(central: Central) -> None:
    central.submit(FORM_ID, a_visit(photo="large.jpg"), {"large.jpg": JPEG + bytes(2 * ROOM)})
    central.submit(FORM_ID, a_visit(photo="small.jpg"), {"small.jpg": JPEG})


def test_no_room_for_a_photograph(engine: Engine, central: Central, place: Place) -> None:
    submit_photographs(central)
    result = tilik(place, "pull", most_bytes=ROOM)
    assert (result.returncode, result.stderr.splitlines()[-1]) == (1, NO_ROOM)
    assert "Traceback" not in result.stderr
    assert everything(engine, place.data)["files"] in ([], [SMALL]), "whole files or none"
    assert tilik(place, "pull").returncode == 0
    assert len(everything(engine, place.data)["files"]) == 2


def test_no_room_for_a_photograph_fetched_by_the_queue(engine: Engine, central: Central, place: Place) -> None:
    submit_photographs(central)
    tilik(place, "work", "--once", most_bytes=ROOM)
    with snapshot(engine) as session:
        job = session.scalars(select(Job).filter_by(kind="pull")).one()
    assert (job.state, job.problem) == ("waiting", Reason("disk_full"))
    assert everything(engine, place.data)["files"] in ([], [SMALL]), "whole files or none"
    time_passes(engine)
    assert tilik(place, "work", "--once").returncode == 0
    assert len(everything(engine, place.data)["files"]) == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_room_for_the_database(engine: Engine, central: Central, place: Place, sandbox: Sandbox) -> None:
    wanted = submit_many(sandbox, central, 1200, word="x" * 200)
    engine.dispose()
    result = tilik(place, "pull", most_bytes=ROOM_FOR_SOME)
    assert (result.returncode, result.stderr.splitlines()[-1]) == (1, NO_ROOM)
    assert "Traceback" not in result.stderr
    found = everything(engine, place.data)
    assert len(found["submissions"]) == len(found["submission_states"]) in (0, 500, 1000), "whole batches or nothing"
    result = tilik(place, "pull", "--json")
    assert result.returncode == 0, result.stderr
    found = everything(engine, place.data)
    assert len(found["submissions"]) == len(found["submission_states"]) == wanted
    assert json.loads(result.stdout)["forms"][0]["problem"] is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_queue_waits_for_room_in_the_database(engine: Engine, place: Place, central: Central) -> None:
    central.submit(FORM_ID, a_visit())
    with writing(engine) as session:
        ask(session, Pulls())
    engine.dispose()
    result = tilik(place, "work", "--once", most_bytes=ROOM_TO_BEGIN)
    assert (result.returncode, result.stderr.splitlines()[-1]) == (1, NO_ROOM)
    time_passes(engine)
    assert tilik(place, "work", "--once").returncode == 0
    assert len(everything(engine, place.data)["submissions"]) == 1
