"""Coordinates in another notation are offered, never assumed; what is right as it stands is left alone."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Proj

from tests.support.builders import INDICATORS, KINDS
from tests.support.visits import assert_operator_can_act
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
    "halves in words": ("6° 53' 24\" Lintang Selatan", "110° 37' 48\" Bujur Timur"),
    "halves in words before": ("Lintang Selatan 6,89", "bujur timur: 110,63"),
    "dots between": ("06.53.24 LS", "110.37.48 BT"),
    "letters between": ("6d53m24s S", "110d37m48s E"),
    "a colon after the half": ("LS: 6.89", "BT: 110.63"),
    "axes named": ("Lintang -6.89", "Bujur 110.63"),
    "axes named in English": ("lat=-6.89", "Long. 110.63"),
    "a map's link": ("https://maps.google.com/?q=-6.89,110.63", None),
    "a map's link with its view": (None, "https://www.google.com/maps/place/X/@-6.8,110.6,17z/data=!3d-6.89!4d110.63"),
    "UTM": (459123.35, 9238395.39),
    "UTM, northing first": (9238395.39, 459123.35),
    "UTM as text": ("459.123 mE", "9.238.395 mN"),
    "degrees without a point": ("-6.890.000", "110.630.000"),
    "UTM with its zone": ("49M 459123", "9238395"),
    "UTM with its zone and numbers": ("49 M 459123", 9238395),
    "UTM, the zone in the other cell": (459123, "49S 9238395"),
    "UTM, the zone after": ("459.123 mE", "9.238.395 mN 49M"),
    "UTM, the zone in words": ("zona 49 selatan 459123", "9238395"),
    "UTM, letters before": ("E 459123", "N 9238395"),
    "UTM in one cell": ("49M 459123 9238395", None),
    "UTM in one cell with letters": (None, "UTM 49M 459123 mE, 9238395 mN"),
    "UTM in one cell, the zone last": ("459123; 9238395 zona 49", None),
    "UTM as X and Y": ("X: 459123, Y: 9238395", None),
    "both in words": ("Lintang: -6,89; Bujur: 110,63", None),
    "both as a map shows them": ("6°53'24\"S 110°37'48\"E", None),
    "both with hemispheres and no blank": ("6°53'24\"S110°37'48\"E", None),
    "both, the longitude again": ("-6.89000, 110.63000", 110.63),
    "both, each in brackets": ("(-6.89), (110.63)", "  "),
    "both, many decimals": ("-6.890000000000001, 110.63000000000001", None),
    "both without the minus": ("6.89, 110.63", None),
    "whole degrees and decimals": ("-6.89, 110,63", None),
    "a dash for the minus": ("(–6.89)", "110.63"),
    "points in the hemisphere": ("6°53'24\" L.S.", "110°37'48\" B.T."),
    "a point behind the hemisphere": ("6°53’24” LS.", "110°37’48” BT."),
    "a raised nought, a raised o": ("6⁰53'24\" LS", "110o 37' 48\" BT"),
    "signs that a program did not know": ("6Â°53'24\" LS", "110?37'48\" BT"),
    "signs of other keyboards": ("6∘53ʹ24ʺ LS", "110◦37‚48„ BT"),
    "minutes' signs for seconds": ("6°53'24' LS", "110°37'48' BT"),
    "minutes' and seconds' signs changed": ("6°53\"24' LS", "110°37\"48' BT"),
    "commas and points behind the signs": ("6°, 53', 24\" LS", "110°.37'.48\" BT"),
    "hyphens between": ("6-53-24 LS", "110-37-48 BT"),
    "slashes between": ("6/53/24", "110/37/48"),
    "short words": ("6 drjt 53 mnt 24 dtk LS", "110 deg 37 min 48 sec E"),
    "hemispheres and a minus before": ("S-6.89", "E-110.63"),
    "a point or comma too many": ("-6..89", "110.63,"),
    "an apostrophe that was to make it a text": ("'-6.89", "'110.63"),
    "degrees without a point, swapped": (110630000.0, -6890000.0),
    "one of them in thousands as English has it": ("-6,890,000", "110,630,000"),
    "UTM in thousands as English has it": ("459,123", "9,238,395.39"),
    "UTM with its zone in brackets behind": ("459123 mE", "9238395 mN (WGS84 UTM Zone 49S)"),
    "both with a hyphen between": ("6°53'24\" LS - 110°37'48\" BT", None),
    "both with a backslash between": ("-6.89 \\ 110.63", None),
    "both with the height": ("-6.89000, 110.63000, 12 mdpl", None),
    "both as a phone's form has them": ("-6.89000 110.63000 12.3 4.5", None),
    "both with a word before": ("Titik koordinat: -6.89, 110.63", None),
    "both as a program writes points": ("POINT (110.63 -6.89)", None),
    "an address of a point": ("geo:-6.89,110.63", None),
    "a map's link without its beginning": ("www.google.com/maps/@-6.89,110.63,17z", None),
    "another map's link": ("https://www.openstreetmap.org/?mlat=-6.89&mlon=110.63#map=17/-6.8/110.6", None),
    "another map's view": ("https://www.openstreetmap.org/#map=17/-6.8900/110.6300", None),
    "a plus code": ("4J6J+22 Contoh, Jawa Tengah", None),
    "a whole plus code": (None, "6P5G4J6J+22"),
}


@pytest.mark.parametrize("written", WAYS.values(), ids=WAYS)
def test_a_notation_is_recognised_and_the_point_it_means_is_offered(written: Written) -> None:
    form = handed_in(*written)
    assert offered(form) == pytest.approx(HERE, abs=1.1e-4)
    assert not form.claims or not form.claims[17].lines or form.claims[17].lines[0].point is None, "never assumed"


def test_a_point_that_means_nothing_in_its_village_is_refused_as_before() -> None:
    for written in (("6°53'24\" S", "111°37'48\" E"), ("6°73'24\" S", "110°37'48\" E"), ("di pasar", "di pasar")):
        codes = {problem.reason.code for problem in handed_in(*written).problems}
        assert codes == {"text_where_number_belongs"}, written


def test_sixty_seconds_are_a_minute() -> None:
    assert offered(handed_in("-6°52'60\"", "110°37'48\"", at=(-6.8833, 110.63))) == (-6.8833, 110.63)


def test_what_is_offered_is_no_more_exact_than_what_was_written() -> None:
    """How far a claimed point may be wrong is judged by its decimals: minutes alone are good for two."""
    for written, meant in ((("6°53' LS", "110°37' BT"), (-6.88, 110.62)), (("6°53,4' LS", "110°37,8' BT"), HERE),
                           (("6°53,47' LS", "110°37,86' BT"), (-6.8912, 110.631)),
                           (("6°53'25\" LS", "110°37'49\" BT"), (-6.8903, 110.6303)),
                           (("6°53'25,7\" LS", "110°37'49,1\" BT"), (-6.89047, 110.63031))):  # fmt: skip
        assert offered(handed_in(*written)) == meant, written


def test_near_the_equator_a_lost_minus_leads_to_a_place_nearby_and_is_said_all_the_same() -> None:
    box = (109.33, -0.045, 109.34, -0.035)
    odd = what_is_odd(0.04, 109.335, box)
    assert odd and (odd.code, odd.values) == (
        "coordinate_without_minus", {"km": 8, "lat_meant": "-0,04000", "lon_meant": "109,33500"},
    )  # fmt: skip
    assert what_is_odd(0.052, 109.335, box) is None, "the other side is not the village either"
    assert what_is_odd(0.01, 109.335, (109.33, -0.015, 109.34, -0.005)) is None, "nearer than a boundary may be wrong"


def test_of_two_points_that_may_be_meant_the_one_in_the_village_is_offered() -> None:
    assert offered(handed_in("(0.0083)", "109.33", at=(-0.0083, 109.33))) == (-0.0083, 109.33)


@pytest.mark.parametrize("written, at", [
    ((1088045.0, 104.010674), (1.088045, 104.010674)), ((-320712345678901.0, 100383537123456.0), (-0.32071, 100.38354)),
    (("-0.320.712.345.678.901", "100.383.537.123.456"), (-0.32071, 100.38354)),
    ((1097.0, 109352656.0), (0.0011, 109.35266)), ((500.0, 109352656.0), (0.0005, 109.35266)),
    (("-32.872", "109.327.277"), (-0.03287, 109.32728)), (("-319.080", "100.399.419"), (-0.31908, 100.39942)),
])  # fmt: skip
def test_a_point_is_missing_in_numbers_by_the_equator(written: Written, at: tuple[float, float]) -> None:
    """There it may be missing at many places; mostly both numbers lost as many."""
    assert offered(handed_in(*written, at=at)) == pytest.approx(at, abs=1e-5)


def test_a_point_is_not_moved_in_a_number_that_has_one() -> None:
    codes = {problem.reason.code for problem in handed_in("1.097", "109352656", at=(0.0011, 109.35266)).problems}
    assert codes == {"not_degrees"}


def test_swapped_numbers_that_lost_their_minus_are_offered_where_the_village_is() -> None:
    (problem,) = handed_in(110.63, 6.89).problems
    assert (problem.reason.code, problem.reason.values["lat_meant"]) == ("coordinate_swapped_too", "-6,89000")
    (problem,) = handed_in(110.63, 4.5).problems
    assert (problem.reason.code, problem.reason.values["lat_meant"]) == ("coordinate_swapped", "4,50000")


def test_what_is_offered_names_the_point_with_decimal_commas() -> None:
    (problem,) = handed_in("6°53'24\" LS", "110°37'48\" BT").problems
    assert problem.reason.values == {"lat_meant": "-6,89000", "lon_meant": "110,63000"}
    (problem,) = handed_in(6.89, 110.63).problems
    assert (problem.reason.code, problem.reason.values["lat_meant"]) == ("coordinate_without_minus", "-6,89000")


@pytest.mark.parametrize("lat, lon", [(-6.89, -110.63), (6.89, -110.63)])
def test_a_wrong_sign_is_offered_too(lat: float, lon: float) -> None:
    (problem,) = handed_in(lat, lon).problems
    assert problem.reason.code == "coordinate_of_another_sign"
    assert problem.reason.values == {"lat_meant": "-6,89000", "lon_meant": "110,63000"}


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
    if way == "letters":
        return f"{'S' if south else 'N'} {d}d{m}m{s:.2f}s", f"E {e}d{n}m{t:.2f}s"
    if way == "dots":
        half, (s_, t_) = "Selatan" if south else "Utara", (f"{one:05.2f}".replace(".", ",") for one in (s, t))
        return f"{d:02}.{m:02}.{s_} Lintang {half}", f"{e}.{n:02}.{t_} Bujur Timur"
    if way == "link":
        return f"https://maps.google.com/?q={lat:.5f},{lon:.5f}&z=17", ""
    if way == "hemisphere":
        return f"{abs(lat):.5f} {'S' if south else 'U'}".replace(".", ","), f"{lon:.5f} T".replace(".", ",")
    east, north = Proj(proj="utm", zone=zone_of(lon), ellps="WGS84", south=south)(lon, lat)
    return round(east, 1), round(north, 1)


WEST, SOUTH, EAST, NORTH = INDONESIA
anywhere = st.tuples(st.floats(SOUTH + 0.1, NORTH - 0.1), st.floats(WEST + 0.1, EAST - 0.1))


@given(anywhere, st.sampled_from(["dms", "words", "minutes", "letters", "dots", "link", "hemisphere", "utm"]))
def test_any_point_of_the_country_is_recognised_in_any_notation(at: tuple[float, float], way: str) -> None:
    lat, lon = round(at[0], 5), round(at[1], 5)
    one, other = written_as(way, lat, lon)
    assert offered(handed_in(one, other, at=(lat, lon))) == pytest.approx((lat, lon), abs=2e-4)


@given(anywhere, st.floats(-0.05, 0.05), st.floats(-0.05, 0.05), st.sampled_from([float, str, "comma"]))
def test_no_valid_point_is_corrected(at: tuple[float, float], up: float, along: float, cell: Any) -> None:
    lat, lon = round(at[0], 5), round(at[1], 5)
    near = (round(lat + up, 5), round(lon + along, 5))
    box = (lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    assume(not box[1] <= -near[0] <= box[3])  # by the equator: see below
    assert what_is_odd(*near, box) is None
    sign = "," if cell == "comma" else "."
    one, other = near if cell is float else (f"{number:.5f}".replace(".", sign) for number in near)
    form = handed_in(one, other, at=(lat, lon))
    assert form.problems == () and form.remarks == ()
    point = form.claims[17].lines[0].point
    assert point and (point.lat, point.lon) == pytest.approx(near)


BETWEEN = (" dan ", ", ", ",", "; ", ";", " ", " / ", "\n")
AROUND = ("{}{}{}", "({}{}{})", "[{}{}{}]", "{}°{}{}°", "lat {}{}long {}", "Lintang: {}{}Bujur: {}", "Lat{}{}Lng{}")


def in_one_cell(lat: float, lon: float, comma: bool, between: str, around: str, swapped: bool) -> str:
    """Write a point in one cell as a map application copies it, or somebody types it."""
    numbers = [f"{number:.5f}".replace(".", "," if comma else ".") for number in (lat, lon)]
    one, other = reversed(numbers) if swapped else numbers
    return around.format(one, between, other)


@given(
    anywhere, st.booleans(), st.sampled_from(BETWEEN), st.sampled_from(AROUND), st.booleans(), st.sampled_from("GHB")
)
def test_any_point_of_the_country_in_one_cell_is_offered_as_typed_and_never_assumed(
    at: tuple[float, float], comma: bool, between: str, around: str, swapped: bool, cells: str
) -> None:
    lat, lon = round(at[0], 5), round(at[1], 5)
    text = in_one_cell(lat, lon, comma, between, around, swapped and "L" not in around.upper())
    form = handed_in(text if cells in "GB" else None, text if cells in "HB" else None, at=(lat, lon))
    assert offered(form) == (lat, lon)
    assert form.problems[0].column == ("H" if cells == "H" else "G")
    assert not form.claims or not form.claims[17].lines or form.claims[17].lines[0].point is None, "never assumed"


def code_of(lat: float, lon: float) -> str:
    """Write the plus code of a point."""
    found, rows = "", (int((lat + 90) * 8000 + 1e-6), int((lon + 180) * 8000 + 1e-6))
    for place in range(5):
        found += "".join("23456789CFGHJMPQRVWX"[row // 20 ** (4 - place) % 20] for row in rows)
    return f"{found[:8]}+{found[8:]}"


@given(anywhere, st.booleans())
def test_any_point_of_the_country_is_recognised_by_its_plus_code(at: tuple[float, float], short: bool) -> None:
    assert code_of(47.365590, 8.524997) == "8FVC9G8F+6X", "an example of the specification"
    code = code_of(*at)
    assert offered(handed_in(f"{code[4:]} Contoh" if short else code, None, at=at)) == pytest.approx(at, abs=1.2e-4)


@given(
    anywhere,
    st.sampled_from(["{z}{b} {e}|{n}", "{z} {b} {e}|{n}", "{e}|{z}{b} {n}", "{z}{b} {e} {n}|", "|{e}, {n} {z}{b}"]),
)
def test_any_point_of_the_country_is_recognised_by_its_metres_and_zone(at: tuple[float, float], how: str) -> None:
    lat, lon = round(at[0], 5), round(at[1], 5)
    east, north = Proj(proj="utm", zone=zone_of(lon), ellps="WGS84", south=lat < 0)(lon, lat)
    band = "M" if lat < 0 else "N"
    one, other = how.format(z=zone_of(lon), b=band, e=round(east), n=f"{north:07.0f}").split("|")
    assert offered(handed_in(one or None, other or None, at=(lat, lon))) == pytest.approx((lat, lon), abs=2e-5)


@pytest.mark.parametrize("named", [("48M {}", "{}"), ("{}", "48M {}"), ("48M {} {}", None)])
def test_a_zone_that_is_named_counts_before_the_villages(named: tuple[str, str | None]) -> None:
    at = (-6.89, 108.0005)  # the village lies in zone 49
    east, north = (f"{metres:.0f}" for metres in Proj(proj="utm", zone=48, ellps="WGS84", south=True)(at[1], at[0]))
    both = named[0].format(east, north), named[1] and named[1].format(north)
    assert offered(handed_in(*both, at=at)) == pytest.approx(at, abs=2e-5)


def test_whole_degrees_with_a_blank_between_are_two_numbers() -> None:
    assert offered(handed_in("-6, 110", None, at=(-6.0, 110.0))) == (-6.0, 110.0)


@pytest.mark.parametrize("lat, lon", [(-689000, 11063000), (110.63, 6.89)])
def test_no_distance_stands_beside_numbers_that_were_no_place(lat: float, lon: float) -> None:
    (problem,) = handed_in(lat, lon).problems
    assert set(problem.reason.values) == {"lat_meant", "lon_meant"}
    assert_operator_can_act(problem.reason)


def test_a_pair_that_leads_to_no_village_is_said_to_be_one() -> None:
    (problem,) = handed_in("-5.30085, 111.04131", None).problems
    assert (problem.reason.code, problem.column) == ("coordinates_in_one_cell", "G")
    (problem,) = handed_in(None, "-5.30085, 111.04131").problems
    assert (problem.reason.code, problem.column) == ("coordinates_in_one_cell", "H")


@pytest.mark.parametrize("written", [
    ("-5,111", None), ("52.1, 4.3", None), ("0812 3456 7890", None), ("-5.3", "110.63, 111.04131"), ("5, 6", "lihat"),
    ("1, 2, 3", None), ("-6.89, 110.63", "112.5"), ("-6.89, 110.63" + ";" * 120, None),
])  # fmt: skip
def test_what_is_no_pair_is_not_said_to_be_one(written: Written) -> None:
    codes = {problem.reason.code for problem in handed_in(*written).problems}
    assert codes and not codes & {"coordinates_in_one_cell", "coordinate_in_another_notation"}


def test_numbers_that_are_no_degrees_are_not_called_no_numbers() -> None:
    for written in (("49M 509818", "9413922"), ("500", "110,63"), (91.0, 4.3), (1110357.7, 9413922.0)):
        problems = handed_in(*written).problems
        assert "not_degrees" in {problem.reason.code for problem in problems}, written
        assert all("km" not in problem.reason.values for problem in problems), written
        for problem in problems:
            assert_operator_can_act(problem.reason)


@given(st.floats(-1e8, 1e8), st.floats(-1e8, 1e8))
def test_no_distance_is_told_of_what_is_no_place_on_earth(lat: float, lon: float) -> None:
    odd = what_is_odd(lat, lon, (110.62, -6.9, 110.64, -6.88))
    if odd and "km" in odd.values:
        assert abs(lat) <= 90 and abs(lon) <= 180
