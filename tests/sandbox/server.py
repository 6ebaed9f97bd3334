"""Run the sandbox as a thread in a test's own process; `python -m tests.sandbox` runs it as a process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from waitress.server import create_server

from tests.sandbox.app import create_app
from tests.sandbox.state import State
from tests.support.serving import serving

USER = "sandbox@example.test"
PASSWORD = "sandbox-password"


@dataclass
class Sandbox:
    """A running sandbox: its address, and its state for a test to look at or to spoil."""

    url: str
    state: State


def make_server(state: State, port: int = 0) -> Any:
    """Bind to loopback, never to anything else."""
    return create_server(create_app(state), host="127.0.0.1", port=port, threads=8, ident="sandbox (not ODK Central)")


@contextmanager
def running_sandbox(state: State | None = None) -> Iterator[Sandbox]:
    """Run a sandbox, new or with what another had."""
    state = state or State(USER, PASSWORD)
    with serving(make_server(state)) as address:
        yield Sandbox(address, state)
