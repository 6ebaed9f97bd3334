import pytest
from sqlalchemy import Engine

from tests.support.drawing import DrawField, a_draw_field


@pytest.fixture
def field(district: Engine) -> DrawField:
    return a_draw_field(district)
