"""Coordinates in another notation are offered, never assumed; what is right as it stands is left alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Proj

from tests.support.builders import INDICATORS, KINDS
from verification.claim_form.cells import SHEETS, Cell
from verification.claim_form.form import FilledForm, VillageCodes
from verification.claim_form.notations import zone_of
from verification.claim_form.points import what_is_odd
from verification.claim_form.reader import read_form
from verification.places.areas import INDONESIA

FACILITY = {"indicator": 17, "kind": "pojok_asi", "facility_name": "Pojok ASI Pasar", "registry_no": None,
            "village": "99.01.01.2001 Desa Satu", "since_year": 2020, "lat": -5.0051, "lon": 110.005}  # fmt: skip
HERE = (-6.89, 110.63)
Written = tuple[Cell, Cell]


def handed_in(lat: Cell, lon: Cell, at: tuple[float, float] = HERE) -> FilledForm:
    """Hand in a line whose village lies around a point."""
    box = (at[1] - 0.005, at[0] - 0.005, at[1] + 0.005, at[0] + 0.005)
    book: dict[str, Any] = {title: {} for title in SHEETS}
    book["Fasilitas"] = {4: FACILITY | {"lat": lat, "lon": lon}}
    return read_form(
        book,
        INDICATORS,
        KINDS,
        VillageCodes(frozenset({"99.01.01.2001"}), frozenset(), {}, {"99.01.01.2001": box}),
        2026,
    )


def offered(form: FilledForm) -> tuple[float, float]:
    (problem,) = form.problems
    assert problem.reason.code == "coordinate_in_another_notation", problem.reason.code
    lat, lon = (float(str(problem.reason.values[name]).replace(",", ".")) for name in ("lat_meant", "lon_meant"))
    return lat, lon


WAYS: dict[str, Written] = {
    "degrees, minutes, seconds": ("6°53'24\" S", "110°37'48\" E"),
    "in Indonesian": ("6° 53′ 24″ LS", "110° 37′ 48″ BT"),
    "with a decimal comma": ("6°53'24,0\"LS", "110°37'48,0\"BT"),
    "hemispheres before": ("S 6 53 24", "E 110 37 48"),
    "degrees and minutes": ("6°53,4' LS", "110°37,8' BT"),
    "decimals and hemispheres": ("6,89 LS", "110,63 BT"),
    "colons": ("-6:53:24", "110:37:48"),
    "in words": ("6 derajat 53 menit 24 detik LS", "110 derajat 37 menit 48 detik BT"),
    "without its hemisphere": ("6°53'24\"", "110°37'48\""),
    "in the wrong columns": ("110°37'48\" BT", "6°53'24\" LS"),
    "UTM": (459123.35, 9238395.39),
    "UTM, northing first": (9238395.39, 459123.35),
    "UTM as text": ("459.123 mE", "9.238.395 mN"),
    "degrees without a point": ("-6.890.000", "110.630.000"),
}


@pytest.mark.parametrize("written", WAYS.values(), ids=WAYS)
def test_a_notation_is_recognised_and_the_point_it_means_is_offered(written: Written) -> None:
    form = handed_in(*written)
    assert offered(form) == pytest.approx(HERE, abs=1e-4)
    assert not form.claims or not form.claims[17].lines or form.claims[17].lines[0].point is None, "never assumed"


def test_a_point_that_means_nothing_in_its_village_is_refused_as_before() -> None:
    for written in (("6°53'24\" S", "111°37'48\" E"), ("6°73'24\" S", "110°37'48\" E"), ("di pasar", "di pasar")):
        codes = {problem.reason.code for problem in handed_in(*written).problems}
        assert codes == {"text_where_number_belongs"}, written


def test_what_is_offered_names_the_point_with_decimal_commas() -> None:
    (problem,) = handed_in("6°53'24\" LS", "110°37'48\" BT").problems
    assert problem.reason.values == {"lat_meant": "-6,89000", "lon_meant": "110,63000"}
    (problem,) = handed_in(6.89, 110.63).problems
    assert (problem.reason.code, problem.reason.values["lat_meant"]) == ("coordinate_without_minus", "-6,89000")


def _parts(angle: float) -> tuple[int, int, float]:
    seconds = round(abs(angle) * 3600, 2)
    return int(seconds // 3600), int(seconds % 3600 // 60), seconds % 60


def written_as(way: str, lat: float, lon: float) -> Written:
    south, (d, m, s), (e, n, t) = lat < 0, _parts(lat), _parts(lon)
    if way == "dms":
        return f"{d}°{m}'{s:.2f}\"{'S' if south else 'N'}", f"{e}°{n}'{t:.2f}\"E"
    if way == "words":
        half = "LS" if south else "LU"
        return f"{d}° {m}′ {s:.2f}″ {half}".replace(".", ","), f"{e}° {n}′ {t:.2f}″ BT".replace(".", ",")
    if way == "minutes":
        return f"{d}°{m + s / 60:.4f}' {'LS' if south else 'LU'}", f"{e}°{n + t / 60:.4f}' BT"
    if way == "hemisphere":
        return f"{abs(lat):.5f} {'S' if south else 'U'}".replace(".", ","), f"{lon:.5f} T".replace(".", ",")
    east, north = Proj(proj="utm", zone=zone_of(lon), ellps="WGS84", south=south)(lon, lat)
    return round(east, 1), round(north, 1)


WEST, SOUTH, EAST, NORTH = INDONESIA
anywhere = st.tuples(st.floats(SOUTH + 0.1, NORTH - 0.1), st.floats(WEST + 0.1, EAST - 0.1))


@given(anywhere, st.sampled_from(["dms", "words", "minutes", "hemisphere", "utm"]))
def test_any_point_of_the_country_is_recognised_in_any_notation(at: tuple[float, float], way: str) -> None:
    lat, lon = round(at[0], 5), round(at[1], 5)
    one, other = written_as(way, lat, lon)
    assert offered(handed_in(one, other, at=(lat, lon))) == pytest.approx((lat, lon), abs=2e-4)


@given(anywhere, st.floats(-0.05, 0.05), st.floats(-0.05, 0.05), st.sampled_from([float, str, "comma"]))
def test_no_valid_point_is_corrected(at: tuple[float, float], up: float, along: float, cell: Any) -> None:
    lat, lon = round(at[0], 5), round(at[1], 5)
    near = (round(lat + up, 5), round(lon + along, 5))
    box = (lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    assert what_is_odd(*near, box) is None
    sign = "," if cell == "comma" else "."
    one, other = near if cell is float else (f"{number:.5f}".replace(".", sign) for number in near)
    form = handed_in(one, other, at=(lat, lon))
    assert form.problems == () and form.remarks == ()
    point = form.claims[17].lines[0].point
    assert point and (point.lat, point.lon) == pytest.approx(near)
