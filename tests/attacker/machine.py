"""A machine on which nothing is set but a Central, which is asked through a proxy that remembers every byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.db import open_database
from server.schema import upgrade
from server.settings import Settings, load_settings
from tests.attacker.scene import Scene, set_up
from tests.sandbox.server import PASSWORD, USER, running_sandbox
from tests.support.environment import new_project
from tests.support.proxy import FaultProxy


@contextmanager
def a_scene(folder: Path) -> Iterator[tuple[Scene, FaultProxy]]:
    """Set the scene, in an environment and a folder of its own, which no later test may find itself in."""
    with (
        pytest.MonkeyPatch.context() as patched, running_sandbox() as sandbox, FaultProxy(sandbox.url) as proxy,
        new_project(sandbox.url, USER, PASSWORD) as central,
    ):  # fmt: skip
        patched.chdir(folder)
        given = {"central_url": proxy.url, "central_user": USER, "central_project": central.project,
                 "central_password": PASSWORD, "data": folder / "var"}  # fmt: skip
        for name in Settings.model_fields:
            patched.delenv(f"TILIK_{name.upper()}", raising=False)
        for name, value in given.items():
            patched.setenv(f"TILIK_{name.upper()}", str(value))
        settings = load_settings()
        engine = open_database(settings.database)
        upgrade(engine)
        yield set_up(engine, settings, central, sandbox), proxy
        engine.dispose()
