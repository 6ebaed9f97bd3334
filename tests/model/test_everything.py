"""Random sequences of everything: after each, Tilik is what Central is, and the certificate says so."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from pydantic import SecretStr

from server.db import open_database
from server.schema import upgrade
from server.settings import Settings
from tests.model.machine import Everything, World
from tests.sandbox.server import Sandbox
from tests.support.environment import new_project
from tests.support.proxy import FaultProxy
from tests.support.purging import purge_at
from workers.queue.context import Context

ASKED = os.environ.get("TILIK_TEST_MODEL_EXAMPLES")  # so many new sequences; else always the same ones
EXAMPLES = [5, pytest.param(100, marks=pytest.mark.ci)] if ASKED is None else [int(ASKED)]


@pytest.fixture
def worlds(any_server: tuple[str, str, str], sandbox: Sandbox, tmp_path: Path) -> Iterator[Callable[[], World]]:
    """Give what makes a world: a new project at Central, and a new machine of ours before it."""
    url, user, password = any_server
    number = count()

    def a_world() -> World:
        central = new_project(url, user, password)
        ours = Settings(
            data=tmp_path / str(next(number)), central_url=proxy.url, central_user=user,
            central_password=SecretStr(password), central_project=central.project,
        )  # fmt: skip
        engine = open_database(ours.database)
        upgrade(engine)
        return World(central, Context(engine, ours), proxy, purge_at(sandbox, url))

    with FaultProxy(url) as proxy:
        yield a_world


@pytest.mark.parametrize("examples", EXAMPLES)
def test_any_sequence_ends_identical(worlds: Callable[[], World], examples: int) -> None:
    lived: list[World] = []

    def a_machine() -> Everything:
        lived.append(worlds())
        return Everything(lived[-1])

    run_state_machine_as_test(
        a_machine,  # type: ignore[arg-type] # anything that makes a machine will do
        settings=settings(max_examples=examples, stateful_step_count=30, deadline=None, database=None,
                          derandomize=ASKED is None, suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
    operations, faults, purges = (sum(getattr(world, what) for world in lived)
                                  for what in ("operations", "faults", "purges"))  # fmt: skip
    print(f"{len(lived)} sequences, {operations} operations, {faults} faults, {purges} purges")
    assert operations > examples and faults and (purges or lived[0].purge is None), "all of it was drawn"


@pytest.mark.parametrize("pulled_first", [True, False])
def test_a_life_that_ends_with_a_purge(worlds: Callable[[], World], pulled_first: bool) -> None:
    machine = Everything(worlds())
    for _ in range(3):
        machine.create(photo=True, rooms=1)
    machine.edit(which=0, photo=True)
    machine.attach_late_or_replace(which=0)
    if pulled_first:
        machine.pull()
        machine.fetch_files()
    for _ in range(2):
        machine.delete(which=0, long_ago=False)
    if machine.world.purge:
        machine.purge()
    machine.create(photo=False, rooms=0)
    machine.teardown()
    assert sum(kept.gone for kept in machine.known) == (2 if machine.world.purge else 0)


def test_a_life_of_edits_with_every_form_version_and_of_answers_sent_again(worlds: Callable[[], World]) -> None:
    machine = Everything(worlds())
    machine.create(photo=False, rooms=2)
    machine.pull()
    machine.publish(drop="room", add=False)
    machine.create(photo=True, rooms=1)
    machine.edit(which=0, photo=False, filled_in_with=1)
    machine.pull()
    machine.publish(drop="word", add=True)
    machine.edit(which=1, photo=True, filled_in_with=0)
    machine.edit(which=0, photo=False, filled_in_with=2)
    if machine.world.purge:
        machine.delete(which=0, long_ago=True)
        machine.send_again(which=0, photo=True)
        machine.pull()
        machine.edit(which=0, photo=True, filled_in_with=1)
    machine.teardown()
    assert len(machine.known) == 2 and not machine.known[0].gone
