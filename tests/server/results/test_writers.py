"""A supervisor's decision is saved while a district is being computed: real processes, on both databases."""

import subprocess
import sys

from sqlalchemy import Engine, select

from server.claims.importing import apply_import, plan_import
from server.claims.workbook import open_workbook
from server.db import snapshot, writing
from server.results.verifying import latest
from server.settings import CHECKOUT
from server.work.queue import ask
from server.work.tables import Job
from tests.support.workbooks import DISTRICT, YEAR, a_place, filled, row_of


def test_a_decision_is_saved_in_the_middle_of_a_districts_computation(district: Engine) -> None:
    content = filled({f"Klaim!E{row_of(17)}": 15}, a_place())
    with writing(district) as session:
        apply_import(session, plan_import(session, content, open_workbook(content)), "klaim.xlsx")
    database = district.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.server.results.computing", database, "1", str(YEAR), DISTRICT]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdin and worker.stdout
        assert worker.stdout.readline() == "computing\n"
        with writing(district) as session:  # as every page does that saves something
            ask(session, "verify", "asked by a page")
        with snapshot(district) as session:
            assert session.scalars(select(Job.key)).all() == ["asked by a page"]
            assert latest(session, YEAR, DISTRICT) is None, "the computation has not ended"
        worker.stdin.write("go on\n")
        worker.stdin.flush()
        assert worker.stdout.read() == "computed\nstored\n"
    with snapshot(district) as session:
        assert latest(session, YEAR, DISTRICT)
