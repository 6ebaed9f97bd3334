"""A proxy before the sandbox, and a place behind it where an operator works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.faults.commands import place_of
from tests.faults.proxy import FaultProxy
from tests.faults.visits import visits_with_history
from tests.kill.child import Place
from tests.sandbox.server import Sandbox
from workers.central import Central


@pytest.fixture
def proxy(sandbox: Sandbox) -> Iterator[FaultProxy]:
    with FaultProxy(sandbox.url) as proxy:
        yield proxy


@pytest.fixture
def place(engine: Engine, central: Central, proxy: FaultProxy, tmp_path: Path) -> Place:
    visits_with_history(central)
    return place_of(engine, tmp_path, proxy.url, central.project)
