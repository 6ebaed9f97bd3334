"""A desk at which documents wait to be read."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.desk import a_reading_desk
from tests.support.handing import Desk


@pytest.fixture
def desk(district: Engine, tmp_path: Path) -> Desk:
    return a_reading_desk(district, tmp_path)
