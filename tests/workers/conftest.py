"""What the tests of the workers share: the made-up district, a form at the sandbox, and a store of files."""

from pathlib import Path

import pytest

from server.store import Store
from tests.server.conftest import district
from tests.workers.trial import publish_trial
from workers.central import Central

__all__ = ["district"]


@pytest.fixture
def trial(central: Central) -> Central:
    return publish_trial(central)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")
