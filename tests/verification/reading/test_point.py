"""Reading a visit's point: what is no point by a phone is none, on either way that it comes."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verification.model import Fix
from verification.reading.point import UnreadablePoint, may_be_half_read, read_point

AT = [110.639, -6.89]


def geojson(*coordinates: Any, accuracy: Any = None) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(coordinates), "properties": {"accuracy": accuracy}}


POINTS = {
    "-6.89 110.639": Fix(110.639, -6.89), "-6.89 110.639 12.5 4.5": Fix(110.639, -6.89, 4.5),
    " -6.89  110.639 0 0\n": Fix(110.639, -6.89, 0), "-6.89 110.639 -3.5e1 1e3": Fix(110.639, -6.89, 1000),
    "+6.89 -110.639 0 20000000": Fix(-110.639, 6.89, 20_000_000), "": None, " \t": None,
}  # fmt: skip


@pytest.mark.parametrize(("written", "fix"), POINTS.items())
def test_a_point_as_the_xml_writes_it(written: str, fix: Fix | None) -> None:
    assert read_point(written) == fix


@pytest.mark.parametrize("written", [
    "-6,8904 110,6399 0,0 5,0", "6°53'25\"S 110°38'24\"E 0 5", "-6.89S 110.639E 0 5", "-٦٫٨٩ ١١٠٫٦٣ 0 5", "-٦ ١١٠ 0 5",
    "6_8.9 110.639", "nan nan", "-6.89 inf", "-6.89,110.639", "-6.89", "-6.89 110.639 0 5 7", "0x6 110.6",
    "1e400 110.6",
    "-6.89 110.639 0 -1", "-6.89 110.639 0 1.79e308", "-6.89 110.639 1e300 5", "-6.89 110.639 0 30000000",
    "-90.1 110.639", "-6.89 180.1", "-6.89 110.639 here 5", "-6.89 110.639 0 " + "9" * 400,
])  # fmt: skip
def test_what_is_written_otherwise_is_no_point(written: str) -> None:
    with pytest.raises(UnreadablePoint):
        read_point(written)


@pytest.mark.parametrize("value", [
    geojson(*AT, accuracy=-1), geojson(*AT, accuracy=1.79e308), geojson(*AT, accuracy=float("nan")),
    geojson(*AT, accuracy=float("inf")), geojson(*AT, accuracy=10**400), geojson(*AT, accuracy="5"),
    geojson(*AT, accuracy=True), geojson(*AT, accuracy=[5]), geojson(*AT, 1e9), geojson(10**400, 0), geojson(181, 0),
    geojson(0, -91), geojson(float("nan"), 0), geojson("110.6", "-6.89"), geojson(110.6), geojson(1, 2, 3, 4),
    geojson(None, None), geojson(*AT) | {"properties": [1]}, geojson(*AT) | {"properties": "5"},
    geojson(*AT) | {"type": "LineString"}, {"type": "Point"}, {"type": "Point", "coordinates": {}},
    {"type": "Point", "coordinates": "110.6,-6.89"}, [110.6, -6.89], 7, True,
], ids=repr)  # fmt: skip
def test_what_no_phone_gives_is_no_point(value: Any) -> None:
    with pytest.raises(UnreadablePoint):
        read_point(value)


def test_a_point_of_the_feed() -> None:
    assert read_point(geojson(*AT, 3, accuracy=4.5)) == read_point("-6.89 110.639 3 4.5") == Fix(110.639, -6.89, 4.5)
    assert read_point({"type": "Point", "coordinates": AT}) == Fix(110.639, -6.89)


NAMES = st.sampled_from(["type", "coordinates", "properties", "accuracy"])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@settings(max_examples=50)
@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)))
def test_nothing_else_ever_comes_of_a_point(value: Any) -> None:
    try:
        fix = read_point(value)
    except UnreadablePoint:
        return
    assert fix is None or (-180 <= fix.lon <= 180 and -90 <= fix.lat <= 90 and 0 <= (fix.accuracy_m or 0) < 3e7)


def row(point: Any, **other: Any) -> str:
    return json.dumps({"word": "a", "point": point} | other, separators=(",", ":"))


@pytest.mark.parametrize(("feed", "half_read"), [
    (row(geojson(110.639, -6.89, 3, accuracy=4.5)), False), (row({"type": "Point", "coordinates": AT}), True),
    (row(geojson(*AT, accuracy=4.5)), True), (row({"type": "Point", "coordinates": [*AT, 3]}), True), (row("x"), True),
    (row({"type": "Point", "coordinates": [110, -6], "properties": {"accuracy": 5}}), True),
    (row({"type": "Point", "coordinates": [110.6, -6, 0]}), True),
    (row({"type": "Point", "coordinates": [0, -6.8]}), True),
    (row({"type": "Point", "coordinates": [110.6, 7.1, 0]}), True), (row(geojson(110.639, -6.89, 0, accuracy=0)), True),
    (row(geojson(110.639, -6.89, 0, accuracy=0.5)), False), (row(None), True), (row(None, mode="on_site"), True),
    (row(None, mode="video"), False), ('{"word":"a"}', False), ('{"word":"\\"point\\":null"}', False),
])  # fmt: skip
def test_where_the_feed_may_show_less_of_a_point_than_there_is(feed: str, half_read: bool) -> None:
    assert may_be_half_read(feed) is half_read
