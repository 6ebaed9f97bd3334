"""What an earlier Tilik left, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.environment import DATABASES
from tests.upgrade.left import Left, left_in


@pytest.fixture(params=DATABASES)
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Left]:
    with left_in(tmp_path, request.param) as found:
        yield found
