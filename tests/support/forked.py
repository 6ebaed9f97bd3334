"""What the server of forked processes does before it forks the first: what each of them would make anew, made once.

Each of hundreds of processes compiled every statement that it meets, read the rules, and waited for the disk. Imported
by that server alone: what is patched here stays so, in it and in all that it forks.
"""

import gc
import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from server.db import open_database
from server.results.reading import read_unread
from server.results.verifying import verify
from server.schema import upgrade
from tests.support.claiming import ROUND
from tests.support.environment import on_postgres_anew, postgres_url
from tests.support.once import made_once, no_power_cuts
from tests.support.visits import claim_a_place
from tests.support.workbooks import DISTRICT

_to_the_end = ExitStack()


def rehearse(url: str) -> None:
    """Verify a district that claims a place, on a database of this kind: its statements are compiled then."""
    engine = open_database(url)
    upgrade(engine)
    claim_a_place(engine)
    read_unread(engine)
    verify(engine, ROUND, DISTRICT)
    engine.dispose()


def prepare() -> None:
    """Rehearse on each kind of database that there is, and leave what was made alone."""
    _to_the_end.enter_context(made_once())
    _to_the_end.enter_context(no_power_cuts())
    with TemporaryDirectory() as folder:
        rehearse(f"sqlite:///{Path(folder) / 'tilik.sqlite3'}")
    if "TILIK_TEST_DATABASE_URL" in os.environ:
        with on_postgres_anew() as name:
            rehearse(postgres_url(name))
    gc.collect()
    gc.freeze()


prepare()
