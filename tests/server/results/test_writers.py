"""A supervisor's decision is saved while a district is being computed: real processes, on both databases."""

import subprocess
import sys

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.results.verifying import result_of
from server.settings import CHECKOUT
from server.work.kinds import LookOver
from server.work.queue import ask
from server.work.tables import Job
from tests.support.claiming import ROUND, claims_come, forget_jobs
from tests.support.workbooks import DISTRICT, a_place, filled, row_of


@pytest.mark.ci
def test_a_decision_is_saved_in_the_middle_of_a_districts_computation(district: Engine) -> None:
    content = filled({f"Klaim!E{row_of(17)}": 15}, a_place())
    claims_come(district, content)
    forget_jobs(district)
    database = district.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.server.results.computing", database, ROUND, DISTRICT]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdin and worker.stdout
        assert worker.stdout.readline() == "computing\n"
        with writing(district) as session:  # as every page does that saves something
            ask(session, LookOver("asked by a page"))
        with snapshot(district) as session:
            assert session.scalars(select(Job.key)).all() == ["asked by a page"]
            assert result_of(session, ROUND, DISTRICT) is None, "the computation has not ended"
        worker.stdin.write("go on\n")
        worker.stdin.flush()
        assert worker.stdout.read() == "computed\nstored\n"
    with snapshot(district) as session:
        assert result_of(session, ROUND, DISTRICT)
