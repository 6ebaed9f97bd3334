"""Which category a sum would be, and where a point more or less decides."""

import pytest

from tests.support.builders import RULES


@pytest.mark.parametrize("points, category", [
    (499.9, None), (500, "pratama"), (600, "pratama"), (600.4, "pratama"), (600.99, "pratama"), (601, "madya"),
    (700, "madya"), (701, "nindya"), (801, "utama"), (900.5, "utama"), (901, "kla"), (1000, "kla"), (0, None),
])  # fmt: skip
def test_what_lies_between_two_categories_is_the_lower_one(points: float, category: str | None) -> None:
    assert RULES.categories.of(points) == category


@pytest.mark.parametrize("points, near", [(600, True), (600.4, True), (602, True), (602.1, False), (550, False),
                                          (sum([30.1] * 20), True)])  # fmt: skip
def test_a_sum_within_a_point_of_a_boundary_says_so(points: float, near: bool) -> None:
    assert RULES.categories.is_near_a_boundary(points) is near
