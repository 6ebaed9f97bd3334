"""A district's round with officers and a facilitator, nothing of it prepared yet."""

import pytest
from sqlalchemy import Engine

from tests.support.children import ChildField, child_field


@pytest.fixture
def field(district: Engine) -> ChildField:
    return child_field(district)
