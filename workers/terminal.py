"""What the commands share that talk to Central."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from server.settings import Settings
from server.terminal import opened, stop
from workers.central.api import Central
from workers.central.session import CentralProblem


@contextmanager
def connected() -> Iterator[tuple[Settings, Engine, Central]]:
    """Open the database and Central; what goes wrong with Central ends in a sentence."""
    with opened() as (settings, engine):
        try:
            with Central.from_settings(settings) as central:
                yield settings, engine, central
        except CentralProblem as problem:
            stop(problem.reason)
