"""A clock that goes as the tests say, and a database with two rounds."""

import pytest
from sqlalchemy import Engine

from server.areas.tables import AreaVersion
from server.db import now, writing
from server.rounds.tables import Round
from tests.support.telling import Clock, put_clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return put_clock(monkeypatch)


@pytest.fixture
def roomy(engine: Engine) -> Engine:
    """Give a database with a round that is open, and another."""
    with writing(engine) as session:
        session.add(AreaVersion(id=1, loaded_at=now()))
        session.flush()
        for name, state in (("2026", "open"), ("2027", "planned")):
            session.add(Round(id=name, name=name, data_year=2025, indicator_set="x", areas_id=1, state=state))
    return engine
