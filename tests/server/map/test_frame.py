"""A drawing has north up and one scale, and all that is framed is on it."""

from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from server.map.data import Grid
from server.map.frame import WIDTH, Box, frame_around
from verification.places.distance import distance_m

LON, LAT, SIZE = st.floats(95, 140), st.floats(-10.5, 5.5), st.floats(1e-4, 1.5)
A_BOX = st.builds(lambda west, south, wide, high: (west, south, west + wide, south + high), LON, LAT, SIZE, SIZE)


@given(A_BOX)
def test_all_that_is_framed_is_on_the_sheet(box: Box) -> None:
    west, south, east, north = box
    frame = frame_around(box)
    for lon, lat in ((west, south), (east, north), (west, north)):
        x, y = frame.xy(lon, lat)
        assert -1e-6 <= x <= WIDTH + 1e-6 and -1e-6 <= y <= frame.height + 1e-6
    assert frame.xy(west, north)[1] < frame.xy(west, south)[1], "north is up"
    assert frame.height <= 2.2 * WIDTH, "a long island fits a sheet"


@given(A_BOX)
def test_a_kilometre_is_as_long_in_every_direction(box: Box) -> None:
    west, south, east, north = box
    frame, lon, lat = frame_around(box), (west + east) / 2, (south + north) / 2
    x, y = frame.xy(lon, lat)
    for to_lon, to_lat in ((lon + 0.01, lat), (lon, lat + 0.01)):
        to_x, to_y = frame.xy(to_lon, to_lat)
        drawn = abs(to_x - x) + abs(to_y - y)
        assert isclose(drawn, frame.pixels(distance_m(lon, lat, to_lon, to_lat)), rel_tol=0.01)


@given(A_BOX, st.floats(0, 1), st.floats(0, 1))
def test_a_point_sent_to_the_script_is_off_by_less_than_a_metre(box: Box, right: float, down: float) -> None:
    west, south, east, north = box
    lon, lat, grid = west + (east - west) * right, south + (north - south) * down, Grid(box)
    (x, y), exactly = grid.at(lon, lat), grid.exactly(lon, lat)
    assert abs(x - exactly[0]) <= 0.5 and abs(y - exactly[1]) <= 0.5 and min(x, y) >= 0, "a unit is some 1.1 m"
