"""Random sequences of everything: after each, Tilik is what Central is, and the certificate says so."""

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from pydantic import SecretStr

from server.db import open_database
from server.schema import upgrade
from server.settings import Settings
from tests.model.machine import Everything, World
from tests.sandbox.server import Sandbox
from tests.support.environment import new_project
from tests.support.forms import FORM_ID
from tests.support.proxy import FaultProxy
from workers.central.api import Central
from workers.queue.jobs import Context

ASKED = os.environ.get("TILIK_TEST_MODEL_EXAMPLES")  # so many new sequences; else always the same few
EXAMPLES = int(ASKED or "10")
# a command that makes a real Central forget a deleted submission; {project}, {form} and {root} are filled in
PURGE = os.environ.get("TILIK_TEST_CENTRAL_PURGE")


def test_any_sequence_ends_identical(any_server: tuple[str, str, str], sandbox: Sandbox, tmp_path: Path) -> None:
    worlds: list[World] = []
    url, user, password = any_server

    def a_machine() -> Everything:
        central = new_project(url, user, password)
        ours = Settings(
            data=tmp_path / str(len(worlds)), central_url=proxy.url, central_user=user,
            central_password=SecretStr(password), central_project=central.project,
        )  # fmt: skip
        engine = open_database(ours.database)
        upgrade(engine)
        worlds.append(World(central, Context(engine, ours), proxy, purge_at(sandbox, url)))
        return Everything(worlds[-1])

    with FaultProxy(url) as proxy:
        run_state_machine_as_test(
            a_machine,  # type: ignore[arg-type] # anything that makes a machine will do
            settings=settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None, database=None,
                              derandomize=ASKED is None,
                              suppress_health_check=list(HealthCheck)),
        )  # fmt: skip
    done = (len(worlds), sum(world.operations for world in worlds), sum(world.faults for world in worlds))
    print("{} sequences, {} operations, {} faults".format(*done))
    assert sum(world.operations for world in worlds) > EXAMPLES


def purge_at(sandbox: Sandbox, url: str) -> Callable[[Central, list[str]], None] | None:
    if url == sandbox.url:
        return lambda central, roots: sandbox.state.purge(sandbox.state.projects[central.project].forms[FORM_ID])
    if PURGE is None:
        return None
    return purge_by_command


def purge_by_command(central: Central, roots: list[str]) -> None:
    for root in roots:
        command = (PURGE or "").format(project=central.project, form=FORM_ID, root=root)
        subprocess.run(shlex.split(command), check=True, capture_output=True, timeout=60)
