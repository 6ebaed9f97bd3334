"""A table and its sums: whoever reads what is shown, and tries every table that it could be, learns nothing."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.disclosing.tables import ALL, Cell, cells_to_show, with_sums

FEW = 2
CELLS: list[Cell] = [(row, column) for row in "ab" for column in "xy"]
SMALL = st.lists(st.integers(0, 5), min_size=4, max_size=4).map(lambda numbers: dict(zip(CELLS, numbers, strict=True)))
LARGER = st.dictionaries(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), st.integers(0, 60),
                         min_size=1)  # fmt: skip


def could_be(shown: Mapping[Cell, int], largest: int) -> Iterator[Mapping[Cell, int]]:
    """Give every table of two rows and two columns, of numbers up to the largest, that shows the same."""
    ranges = [[shown[cell]] if cell in shown else range(largest + 1) for cell in CELLS]
    for numbers in product(*ranges):
        a, b, c, d = numbers
        sums = {("a", ALL): a + b, ("b", ALL): c + d, (ALL, "x"): a + c, (ALL, "y"): b + d, (ALL, ALL): a + b + c + d}
        if all(shown.get(cell, number) == number for cell, number in sums.items()):
            yield sums | dict(zip(CELLS, numbers, strict=True))


def tell_apart(table: Mapping[Cell, int]) -> None:
    """Be who tries everything: every number that is few could be more, by all that is shown."""
    shown = {cell: table[cell] for cell in cells_to_show(table, FEW)}
    few = {cell for cell, number in table.items() if number <= FEW}
    for other in could_be(shown, largest=max(table[cell] for cell in CELLS) + FEW + 1):
        few -= {cell for cell in few if other[cell] > FEW}
        if not few:
            return
    assert not few, (table, shown)


@pytest.mark.parametrize("numbers", [(0, 0, 0, 0), (1, 1, 1, 1), (0, 5, 5, 5), (0, 0, 5, 5), (1, 0, 5, 0), (5, 0, 5, 0),
                                     (3, 1, 0, 5), (5, 5, 5, 5), (0, 3, 3, 0)])  # fmt: skip
def test_whoever_adds_and_subtracts_finds_no_few(numbers: tuple[int, ...]) -> None:
    tell_apart(with_sums(dict(zip(CELLS, numbers, strict=True))))


@given(SMALL)
def test_nor_in_any_other_small_table(cells: dict[Cell, int]) -> None:
    tell_apart(with_sums(cells))


@given(LARGER, st.integers(0, 7))
def test_no_few_is_shown_and_none_is_alone_with_its_sum(cells: dict[Cell, int], few: int) -> None:
    table = with_sums(cells)
    shown = cells_to_show(table, few)
    assert all(table[cell] > few for cell in shown)
    lines = [[(row, c) for c in {c for _, c in table}] for row in {r for r, _ in table}]
    lines += [[(r, column) for r in {r for r, _ in table}] for column in {c for _, c in table}]
    for line in lines:
        left_out = [cell for cell in line if cell not in shown]
        assert len(left_out) != 1 or table[left_out[0]] > few, "the others and their sum say it"


@given(LARGER)
def test_it_is_the_same_each_time_whatever_the_order(cells: dict[Cell, int]) -> None:
    again = with_sums(dict(reversed(list(cells.items()))))
    assert cells_to_show(with_sums(cells), FEW) == cells_to_show(again, FEW)


def test_where_nobody_is_few_all_is_shown_and_where_one_is_no_more_than_is_needed() -> None:
    many = with_sums(dict.fromkeys(CELLS, 9))
    assert cells_to_show(many, FEW) == many.keys()
    one = with_sums(dict.fromkeys(CELLS, 9) | {("a", "x"): 1})
    assert len(one.keys() - cells_to_show(one, FEW)) == 4, "a square of cells, and no sum"
    assert cells_to_show(with_sums({}), FEW) == frozenset()
