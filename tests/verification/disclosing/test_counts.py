"""The thresholds; a number that does not leave but by them; and what a page may say of counts that visits brought."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.disclosing.counts import THRESHOLDS, Count, CountOf, of_all, parts_to_show

NUMBERS = st.integers(0, 40)


@pytest.mark.parametrize(
    "counted, number, shown",
    [("children", 4, None), ("children", 5, 5), ("children", 0, None), ("protected", 7, None), ("protected", 8, 10),
     ("protected", 1203, 1205), ("asked", 4, None), ("asked", 5, 5), ("asked", 12, 10), ("staff", 0, 0),
     ("things", 3, 3)],
)  # fmt: skip
def test_few_are_hidden_and_others_are_rounded_as_their_row_says(counted: str, number: int, shown: int | None) -> None:
    assert Count(number, CountOf(counted)).shown() == shown


def test_a_count_says_its_number_to_nobody() -> None:
    count = Count(4321, CountOf.CHILDREN)
    assert "4321" not in f"{count} {count!r} {[count]}"
    ways_out: tuple[Any, ...] = (int, float, json.dumps)
    for out in ways_out:
        with pytest.raises(TypeError):
            out(count)


def test_a_sum_is_as_strict_as_the_strictest_of_its_parts() -> None:
    assert (Count(5, CountOf.CHILDREN) + Count(2, CountOf.PROTECTED)).is_hidden
    assert of_all([], CountOf.ASKED).is_hidden and of_all([Count(3, CountOf.ASKED)] * 2, CountOf.ASKED).shown() == 5


@pytest.mark.parametrize(
    "part, whole, share",
    [(5, 9, None), (5, 10, (45, 55)), (0, 10, (0, 15)), (10, 10, (85, 100)), (1, 1000, (0, 15)), (12, 10, None)],
)
def test_a_share_is_of_ten_and_more_and_never_of_all_or_none(
    part: int, whole: int, share: tuple[int, int] | None
) -> None:
    assert Count(part, CountOf.ASKED).share_of(Count(whole, CountOf.ASKED)) == share


@given(NUMBERS, NUMBERS)
def test_what_is_said_of_a_share_is_true(part: int, whole: int) -> None:
    share = Count(part, CountOf.ASKED).share_of(Count(whole, CountOf.ASKED))
    if share is not None:
        assert share[0] <= 100 * part / whole <= share[1] and share[1] - share[0] >= 10


@given(st.dictionaries(st.sampled_from("abcdefgh"), NUMBERS), st.sampled_from([t.few for t in THRESHOLDS.values()]))
def test_no_part_that_is_left_out_is_told_by_the_sum(parts: dict[str, int], few: int) -> None:
    shown = parts_to_show(parts, few)
    left_out = [parts[name] for name in parts.keys() - shown]
    assert all(parts[name] > few for name in shown)
    assert not shown or not left_out or (len(left_out) > 1 and sum(left_out) > few)
