"""One photograph in two districts: parts by which it is found, and what shows too little to be looked for."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.flags.elsewhere import LEAST_CHANGES, MOST_APART, are_one, parts_of
from verification.flags.photographs import BITS

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


def test_from_where_on_a_photograph_shows_enough() -> None:
    """Changes are counted along rows and down columns, never from the end of a row to the next."""
    rows = ["10" * 2 + "0" * 12] * 16  # three changes in each row, none down
    assert parts_of(in_rows(*rows)) == ()
    alternating = [("10" * 8, "0" * 16)[at % 2] for at in range(4)]
    down = in_rows(*alternating, *["0" * 16] * 12)
    counted = 2 * 15 + 3 * 8
    assert counted < LEAST_CHANGES and parts_of(down) == ()
    more = in_rows(*(("10" * 8, "0" * 16)[at % 2] for at in range(8)), *["0" * 16] * 8)
    assert LEAST_CHANGES <= 4 * 15 + 7 * 8 and parts_of(more)
