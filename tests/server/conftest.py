import pytest
from sqlalchemy import Engine

from server.areas import AreaPlan, apply_areas
from server.db import writing
from tests.builders import NEIGHBOUR, VILLAGES
from verification.model import Level, level_of

NAMES = {
    "99": "Provinsi Contoh", "99.01": "Kabupaten Contoh", "99.01.01": "Kecamatan Satu",
    "99.01.02": "Kecamatan Dua", "99.02": "Kabupaten Tetangga", "99.02.01": "Kecamatan Tetangga",
}  # fmt: skip


@pytest.fixture
def district(engine: Engine) -> Engine:
    """Give a database with the made-up district's areas, and a neighbour's village."""
    villages = (*VILLAGES, NEIGHBOUR)
    names = NAMES | {village.code: village.name for village in villages}
    assert {level_of(code) for code in names} == set(Level)
    with writing(engine) as session:
        apply_areas(session, AreaPlan(villages, names, (), ()))
    return engine
