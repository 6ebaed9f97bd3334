"""Which village is a point in, and what is wrong with a set of outlines?"""

import pytest
import shapely
from shapely.geometry import Polygon, box

from tests.support.builders import NEIGHBOUR, RULES, VILLAGES, a_fix
from verification.model import Village, district_of, level_of, subdistrict_of
from verification.places.areas import Villages, area_m2
from verification.places.outlines import axis_order_problem, outline_problems

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


def test_clean_outlines_have_no_problem() -> None:
    assert axis_order_problem(VILLAGES) is None
    assert outline_problems(VILLAGES) == []


def test_latitude_first_is_noticed() -> None:
    turned = [Village(v.code, v.name, shapely.transform(v.outline, lambda xy: xy[:, ::-1])) for v in VILLAGES]
    problem = axis_order_problem(turned)
    assert problem and problem.reason.code == "outlines_lat_first"


def test_another_country_is_noticed() -> None:
    problem = axis_order_problem([Village("99.01.01.2001", "Delft", box(4.3, 52.0, 4.4, 52.1))])
    assert problem and problem.reason.code == "outlines_outside_indonesia"


def test_an_overlap_names_both_villages_and_its_size() -> None:
    wide = Village("99.01.01.2009", "Lebar", box(110.0, -5.01, 110.011, -5.0))
    (problem,) = outline_problems([wide, VILLAGES[1]])
    assert (problem.reason.code, problem.codes) == ("outlines_overlap", (VILLAGES[1].code, wide.code)[::-1])
    assert problem.area_m2 == pytest.approx(0.001 * 0.01 * 111_195**2 * 0.9962, rel=0.01)


def test_a_gap_names_the_villages_around_it() -> None:
    ring = box(110, -5.01, 110.01, -5).difference(box(110.004, -5.006, 110.006, -5.004))
    (problem,) = outline_problems([Village("99.01.01.2001", "Cincin", ring)])
    assert (problem.reason.code, problem.codes) == ("outlines_gap", ("99.01.01.2001",))


def test_an_invalid_ring_is_named_with_the_reason() -> None:
    bow_tie = Polygon([(110, -5), (110.01, -5.01), (110.01, -5), (110, -5.01)])
    (problem,) = outline_problems([Village("99.01.01.2001", "Dasi", bow_tie)])
    assert problem.reason.code == "outline_invalid"
    assert "Self-intersection" in str(problem.reason.values["why"])


def test_area_is_in_square_metres() -> None:
    assert area_m2(box(110, -0.005, 110.01, 0.005)) == pytest.approx((0.01 * 111_195) ** 2, rel=1e-3)
