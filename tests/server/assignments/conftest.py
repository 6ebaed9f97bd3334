import pytest
from sqlalchemy import Engine

from tests.support.assigning import Field, a_field


@pytest.fixture
def field(district: Engine) -> Field:
    return a_field(district)
