import pytest
from sqlalchemy import Engine

from tests.support.planning import PlanField, a_plan_field


@pytest.fixture
def field(district: Engine) -> PlanField:
    return a_plan_field(district)
