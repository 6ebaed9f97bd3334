"""What lies near a point is found by the square of the map it is filed under, wherever and however large it is."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box
from sqlalchemy import Engine, select

from server.areas.cells import cell_of, cells_near
from server.areas.geojson import AreaPlan
from server.areas.queries import NEAR_DEGREES, villages_around
from server.areas.tables import Area
from server.db import snapshot
from server.recoding.applying import AreasWish, load_areas
from verification.model import Village

DEGREES = st.floats(-12, 142)
SIZES = st.floats(0, 0.2) | st.floats(0, 9) | st.sampled_from([0.0, 0.05, 0.25, 1.25, 6.25])
REACH = 0.02


@given(DEGREES, DEGREES, SIZES, SIZES, st.floats(-REACH, 1 + REACH), st.floats(-REACH, 1 + REACH))
def test_a_box_is_filed_where_it_is_looked_for_from_anywhere_near_it(
    west: float, south: float, wide: float, high: float, along: float, up: float
) -> None:
    point = (west + min(max(along * wide, -REACH), wide + REACH), south + min(max(up * high, -REACH), high + REACH))
    assert cell_of((west, south, west + wide, south + high)) in cells_near([point], REACH * 1.0001)


def test_near_a_point_there_are_a_few_squares_to_look_into_and_near_many_in_one_place_hardly_more() -> None:
    here = [(110.63 + index / 100_000, -6.9) for index in range(1000)]
    assert len(cells_near(here[:1], REACH)) < 60 and len(cells_near(here, REACH)) < 80
    assert cells_near([], REACH) == []


def some_boxes(count: int) -> list[tuple[float, float, float, float]]:
    random = np.random.default_rng(7)
    corners, sizes = random.uniform((100, -8), (120, 2), (count, 2)), random.choice([0.01, 0.04, 0.2, 1, 3], (count, 2))
    return [(*corner, *(corner + size)) for corner, size in zip(corners, sizes, strict=True)]


def load_boxes(engine: Engine, boxes: list[tuple[float, float, float, float]]) -> None:
    villages = tuple(
        Village(f"99.01.01.{1000 + index}", f"Desa {index}", box(*edges)) for index, edges in enumerate(boxes)
    )
    names = {village.code: village.name for village in villages}
    load_areas(engine, AreaPlan(villages, names, (), ()), AreasWish("terminal:test", date(2026, 1, 1)))


def test_villages_near_any_of_many_points_are_found_and_no_others(engine: Engine) -> None:
    boxes = some_boxes(400)
    load_boxes(engine, boxes)
    points = [(float(lon), float(lat)) for lon, lat in np.random.default_rng(8).uniform((100, -8), (120, 2), (30, 2))]
    expected = {
        f"99.01.01.{1000 + index}"
        for index, (west, south, east, north) in enumerate(boxes)
        for lon, lat in points
        if west - NEAR_DEGREES <= lon <= east + NEAR_DEGREES and south - NEAR_DEGREES <= lat <= north + NEAR_DEGREES
    }
    with snapshot(engine) as session:
        assert {village.code for village in villages_around(session, 1, points)} == expected
    assert 20 < len(expected) < 400


def test_what_is_far_away_is_not_even_asked_for(engine: Engine) -> None:
    load_boxes(engine, [(100 + index * 0.1, -5, 100.01 + index * 0.1, -4.99) for index in range(200)])
    near = cells_near([(100.005, -4.995)], NEAR_DEGREES)
    with snapshot(engine) as session:
        assert len(session.scalars(select(Area.code).where(Area.cell.in_(near))).all()) <= 2
