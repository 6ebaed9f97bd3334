"""What every job works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from server.settings import Settings
from server.store.interface import Store
from server.store.opening import open_store
from server.work.queue import Taken
from verification.reason import Reason
from workers.central.api import Central
from workers.queue.lease import Lease


@dataclass
class Context:
    """What jobs work with; and how some ended, where the database was gone before that could be noted."""

    engine: Engine
    settings: Settings
    owed: list[tuple[Callable[[Engine, Taken, Reason], None], Taken, Reason]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The store of files."""
        return open_store(self.settings)

    def central(self) -> Central:
        """Connect to Central. Raises CentralProblem where none is named."""
        return Central.from_settings(self.settings)


Handler = Callable[[Context, Any, Lease], None]
