"""A district with its team, and its round in which minutes are taken."""

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.support.claiming import claims_come
from tests.support.restricted import Ward, a_ward
from tests.support.workbooks import a_place, filled


@pytest.fixture
def ward(app: Flask, district: Engine) -> Ward:
    claims_come(district, filled(None, a_place()))
    return a_ward(app, district)
