"""How far apart, and what lies near: measured through the earth, told along the ground."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.model import ClaimedPoint
from verification.places.distance import Nearby, along_the_ground_m, distance_m, in_space

lons, lats = st.floats(95, 141), st.floats(-11, 6)


def test_distance_is_geodesic_where_degrees_differ_most() -> None:
    """At 11° south a degree of longitude is 109.3 km, not the 111.3 km of the equator (GeographicLib)."""
    assert distance_m(123, -11, 124, -11) == pytest.approx(109_288, abs=5)


@given(lons, lats, lons, lats)
def test_distance_is_symmetric(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> None:
    assert distance_m(lon_a, lat_a, lon_b, lat_b) == pytest.approx(distance_m(lon_b, lat_b, lon_a, lat_a))


@given(lons, lats, st.floats(-0.04, 0.04), st.floats(-0.04, 0.04))
def test_through_the_earth_and_back_to_the_ground_is_the_geodesic(lon: float, lat: float, dx: float, dy: float) -> None:
    here, there = in_space(np.array([lon, lon + dx]), np.array([lat, lat + dy]))
    straight = np.array([np.linalg.norm(here - there)])
    assert along_the_ground_m(straight)[0] == pytest.approx(distance_m(lon, lat, lon + dx, lat + dy), abs=1e-5)


@given(st.lists(st.none() | st.builds(ClaimedPoint, st.floats(110, 110.05), st.floats(-5.05, -5),
                                      st.sampled_from([0.6, 56.0, 5560.0])), max_size=12),
       st.floats(110, 110.05), st.floats(-5.05, -5), st.floats(0, 4000))  # fmt: skip
def test_what_may_lie_within_is_found_and_nothing_else(
    points: list[ClaimedPoint | None], lon: float, lat: float, metres: float
) -> None:
    nearby = Nearby(points)
    (here,) = in_space(np.array([lon]), np.array([lat]))
    found = set(nearby.within(here, metres).tolist())
    for position, point in enumerate(points):
        apart = distance_m(lon, lat, point.lon, point.lat) - point.half_cell_m if point else np.inf
        if abs(apart - metres) > 0.01:  # a straight line is shorter than the ground by less than that
            assert (position in found) == (apart < metres)
    measured = nearby.metres_from(here, np.arange(len(points)))
    assert [bool(nan) for nan in np.isnan(measured)] == [point is None for point in points]
