"""A line in November, in a district where children are asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from server.settings import Settings
from tests.support.lining import SECRET, Clock, a_line


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate({"secret_key": SECRET, "data": tmp_path})


@pytest.fixture
def line(district: Engine, settings: Settings, clock: Clock) -> Iterator[Flask]:
    yield a_line(district, settings, clock)
