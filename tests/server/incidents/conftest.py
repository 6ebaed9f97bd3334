"""A register that is manned, and a clock."""

import pytest
from sqlalchemy import Engine

from tests.support.register import Register, a_register, put_clocks
from tests.support.telling import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return put_clocks(monkeypatch)


@pytest.fixture
def register(district: Engine, clock: Clock) -> Register:
    return a_register(district)
