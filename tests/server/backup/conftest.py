"""A Tilik that has something to lose."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.sandbox.server import Sandbox
from tests.server.backup.scene import Machine, Roots, a_machine, a_scene
from workers.central.api import Central


@pytest.fixture
def machine(engine: Engine, sandbox: Sandbox, central: Central, tmp_path: Path) -> Iterator[Machine]:
    url = engine.url.render_as_string(hide_password=False)
    with a_machine(url, tmp_path, sandbox.url, central.project) as found:
        yield found


@pytest.fixture
def roots(machine: Machine, central: Central) -> Roots:
    return a_scene(machine, central)
