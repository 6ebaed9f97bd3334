"""Which village is a point in?"""

import pytest
from shapely.geometry import Point, box

from tests.support.builders import NEIGHBOUR, RULES, VILLAGES, a_fix
from verification.model import district_of, level_of, subdistrict_of
from verification.places.areas import Villages, area_m2, areas_m2

WHERE = Villages([*VILLAGES, NEIGHBOUR])


def place(**fix: float) -> tuple[tuple[str, ...], str]:
    placement = WHERE.locate(a_fix(**fix), RULES.location)
    return placement.villages, placement.reason.code


def test_a_point_well_inside_has_one_village() -> None:
    assert place() == ((VILLAGES[0].code,), "in_village")


def test_within_its_error_of_a_border_both_villages_are_named() -> None:
    assert place(lon=110.0099, accuracy_m=20) == ((VILLAGES[0].code, VILLAGES[1].code), "near_border")
    assert place(lon=110.0099, accuracy_m=5) == ((VILLAGES[0].code,), "in_village")


def test_on_the_very_border_the_lower_code_comes_first() -> None:
    assert place(lon=110.01, accuracy_m=0)[0] == (VILLAGES[0].code, VILLAGES[1].code)


def test_off_the_coast_the_nearest_village_counts_up_to_a_kilometre() -> None:
    assert place(lat=-4.993) == ((VILLAGES[0].code,), "nearest_village")  # 780 m out
    assert place(lat=-4.98) == ((), "in_no_village")


def test_a_fix_of_three_kilometres_names_every_village_it_may_be_in() -> None:
    assert {district_of(code) for code in place(accuracy_m=3000)[0]} == {"99.01", "99.02"}


@pytest.mark.parametrize("code, level", [
    ("99", "province"), ("99.01", "district"), ("99.01.02", "subdistrict"), ("99.01.02.2003", "village"),
])  # fmt: skip
def test_a_code_tells_its_level(code: str, level: str) -> None:
    assert level_of(code) == level


def test_a_code_tells_what_it_lies_in() -> None:
    assert (district_of("99.01.02.2003"), subdistrict_of("99.01.02.2003")) == ("99.01", "99.01.02")


def test_area_is_in_square_metres() -> None:
    assert area_m2(box(110, -0.005, 110.01, 0.005)) == pytest.approx((0.01 * 111_195) ** 2, rel=1e-3)


def test_nothing_has_no_area() -> None:
    assert areas_m2([]).tolist() == []
    assert area_m2(box(110, -5, 110.01, -4.99).intersection(Point(0, 0))) == 0
