"""Desks at which documents are handed in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.claiming import claims_come
from tests.support.handing import DOCUMENTS, Desk, a_desk
from tests.support.workbooks import filled


@pytest.fixture
def desk(district: Engine, tmp_path: Path) -> Desk:
    plan = claims_come(district, filled(DOCUMENTS))
    assert plan.problems == ()
    return a_desk(district, tmp_path)


@pytest.fixture
def a_desk_with(district: Engine, tmp_path: Path) -> Callable[..., Desk]:
    return lambda **more: a_desk(district, tmp_path, **more)
