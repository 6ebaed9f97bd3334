"""The one threshold: what is hidden, what is rounded, and which parts may stand beside their sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.restricted_counts import parts_to_show, shown_count, shown_share

PARTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30))


@pytest.mark.parametrize(
    "number, shown", [(0, "<8"), (1, "<8"), (7, "<8"), (8, "10"), (12, "10"), (13, "15"), (1203, "1205")]
)
def test_seven_and_fewer_are_hidden_and_others_rounded_to_fives(number: int, shown: str) -> None:
    assert shown_count(number) == shown


@pytest.mark.parametrize("part, whole, shown", [(112, 120, (110, 120)), (0, 120, (0, 120)), (118, 118, (120, 120))])
def test_a_share_is_rounded_too(part: int, whole: int, shown: tuple[int, int]) -> None:
    assert shown_share(part, whole) == shown


@pytest.mark.parametrize(
    "parts, shown",
    [({}, ""), ({"a": 7}, ""), ({"a": 8}, "a"), ({"a": 8, "b": 9}, "ab"), ({"a": 20, "b": 3}, ""),
     ({"a": 20, "b": 3, "c": 3}, ""), ({"a": 20, "b": 4, "c": 4}, "a"), ({"a": 20, "b": 9, "c": 2}, "a")],
)  # fmt: skip
def test_a_part_stands_beside_its_sum_where_what_is_left_out_says_nothing(parts: dict[str, int], shown: str) -> None:
    assert parts_to_show(parts) == set(shown)


@given(PARTS)
def test_nothing_that_is_hidden_can_be_worked_out(parts: dict[str, int]) -> None:
    shown = parts_to_show(parts)
    left_out = [parts[name] for name in parts if name not in shown]
    assert all(parts[name] > 7 for name in shown)
    assert not left_out or not shown or (len(left_out) > 1 and sum(left_out) > 7)
