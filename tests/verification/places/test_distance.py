"""How far apart, and what lies near: measured through the earth, told along the ground."""

from itertools import product

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


_EAST, _NORTH = st.floats(110, 110.05), st.floats(-5.05, -5)
_PLACES = st.lists(st.tuples(_EAST, _NORTH, st.floats(0, 4000)) | st.just((np.nan, np.nan, 1.0)), max_size=150)


@given(st.lists(st.none() | st.builds(ClaimedPoint, _EAST, _NORTH, st.sampled_from([0.6, 56.0, 5560.0])), max_size=12),
       _PLACES)  # fmt: skip
def test_what_may_lie_within_is_found_and_nothing_else(
    points: list[ClaimedPoint | None], places: list[tuple[float, float, float]]
) -> None:
    nearby = Nearby(points)
    lon, lat, metres = np.array(places, dtype=np.float64).reshape(-1, 3).T
    here = in_space(lon, lat)
    which, near = nearby.within_each(here, metres)
    assert which.tolist() == sorted(which.tolist()), "place after place"
    found = list(zip(which.tolist(), near.tolist(), strict=True))
    assert len(found) == len({*found}), "each once"
    for place, position in product(range(len(places)), range(len(points))):
        point, is_near = points[position], (place, position) in found
        apart = distance_m(lon[place], lat[place], point.lon, point.lat) - point.half_cell_m if point else np.inf
        if np.isnan(lon[place]) or abs(apart - metres[place]) > 0.01:  # straight is shorter by less than that
            assert is_near == (apart < metres[place])
    for number in np.flatnonzero(~np.isnan(lon)).tolist():
        place, alone = here[number], nearby.within(here[number], metres[number])
        assert sorted(alone.tolist()) == sorted(near[which == number].tolist())
        measured = nearby.metres_from(place, np.arange(len(points)))
        assert [bool(nan) for nan in np.isnan(measured)] == [point is None for point in points]
