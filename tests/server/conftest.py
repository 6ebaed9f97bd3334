"""The pages on a database of each kind."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine

import server.web.kept
from server.app import create_app
from server.settings import Settings
from tests.support.door import Clock


@pytest.fixture(scope="session")
def plain_settings() -> Settings:
    """Give what is set where nothing is; to look for all that might be takes a quarter as long as an application."""
    return Settings.model_validate({"secret_key": "k" * 40})


@pytest.fixture
def app(engine: Engine, plain_settings: Settings) -> Flask:
    return create_app(engine, plain_settings)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let time pass for what pages keep."""
    moment = [1000.0]
    monkeypatch.setattr(server.web.kept, "monotonic", lambda: moment[0])

    def pass_by(seconds: float) -> None:
        moment[0] += seconds

    return pass_by
