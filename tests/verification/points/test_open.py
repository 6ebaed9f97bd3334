"""What is open of a district's points, and which of it could decide its category."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import RULES
from verification.points.categories import Categories
from verification.points.open import Range, StillOpen, still_open

CATEGORIES = RULES.categories


def test_what_is_open_stands_in_the_order_of_points_and_says_what_could_decide() -> None:
    """Made up: 590 stand; 17 could add 15 points and make it Madya by itself, 9 could add 6 and would need 17."""
    ranges = [Range(9, 2, 8, undecided=3), Range(17, 0, 15, undecided=10), Range(13, 4, 4)]
    assert still_open(ranges, 590, CATEGORIES) == (StillOpen(17, 15, 10, True), StillOpen(9, 6, 3, True))
    assert [one.decides for one in still_open(ranges, 580, CATEGORIES)] == [True, False]
    assert not any(one.decides for one in still_open(ranges, 620, CATEGORIES))


def test_a_border_is_reached_by_what_is_written_not_by_what_a_computer_holds_of_it() -> None:
    """0.7 and 0.1 are 0.8, though adding them up as binary fractions leaves a little less."""
    tenths = Categories(1.0, {"madya": 0.8})
    assert tenths.of(0.7 + 0.1) == "madya" and 0.7 + 0.1 < 0.8
    assert [one.decides for one in still_open([Range(17, 0, 0.1)], 0.7, tenths)] == [True]


@pytest.mark.parametrize("points, above, following, short", [
    (480, None, "pratama", 20), (500, 0, "madya", 101), (600.4, pytest.approx(100.4), "madya", pytest.approx(0.6)),
    (650, 49, "nindya", 51), (901, 0, None, None), (1000, 99, None, None),
])  # fmt: skip
def test_a_sum_says_how_far_both_borders_of_its_category_are(
    points: float, above: float | None, following: str | None, short: float | None
) -> None:
    borders = CATEGORIES.borders(points)
    assert (borders.above, borders.next, borders.short) == (above, following, short)


ranges = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted), max_size=5)


@given(ranges, st.integers(400, 950))
def test_nothing_decides_unless_something_is_open_and_all_of_it_together_could(
    ends: list[list[int]], stands: int
) -> None:
    found = still_open([Range(n, *one) for n, one in enumerate(ends)], stands, CATEGORIES)
    low, high = stands + sum(one[0] for one in ends), stands + sum(one[1] for one in ends)
    if CATEGORIES.of(low) == CATEGORIES.of(high):
        assert not any(one.decides for one in found)
    assert sum(one.points for one in found) == high - low
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)
