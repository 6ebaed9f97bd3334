"""A process of ours that dies by SIGKILL at a commit: told which, and whether just before it or just after.

Run as `python -m tests.kill.child TASK DATABASE CENTRAL USER PASSWORD PROJECT PHASE NUMBER`; prints how many commits
it came to when it was allowed to live. SQLAlchemy's own events are the hook: the product's code knows nothing of it.
"""

import os
import signal
import sys

from pydantic import SecretStr
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from server.db import open_database
from server.settings import Settings
from tests.forms import FORM_ID
from workers.central import Central
from workers.jobs import Context, drain
from workers.pull import pull_form


class Killer:
    """Counts commits, and kills this process at the chosen one."""

    def __init__(self, phase: str, number: int) -> None:
        self._phase, self._number = phase, number
        self.commits = 0

    def before(self, _connection: object) -> None:
        self.commits += 1
        self._at("before")

    def after(self, _session: Session) -> None:
        self._at("after")

    def _at(self, phase: str) -> None:
        if (phase, self.commits) == (self._phase, self._number):
            os.kill(os.getpid(), signal.SIGKILL)


def pull(engine: Engine, central: Central) -> None:
    report = pull_form(engine, central, FORM_ID)
    assert report.problem is None, report.problem


def write_back(engine: Engine, central: Central) -> None:
    """Do what is due, with the account this process was given."""
    settings = Settings(
        central_url=central.session.base_url.removesuffix("/v1/"), central_user=sys.argv[4],
        central_password=SecretStr(sys.argv[5]), central_project=central.project,
    )  # fmt: skip
    drain(Context(engine, settings), ["write_back"])


TASKS = {"pull": pull, "write_back": write_back}


def main() -> None:
    task, database, url, user, password, project, phase, number = sys.argv[1:]
    engine = open_database(database)
    killer = Killer(phase, int(number))
    event.listen(engine, "commit", killer.before)
    event.listen(Session, "after_commit", killer.after)
    with Central(url, user, password, int(project)) as central:
        TASKS[task](engine, central)
    print(killer.commits)


if __name__ == "__main__":
    main()
