"""The `tilik` command as an operator starts it: a process of its own, here with little room or with a wrong clock."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from server.settings import CHECKOUT
from tests.support.child import Place


def place_of(engine: Engine, data: Path, central_url: str, project: int) -> Place:
    return Place(engine.url.render_as_string(hide_password=False), data, central_url, project)


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(CHECKOUT / "tilik.py"), *arguments]


def tilik(
    place: Place, *arguments: str, before: tuple[str, ...] = (), most_bytes: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end: behind another program, or in a process whose files may have only so many bytes."""
    line = [*before, *command(*arguments)]
    if most_bytes is not None:
        line = ["sh", "-c", f'ulimit -f {most_bytes // 512}; exec "$@"', "sh", *line]
    environment = os.environ | place.environment
    return subprocess.run(line, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=300)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds; it fails after a time that is far too long."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)
