"""Killed at any commit, the next run ends as an uninterrupted one would have. Real processes, real SIGKILL."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from server.db import open_database
from server.schema import upgrade
from tests.forms import FORM_ID, a_form, a_submission, new_id
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.workers.trial import delete, kept, publish_trial, submit_many
from workers.central import Central
from workers.pull import pull_form

CHECKOUT = Path(__file__).parent.parent.parent
ALIVE = ("never", 0)


def run(task: str, engine: Engine, sandbox: Sandbox, central: Central, phase: str, number: int) -> int | None:
    """Run a task in a process; returns its number of commits, or None where it was killed."""
    database = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.kill.child", task, database, sandbox.url, USER, PASSWORD,
               str(central.project), phase, str(number)]  # fmt: skip
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
    if result.returncode == -signal.SIGKILL:
        return None
    assert result.returncode == 0, result.stderr
    return int(result.stdout)


def a_form_with_history(sandbox: Sandbox, central: Central) -> None:
    """Give three batches: plain submissions, an edited one, a deleted one, and one of an older form version."""
    publish_trial(central)
    old = central.submit(FORM_ID, a_submission(word="old"))
    central.publish(FORM_ID, a_form("2", drop="word"), "2")
    submit_many(sandbox, central, 1100, version="2")
    edited = central.submit(FORM_ID, a_submission(version="2"))
    central.edit(FORM_ID, edited, a_submission(new_id(), replaces=edited, version="2"))
    delete(central, central.submit(FORM_ID, a_submission(version="2")))
    central.review(FORM_ID, old, "hasIssues")


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_pull_killed_at_any_commit(
    engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path, phase: str
) -> None:
    a_form_with_history(sandbox, central)
    undisturbed = open_database(f"sqlite:///{tmp_path / 'undisturbed.sqlite3'}")
    upgrade(undisturbed)
    pull_form(undisturbed, central, FORM_ID)
    wanted = kept(undisturbed)
    undisturbed.dispose()
    halves = 0
    for number in range(1, 20):
        empty(engine)
        if run("pull", engine, sandbox, central, phase, number) is not None:
            break
        halves += kept(engine) != wanted
        run("pull", engine, sandbox, central, *ALIVE)
        assert kept(engine) == wanted
    assert number == 6, "the form is met, three batches, the end: five commits, each survived"
    assert halves >= 3, "most of those deaths left work half done"


def empty(engine: Engine) -> None:
    from server.tables import Base

    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
