"""One photograph in two districts: parts by which it is found, and what shows too little to be looked for."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.flags.elsewhere import MOST_APART, are_one, parts_of
from verification.flags.photographs import BITS, LEAST_CHANGES

FRONT = random.Random(1).getrandbits(BITS)


@given(st.integers(0, 2**32), st.integers(0, MOST_APART))
def test_two_that_are_one_have_a_part_in_common(seed: int, apart: int) -> None:
    chance = random.Random(seed)
    one = chance.getrandbits(BITS)
    other = one ^ sum(1 << bit for bit in chance.sample(range(BITS), apart))
    assert are_one(one, other) and set(parts_of(one)) & set(parts_of(other))


@pytest.mark.parametrize("apart", [MOST_APART, MOST_APART + 1])
def test_how_much_may_differ(apart: int) -> None:
    assert are_one(FRONT, FRONT ^ ((1 << apart) - 1)) is (apart <= MOST_APART)


def test_every_bit_is_in_one_part_and_each_part_is_its_own() -> None:
    parts = parts_of(FRONT)
    assert len(parts) == MOST_APART + 1 == len({part >> 20 for part in parts})
    assert [len(set(parts) - set(parts_of(FRONT ^ 1 << bit))) for bit in range(BITS)] == [1] * BITS
    assert max(parts) < 2**31, "as a column has it"


def in_rows(*rows: str) -> int:
    return int("".join(rows), 2)


@pytest.mark.parametrize("looks", [
    0, (1 << BITS) - 1, in_rows(*["1" * 8 + "0" * 8] * 16), in_rows(*["1" * 16] * 8, *["0" * 16] * 8),
    in_rows(*["1110001111100001"] * 16),
], ids=["darker to the right", "brighter", "a wall lit in its middle", "two walls", "a curtain"])  # fmt: skip
def test_light_that_fades_is_not_looked_for(looks: int) -> None:
    assert parts_of(looks) == ()


@pytest.mark.parametrize("last_row, changes", [("0" * 16, 78), ("1" + "0" * 15, 78), ("10101" + "0" * 11, 80)])
def test_from_where_on_a_photograph_shows_enough(last_row: str, changes: int) -> None:
    """Counted along each row and down each column, not from a row's end to the next, nor from above the first row."""
    assert bool(parts_of(in_rows(*["10101" + "0" * 11] * 15, last_row))) is (changes >= LEAST_CHANGES)
