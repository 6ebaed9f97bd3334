"""Which pairs together carry most evidence: choosing within connected groups is choosing among all."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from verification.matching.assign import assign
from verification.places.distance import Ints

Pair = tuple[int, int]
pairs = st.dictionaries(st.tuples(st.integers(0, 8), st.integers(0, 8)), st.floats(0.01, 30), max_size=25)


def chosen(weights: dict[Pair, float]) -> list[Pair]:
    listed = list(weights)
    visits, lines = (np.array([pair[side] for pair in listed], dtype=np.intp) for side in (0, 1))
    return [listed[position] for position in assign(visits, lines, np.array(list(weights.values())))]


def test_nothing_to_choose_from() -> None:
    assert chosen({}) == []


def test_a_line_goes_to_whom_it_fits_better_if_both_fare_better_so() -> None:
    assert chosen({(0, 0): 5.0, (0, 1): 4.0, (1, 0): 4.5}) == [(0, 1), (1, 0)]
    assert chosen({(0, 0): 5.0, (1, 0): 4.0}) == [(0, 0)]


@given(pairs)
def test_no_other_choice_carries_more_and_nothing_is_chosen_twice(weights: dict[Pair, float]) -> None:
    found = chosen(weights)
    assert len({visit for visit, _ in found}) == len({line for _, line in found}) == len(found)
    table = np.zeros((9, 9))
    for pair, bits in weights.items():
        table[pair] = bits
    assert np.isclose(sum(weights[pair] for pair in found), table[linear_sum_assignment(table, maximize=True)].sum())


def test_places_that_have_nothing_to_do_with_each_other_make_no_large_table() -> None:
    """Ten thousand pairs apart are chosen among in no time; one table for all of them would hold 800 MB."""
    apart: Ints = np.arange(10_000)
    assert len(assign(apart, apart, np.ones(10_000))) == 10_000
