"""A proxy before the sandbox, and a place behind it where an operator works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.sandbox.server import Sandbox
from tests.support.child import Place
from tests.support.operator import place_of
from tests.support.proxy import FaultProxy
from tests.support.visits import visits_with_history
from workers.central.api import Central


@pytest.fixture
def proxy(sandbox: Sandbox) -> Iterator[FaultProxy]:
    with FaultProxy(sandbox.url) as proxy:
        yield proxy


@pytest.fixture
def place(engine: Engine, central: Central, proxy: FaultProxy, tmp_path: Path) -> Place:
    visits_with_history(central)
    return place_of(engine, tmp_path, proxy.url, central.project)
